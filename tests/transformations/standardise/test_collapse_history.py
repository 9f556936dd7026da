"""States of a subscription folded to intervals; one that was set aside ends the one before it."""

from typing import Any, Final

import pytest
from pyspark.sql import SparkSession

from holdfast.transformations.sources.mapping import parse_mapping
from holdfast.transformations.standardise.apply_mapping import map_rows
from holdfast.transformations.standardise.collapse_versions import (
    ASIDES,
    collapse,
    rows_to_write,
)
from holdfast.transformations.standardise.rules import Limits, RetailerRules
from holdfast.transformations.standardise.text import Lexicon
from holdfast.transformations.tables.silver import SUBSCRIPTIONS
from tests.transformations.standardise.versions_by_hand import day

RAW: Final = parse_mapping(
    "box",
    "subscriptions",
    {
        "files": "*.csv",
        "format": "csv",
        "party": "id",
        "columns": {
            "id": "string",
            "status": "string",
            "price": "decimal(18,2)",
            "updated": "timestamp",
            "known": "timestamp",
        },
        "targets": [
            {
                "table": "silver.subscriptions",
                "filters": {"real": "status <> 'draft'"},
                "columns": {
                    "subscription_id": "id",
                    "status": "status",
                    "currency": "'USD'",
                    "price_amount": "price",
                    "event_at": "updated",
                    "available_at": "known",
                    "valid_from": "updated",
                },
            }
        ],
    },
)
RULES: Final = RetailerRules(Limits(5, 1990, ("USD",)), Lexicon((), (), {}), "UTC", "USD", "")
# By subscription: states as (status, price, day, day it was known), and the intervals they make.
CASES: Final[
    dict[str, tuple[list[tuple[str, int, int, int]], list[tuple[str, int, int | None]]]]
] = {
    "plain": (
        [("active", 9, 1, 1), ("paused", 9, 5, 5)],
        [("active", 1, 5), ("paused", 5, None)],
    ),
    "filtered": ([("active", 9, 1, 1), ("draft", 9, 5, 5)], [("active", 1, 5)]),
    "refused and good again": (
        [("active", 9, 1, 1), ("active", -9, 5, 5), ("paused", 9, 7, 7)],
        [("active", 1, 5), ("paused", 7, None)],
    ),
    "set aside and known late": (
        [("active", 9, 1, 1), ("draft", 9, 5, 8)],
        [("active", 1, 8)],
    ),
    "set aside at the instant of a good one": (
        [("active", 9, 1, 1), ("draft", 9, 5, 5), ("paused", 9, 5, 5)],
        [("active", 1, 5), ("paused", 5, None)],
    ),
    "never good": ([("draft", 9, 1, 1)], []),
}


@pytest.fixture(scope="module", params=[False, True])
def found(spark: SparkSession, request: Any) -> tuple[dict[str, list[Any]], int]:
    """Intervals by subscription, and the rows set aside; states in one order or the other."""
    rows = [
        ("box", f"box:{case}", case, status, price, day(at), day(known), f"h{place}", day(20))
        for case, (states, _) in CASES.items()
        for place, (status, price, at, known) in enumerate(states)
    ]
    bronze = spark.createDataFrame(
        rows[::-1] if request.param else rows,
        "source string, party_id string, id string, status string, price int, updated timestamp, "
        "known timestamp, row_hash string, ingested_at timestamp",
    ).selectExpr("*", "'subscriptions.csv' as input_file")
    nobody = spark.createDataFrame([], "kind string, token string, value string")
    mapped = map_rows(bronze, RAW, RAW.targets[0], nobody, RULES)
    folded = collapse(mapped, SUBSCRIPTIONS, None)
    taken: dict[str, list[Any]] = {case: [] for case in CASES}
    utc = day(0).tzinfo
    for row in rows_to_write(folded, SUBSCRIPTIONS).collect():
        start, end = (
            None if at is None else (at.astimezone(utc) - day(0)).days
            for at in (row.valid_from, row.valid_to)
        )
        taken[row.subscription_id.removeprefix("box:")].append((row.status, start, end))
    return taken, sum(len(row[ASIDES]) for row in folded.select(ASIDES).collect())


@pytest.mark.parametrize("case", CASES)
def test_a_state_lasts_until_the_next_be_that_good_or_set_aside(found: Any, case: str) -> None:
    assert sorted(found[0][case], key=lambda one: one[1]) == CASES[case][1]


def test_each_state_that_was_set_aside_is_counted(found: Any) -> None:
    assert found[1] == 5
