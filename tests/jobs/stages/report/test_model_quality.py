"""What the report says of the model beside simpler ones."""

from dataclasses import replace

import pandas as pd

from holdfast.jobs.stages.report.page import render
from tests.jobs.stages.report import fake

BEST = "The model ranks leavers better than any rival: AUC 0.861, logistic regression 0.842"


def test_the_candidate_that_is_the_model_is_no_rival_of_its_own() -> None:
    data = fake.retailer()
    own = data.metrics[data.metrics["predictor"] == "model"].assign(predictor="trees")
    metrics = pd.concat([data.metrics, own[own["slice"] == "all"]], ignore_index=True)
    assert BEST in render(replace(data, metrics=metrics))


def test_a_rival_that_does_better_is_named() -> None:
    data = fake.retailer()
    assert BEST in render(data)
    higher = data.metrics.assign(
        value=data.metrics["value"].mask(
            (data.metrics["predictor"] == "logistic") & (data.metrics["metric"] == "auc"), 0.9
        )
    )
    better = "Leavers are ranked better by logistic regression than by the model in use"
    assert f"{better}: AUC 0.900 against 0.861" in render(replace(data, metrics=higher))
