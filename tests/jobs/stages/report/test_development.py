"""The section on figures over time and cohorts."""

from dataclasses import replace
from datetime import date

from holdfast.jobs.stages.report.development import describe_development
from holdfast.jobs.stages.report.model import empty
from holdfast.jobs.stages.report.page import render
from tests.jobs.stages.report import fake
from tests.jobs.stages.report.fake_data_quality import frame


def test_each_figure_stands_beside_the_month_and_the_year_before() -> None:
    found = describe_development(fake.retailer(), "USD")
    assert found is not None
    retention, revenue = found.figures
    assert (retention.month, retention.value) == ("December 2025", "61.2\u00a0%")
    assert retention.interval == "59.0\u00a0% to 63.4\u00a0%"
    assert (retention.before, retention.year_before) == ("58.7\u00a0%", "–")
    assert (revenue.value, revenue.interval, revenue.year_before) == ("$351k", "", "$250k")


def test_figures_of_costs_have_their_own_units_and_absent_ones_say_what_to_load() -> None:
    whole = fake.retailer()
    december = date(2025, 12, 1)
    costs = frame(
        "kpis",
        [
            ("acquisition_cost", december, "USD", 34.5, 30.0, 39.0),
            ("acquisition_cost", december, "EUR", 1.0, None, None),
            ("value_to_cost", december, "USD", 3.417, 2.9, 3.9),
            ("contribution_margin_rate", december, "USD", 0.452, 0.44, 0.46),
        ],
    )
    found = describe_development(replace(whole, kpis=costs), "USD")
    assert found is not None
    assert [figure.value for figure in found.figures] == ["45.2\u00a0%", "$34", "3.42"]
    assert "Revenue: load orders" in found.absent
    before = describe_development(whole, "USD")
    assert before is not None
    costs_of = "load costs of campaigns (silver.campaign_costs)"
    wanted = f"Advertising cost of a new customer, at most: {costs_of}"
    assert wanted in before.absent and wanted in render(whole)


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
