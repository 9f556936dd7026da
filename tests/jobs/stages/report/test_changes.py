"""The run against the one before it, in figures worked out by hand."""

from dataclasses import replace

import pytest

from holdfast.jobs.stages.report.changes import Change, describe_changes
from holdfast.jobs.stages.report.model import Earlier, ReportData
from tests.jobs.stages.report import fake
from tests.jobs.stages.report.fake_data_quality import frame
from tests.jobs.stages.report.test_page import Reader, page_of

DAYS = "AUC is that of each run’s own held-out customers: of 1 September 2025, now 1 October 2025."


def customers(high: int, none: int, currency: str = "USD") -> list[tuple[object, ...]]:
    """A cube of two bands: 100 a head expected of either, in the band high everybody is expected to
    leave and to cost 50, in the other nobody.
    """
    cell = ("price", "web", currency)

    def band(name: str, size: int, *amounts: float) -> tuple[object, ...]:
        return ("scored", name, *cell, size, 0, size, *(size * one for one in amounts), 0, 0)

    return [band("high", high, 100.0, 50.0, 50.0, 1.0), band("none", none, 100.0, 50.0, 0.0, 0.0)]


def compared(now: list[tuple[object, ...]], before: list[tuple[object, ...]]) -> ReportData:
    """A report of one cube after another, without models."""
    earlier = Earlier(fake.DAY, frame("customers", before), frame("metrics", []))
    facts = replace(fake.FACTS, earlier_run=11)
    return ReportData(facts, customers=frame("customers", now), earlier=earlier)


def test_each_figure_stands_beside_what_it_was() -> None:
    rows = describe_changes(compared(customers(7, 10), customers(5, 12))).rows
    assert rows == [
        Change("Known", "17", "17", "same"),
        Change("Active and scored", "17", "17", "same"),
        Change("Risk: high", "5", "7", "+2"),
        Change("Risk: medium", "0", "0", "same"),
        Change("Risk: early signs", "0", "0", "same"),
        Change("Risk: no sign", "12", "10", "\N{MINUS SIGN}2"),
        Change("Expected to leave", "5", "7", "+2"),
        Change("Expected in 12 months", "$1,700", "$1,700", "same"),
        Change("Value at risk", "$250", "$350", "+$100"),
    ]


@pytest.mark.parametrize(
    ("now", "title"),
    [
        (7, "2 more customers are expected to leave than in run 11 of 1 January 2026"),
        (6, "1 more customer is expected to leave than in run 11 of 1 January 2026"),
        (5, "As many customers are expected to leave as in run 11 of 1 January 2026"),
        (1, "4 fewer customers are expected to leave than in run 11 of 1 January 2026"),
    ],
)
def test_the_title_says_how_many_more_leavers_are_expected(now: int, title: str) -> None:
    assert describe_changes(compared(customers(now, 10), customers(5, 12))).title == title


def test_models_are_compared_on_their_own_held_out_days() -> None:
    changes = describe_changes(fake.retailer())
    assert changes.rows[-1] == Change("AUC of the churn model", "0.842", "0.861", "+0.019")
    assert changes.note == DAYS


def test_money_of_another_currency_is_not_compared() -> None:
    rows = describe_changes(compared(customers(7, 10), customers(5, 12, "EUR"))).rows
    assert {row.label for row in rows if "$" in row.now} == set()


def test_the_first_run_says_that_it_is_the_first() -> None:
    assert describe_changes(fake.grocer()).rows == []
    assert "This is the first published run" in Reader(page_of("grocer")).text
    assert "first published run" not in Reader(page_of("retailer")).text


def test_a_run_that_is_gone_is_named() -> None:
    gone = replace(fake.retailer(), earlier=None)
    assert describe_changes(gone).title.startswith("Run 11 can no longer be read")
