"""The section on figures over time and cohorts."""

from dataclasses import replace

from holdfast.jobs.stages.report.development import describe_development
from holdfast.jobs.stages.report.model import empty
from holdfast.jobs.stages.report.page import render
from tests.jobs.stages.report import fake


def test_each_figure_stands_beside_the_month_and_the_year_before() -> None:
    found = describe_development(fake.retailer(), "USD")
    assert found is not None
    retention, revenue = found.figures
    assert (retention.month, retention.value) == ("December 2025", "61.2\u00a0%")
    assert retention.interval == "59.0\u00a0% to 63.4\u00a0%"
    assert (retention.before, retention.year_before) == ("58.7\u00a0%", "–")
    assert (revenue.value, revenue.interval, revenue.year_before) == ("$351k", "", "$250k")


def test_cohorts_show_only_months_that_are_over_in_the_main_currency() -> None:
    found = describe_development(fake.retailer(), "USD")
    assert found is not None
    assert found.cohorts["columns"] == [1, 2]
    assert found.cohorts["rows"] == [
        ("Oct 2025", "80", [("50\u00a0%", 1.0), ("25\u00a0%", 0.5)]),
        ("Nov 2025", "50", [("20\u00a0%", 0.4), ("", 0.0)]),
    ]


def test_without_figures_there_is_no_such_section() -> None:
    whole = fake.retailer()
    nothing = {name: empty(name) for name in ("kpis", "cohorts")}
    pages = [render(one) for one in (whole, replace(whole, **nothing))]
    assert ["How the base develops" in page for page in pages] == [True, False]
