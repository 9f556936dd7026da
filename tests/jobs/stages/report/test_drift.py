"""What the page says of drift and of early warnings."""

from dataclasses import replace

import pandas as pd

from holdfast.jobs.stages.report.drift import describe_drift
from holdfast.jobs.stages.report.page import render
from tests.jobs.stages.report import fake
from tests.jobs.stages.report.fake_models import drift


def test_a_stable_base_is_one_sentence_and_what_moved_is_named() -> None:
    data = fake.retailer()
    stable = describe_drift(data)[0]
    assert stable.startswith("Customers of today are like those of 1 November 2024 to ")
    named = replace(data, drift=drift("visits", "spend"), names={"spend": "Spend of a year"})
    assert describe_drift(named)[0].endswith("What moved: visits; Spend of a year.")
    many = pd.concat([drift("visits", "spend"), drift("visits", "returns")])
    assert describe_drift(replace(data, drift=many))[0].endswith("and 1 more (ops.drift).")


def test_warnings_are_those_of_published_scores_where_there_are_any() -> None:
    data = fake.retailer()
    assert describe_drift(data)[1] == (
        "Of those who left, 81\u00a0% would have been warned of, half of them no later than 34 "
        "days after their last order."
    )
    own = data.metrics[data.metrics["metric"].isin(["lead_days", "warned_share"])]
    published = own.assign(predictor="published", value=[12.0, 0.5])
    both = replace(data, metrics=pd.concat([data.metrics, published]))
    assert describe_drift(both)[1] == (
        "Of those who left, 50\u00a0% had been warned of, half of them at least 12 days "
        "before their last order."
    )


def test_without_a_model_the_page_says_nothing_of_either() -> None:
    assert describe_drift(fake.beginner()) == describe_drift(fake.nobody()) == []
    assert "Customers of today are" in render(fake.retailer())
    assert "Customers of today are" not in render(fake.beginner())
