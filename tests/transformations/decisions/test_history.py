"""Rows of history, and their sums beside sums in plain Python."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any, Final

import pytest
from pyspark.sql import SparkSession

from holdfast.transformations.decisions import history
from holdfast.transformations.tables.gold import CUSTOMER_REDIRECTS, DECISION_LOG
from tests.factories import rows

DAY: Final = date(2025, 9, 1)
CELL: Final = ("price", "active", "top")
SCHEMA: Final = (
    "customer_id long, done_on date, play string, propensity decimal(9,6), options array<string>, "
    "driver string, lifecycle string, value_tier string, leave_probability double"
)


def decision(customer: int, action: str, chance: float | None, **other: Any) -> dict[str, Any]:
    usual = {"as_of": DAY, "options": "a,b", "reason": "price", "run_number": 1}
    return {"customer_id": customer, "action": action, "propensity": chance, **usual, **other}


@pytest.fixture(scope="module")
def decided(spark: SparkSession) -> dict[Any, Any]:
    log = [
        decision(1, "a", 0.3),
        decision(1, "none", 0.6, run_number=2),  # the same day decided again
        decision(2, "b", 0.2),
        decision(3, "a", None, is_repaired=True),
        decision(4, "none", 1.0, options=None),  # nothing could fall on it
        decision(5, "none", 0.4, as_of=date(2025, 9, 2)),
        decision(6, "a", 0.4),
        decision(7, "gone_play", 0.4),
    ]
    redirects = [{"customer_id": i, "current_customer_id": i} for i in (1, 3, 4, 5, 7)]
    moved = [{"customer_id": 2, "current_customer_id": 20}]
    found = history.list_decisions(
        rows(spark, DECISION_LOG, log),
        rows(spark, CUSTOMER_REDIRECTS, redirects + moved),
        ["a", "b"],
        DAY,
    )
    return {(row.customer_id, row.play): row for row in found.collect()}


def test_of_a_day_decided_again_the_newest_decision_counts(decided: dict[Any, Any]) -> None:
    assert (1, "a") not in decided
    row = decided[1, "none"]
    assert (row.left_out, row.options, row.driver) == (None, ["a", "b"], "price")


def test_a_decision_goes_with_the_customer_whose_id_changed(decided: dict[Any, Any]) -> None:
    assert decided[20, "b"].left_out is None


def test_each_decision_that_says_nothing_is_left_out_for_its_reason(
    decided: dict[Any, Any],
) -> None:
    assert {key: row.left_out for key, row in decided.items() if row.left_out} == {
        (3, "a"): history.REPAIRED,
        (4, "none"): history.NO_CHANCE,
        (5, "none"): history.YOUNG,
        (None, "a"): history.NOBODY,
        (7, "gone_play"): history.NOT_OURS,
    }


DONE: Final[list[tuple[Any, ...]]] = [
    (1, "a", "0.25", ["a", "b"], 0.5, True),
    (2, "none", "0.4", ["a", "b"], 0.25, False),
    (3, "b", "0.1", ["a", "b"], 0.5, True),
    (4, "none", "0.4", ["a", "b"], 0.75, True),
    (5, "none", "0.8", ["b"], 0.5, True),  # a did not fit
    (6, "a", "0.3", ["b"], 0.5, True),  # nor here: it says nothing of a
    (7, "a", "0.25", ["a", "b"], 0.5, None),  # what came of it is not known
]


def add_up_by_hand() -> dict[Any, float]:
    """Sums of DONE by play: of who was given a play for it alone, of who was left alone for all
    that it might have got.
    """
    sums: dict[Any, float] = defaultdict(float)
    for _, play, chance, may, leave, stayed in DONE:
        for of in may if play == "none" else {play} & set(may):
            if stayed is None:
                continue
            arm, w = "untreated" if play == "none" else "treated", 1 / float(chance)
            sums[of, "leave"] += w * leave
            sums[of, f"{arm}_count"] += 1
            sums[of, f"{arm}_weight"] += w
            sums[of, f"{arm}_weight_squared"] += w * w
            sums[of, f"{arm}_stayed"] += w * stayed
            sums[of, f"{arm}_stayed_squared"] += w * w * stayed
    return sums


def test_sums_are_those_of_plain_python_over_plays_that_might_have_been(
    spark: SparkSession,
) -> None:
    facts = [(i, DAY, play, Decimal(p), may, *CELL, leave) for i, play, p, may, leave, _ in DONE]
    stayed = [(i, DAY, y) for i, *_, y in DONE if y is not None]
    found = history.add_up(
        spark.createDataFrame(facts, SCHEMA),
        spark.createDataFrame(stayed, "customer_id long, done_on date, stayed boolean"),
    )
    names, expected = found.columns[4:], add_up_by_hand()
    rows_found = {row["play"]: row for row in found.collect()}
    assert set(rows_found) == {"a", "b"}
    assert len(names) == 11
    for play, row in rows_found.items():
        assert (row["driver"], row["lifecycle"], row["value_tier"]) == CELL
        for name in names:
            assert float(row[name]) == pytest.approx(expected[play, name], abs=1e-4)
