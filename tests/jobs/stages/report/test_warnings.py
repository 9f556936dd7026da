"""What the data cannot support stands at the head of the page; where it carries all, nothing."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from holdfast.jobs.stages.report.model import ReportData
from holdfast.jobs.stages.report.warnings import list_warnings
from tests.jobs.stages.report import fake


def saying(data: ReportData, words: str) -> list[str]:
    return [sentence for sentence in list_warnings(data) if words in sentence]


def beginning(day: date) -> ReportData:
    data = fake.retailer()
    return replace(data, freshness=data.freshness.assign(oldest_on=day))


def test_a_retailer_with_all_of_it_is_warned_of_nothing() -> None:
    assert list_warnings(fake.retailer()) == []
    assert list_warnings(fake.nobody()) == []


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2025, 9, 1), "go back 4 months: no season"),
        (date(2024, 6, 1), "go back 19 months: each season was seen once"),
    ],
)
def test_seasons_that_were_not_seen_twice_are_said(day: date, words: str) -> None:
    assert saying(beginning(day), words)


def test_few_leavers_and_few_days_are_said() -> None:
    data = fake.retailer()
    leavers = (data.metrics["metric"] == "leavers") & (data.metrics["slice"] == "all")
    few = data.metrics.assign(value=data.metrics["value"].where(~leavers, 40.0))
    assert saying(replace(data, metrics=few), "40 customers left on the day")
    newest = data.metrics["cutoff_on"].max()
    single = data.metrics[(data.metrics["cutoff_on"] == newest) | ~leavers]
    again = single[single["metric"] == "leavers"].assign(cutoff_on=date(2025, 7, 1))
    two = replace(data, metrics=pd.concat([single, again]))
    assert saying(two, "chosen on one day only")


def test_one_time_buyers_and_what_was_never_loaded_are_said() -> None:
    data = fake.retailer()
    once = data.customers.assign(one_time_buyers=data.customers["customers"])
    assert saying(replace(data, customers=once), "bought once")
    assert saying(fake.grocer(), "No refund was loaded: amounts are of what was sold")
