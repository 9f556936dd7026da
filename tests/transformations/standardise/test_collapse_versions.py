"""Many versions of one fact folded to a row and its states, whatever the order in which they
come.
"""

from collections.abc import Sequence
from typing import Any, Final

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from holdfast.transformations.standardise import collapse_versions as fold
from holdfast.transformations.tables.silver import ORDERS, PARTIES
from tests.factories import rows
from tests.transformations.standardise.versions_by_hand import (
    GOOD,
    Version,
    day,
    good,
    states,
)

PAID: Final = "filtered:paid"
REFUSED: Final = "quarantined:check:net_amount"
# An order known on day 1 and its versions.
CASES: Final = {
    "stands": [Version(1)],
    "edited and stands": [Version(1), Version(3, amount=7)],
    "cancelled": [Version(1), Version(4, ends=4)],
    "cancelled at its only sight": [Version(5, ends=3)],
    "its end is dated back and counts when it was known": [Version(1), Version(5, ends=2)],
    "its end lies ahead": [Version(1), Version(3, ends=9)],
    "its end lies ahead and is taken back": [Version(1), Version(3, ends=9), Version(6)],
    "reopened": [Version(1), Version(4, ends=4), Version(8)],
    "reopened and ended again": [Version(1), Version(4, ends=4), Version(8), Version(9, ends=9)],
    "its end moves": [Version(1), Version(4, ends=4), Version(8, ends=7)],
    "filtered by its newest version": [Version(1), Version(3, PAID)],
    "refused by its newest version": [Version(1), Version(3, REFUSED)],
    "filtered, refused later": [Version(1), Version(3, PAID), Version(5, REFUSED)],
    "filtered, and good again": [Version(1), Version(3, PAID), Version(6)],
    "not good until its second version": [Version(1, PAID), Version(4)],
    "never good": [Version(1, PAID), Version(4, REFUSED)],
    "cancelled, then filtered": [Version(1), Version(3, ends=3), Version(5, PAID)],
    "set aside at the instant of a good one": [Version(1), Version(3), Version(3, PAID)],
    "known before its first version": [Version(4), Version(6, PAID)],
}


def numbered(versions: Sequence[Version]) -> list[Version]:
    return [
        Version(v.at, v.aside, v.ends, v.amount, f"h{place}") for place, v in enumerate(versions)
    ]


def mapped(spark: SparkSession, cases: dict[str, Sequence[Version]], turned: int) -> DataFrame:
    """Versions as `map_rows` leaves them, those of each case in another order."""
    values: list[dict[str, Any]] = []
    asides = []
    for case, versions in cases.items():
        place = turned % len(versions)
        for v in (*versions[place:], *versions[:place]):
            values.append(
                {
                    "order_id": case,
                    "party_id": case,
                    "event_at": day(1),
                    "version_at": day(v.at),
                    "row_hash": v.digest,
                    "net_amount": v.amount,
                    "cancelled_at": None if v.ends is None else day(v.ends),
                    "ingested_at": day(20),
                }
            )
            asides.append((case, v.digest, v.aside))
    said = spark.createDataFrame(asides, "order_id string, row_hash string, why string")
    return (
        rows(spark, ORDERS, values)
        .join(said, ["order_id", "row_hash"], how="inner")
        .select(
            *(
                F.when((F.col("why") == GOOD) | F.lit(name in VERSION), F.col(name)).alias(name)
                for name in ORDERS.unstamped_names
            ),
            F.lit(1).cast("bigint").alias(fold.WEIGHT),
            F.lit("").alias(fold.SCOPE),
            F.lit("").alias(fold.OWNER),
            _aside(F.col("why")).alias(fold.SET_ASIDE),
        )
    )


VERSION: Final = ("order_id", "version_at", "row_hash")


def _aside(why: Any) -> Any:
    refused = why.startswith("quarantined:")
    nothing = F.lit(None).cast("string")
    parts = {
        "source": F.lit("shop"),
        "outcome": F.when(refused, "quarantined").otherwise(why),
        "reasons": F.when(refused, F.regexp_replace(why, "^quarantined:", "")),
        "raw_table": nothing,
        "input": nothing,
        "row_hash": nothing,
        "party_id": nothing,
    }
    return F.when(why != GOOD, F.struct(*(part.alias(name) for name, part in parts.items())))


@pytest.fixture(scope="module", params=[0, 1, 2])
def folded(spark: SparkSession, request: Any) -> dict[str, Any]:
    """Each case folded, its versions in one of several orders."""
    cases = {case: numbered(versions) for case, versions in CASES.items()}
    collapsed = fold.collapse_upserts(mapped(spark, cases, request.param), ORDERS)
    return {row["order_id"]: row for row in collapsed.collect()}


@pytest.mark.parametrize("case", CASES)
def test_states_are_those_of_the_newest_version_at_each_instant(
    folded: dict[str, Any], case: str
) -> None:
    found = [
        (s["status"], s["reason"], s["valid_from"], s["valid_to"])
        for s in folded[case][fold.STATES] or []
    ]
    said = states(numbered(CASES[case]), day(1)) if good(CASES[case]) else []
    assert [(*s[:2], *(at and at.astimezone() for at in s[2:])) for s in said] == [
        (*s[:2], *(at and at.astimezone() for at in s[2:])) for s in found
    ]


@pytest.mark.parametrize("case", CASES)
def test_a_row_is_withdrawn_where_its_newest_version_was_set_aside(
    folded: dict[str, Any], case: str
) -> None:
    row, stands = folded[case], good(numbered(CASES[case]))
    last = max(numbered(CASES[case]), key=lambda version: version.order)
    assert row[fold.IS_WRITTEN] == bool(stands)
    assert row["withdrawn_by"] == (last.aside or None if stands else None)
    if stands:
        assert (row["row_hash"], row["row_hash_first"]) == (stands[-1].digest, stands[0].digest)
        assert (row["net_amount"], row["net_amount_first"]) == (stands[-1].amount, stands[0].amount)


def test_every_source_row_is_counted_once_as_good_or_set_aside(folded: dict[str, Any]) -> None:
    counted = {
        case: (row[fold.TOTAL], sorted(one["aside"]["outcome"] for one in row[fold.ASIDES]))
        for case, row in folded.items()
    }
    assert counted == {
        case: (
            len(good(versions)),
            sorted(v.aside.split(":check")[0] for v in versions if v.aside != GOOD),
        )
        for case, versions in CASES.items()
    }


def test_whoever_only_mentions_a_party_brings_no_record_of_it_back(spark: SparkSession) -> None:
    said = {
        "record": ("customers", Version(1)),
        "filtered": ("customers", Version(5, aside=PAID)),
        "mention": (None, Version(7)),
        "of orders": ("orders", Version(9, aside=PAID)),
    }
    values = [
        {"party_id": "p", "event_at": day(1), "version_at": day(v.at), "row_hash": name}
        for name, (_, v) in said.items()
    ]
    marks = [(name, scope, version.aside) for name, (scope, version) in said.items()]
    found = rows(spark, PARTIES, values).join(
        spark.createDataFrame(marks, f"row_hash string, {fold.SCOPE} string, why string"),
        ["row_hash"],
        how="inner",
    )
    added = {fold.WEIGHT: F.lit(1).cast("bigint"), fold.OWNER: F.lit("")}
    versions = found.withColumns({**added, fold.SET_ASIDE: _aside(F.col("why"))})
    [row] = fold.collapse_upserts(versions, PARTIES).collect()
    assert (row["withdrawn_by"], row["withdrawn_at"].astimezone(day(5).tzinfo)) == (PAID, day(5))
