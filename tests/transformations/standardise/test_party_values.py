"""Personal values over time: what a record says and takes back, what other rows mention."""

from datetime import datetime
from typing import Any, Final

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from holdfast.transformations.sources.mapping import parse_mapping
from holdfast.transformations.standardise.party_values import party_values
from tests.transformations.standardise.versions_by_hand import day

RECORDS: Final = parse_mapping(
    "shop",
    "customers",
    {
        "files": "*.csv",
        "format": "csv",
        "party": "id",
        "columns": {
            "id": "string",
            "email": {"type": "string", "pii": "email"},
            "phone": {"type": "string", "pii": "phone"},
            "mobile": {"type": "string", "pii": "phone"},
            "at": "timestamp",
            "updated": "timestamp",
        },
        "targets": [
            {
                "table": "silver.parties",
                "columns": {
                    "party_kind": "'customer'",
                    "event_at": "at",
                    "available_at": "at",
                    "version_at": "updated",
                },
            }
        ],
    },
)
# An order mentions an e-mail and a device; that of a guest is the guest's own record.
MENTIONS: Final = parse_mapping(
    "shop",
    "orders",
    {
        "files": "*.csv",
        "format": "csv",
        "party": "coalesce(customer, id)",
        "columns": {
            "id": "string",
            "customer": "string",
            "email": {"type": "string", "pii": "email"},
            "device": {"type": "string", "pii": "device"},
            "at": "timestamp",
            "updated": "timestamp",
        },
        "targets": [
            {
                "table": "silver.parties",
                "filters": {"is_a_guest": "customer is null"},
                "columns": {
                    "party_kind": "'guest'",
                    "event_at": "at",
                    "available_at": "at",
                    "version_at": "updated",
                },
            }
        ],
    },
)
Said = tuple[str, int, dict[str, str]]  # which export, the day, the values
Interval = tuple[str, str, int, int | None]  # kind, value, from and to days


def record(at: int, **values: str) -> Said:
    return "record", at, values


def mention(at: int, **values: str) -> Said:
    return "mention", at, values


def guest(at: int, **values: str) -> Said:
    return "guest", at, values


CASES: Final[dict[str, tuple[list[Said], list[Interval]]]] = {
    "a value that comes back is true again, and was not between": (
        [record(1, email="a"), record(3, email="b"), record(6, email="a")],
        [("email", "a", 1, 3), ("email", "b", 3, 6), ("email", "a", 6, None)],
    ),
    "a value that its newest version leaves blank is true no longer": (
        [record(1, email="a", phone="1"), record(4, phone="1")],
        [("email", "a", 1, 4), ("phone", "1", 1, None)],
    ),
    "saying a value again changes nothing": (
        [record(1, email="a"), record(2, email="a"), record(5, email="a")],
        [("email", "a", 1, None)],
    ),
    "two columns of a kind are true together": (
        [record(1, phone="1", mobile="2"), record(3, phone="2")],
        [("phone", "1", 1, 3), ("phone", "2", 1, 3), ("phone", "2", 3, None)],
    ),
    "an order that mentions none takes none back": (
        [record(1, email="a"), mention(3, device="x")],
        [("device", "x", 3, None), ("email", "a", 1, None)],
    ),
    "the newest mention counts until the record speaks again": (
        [record(1, email="a"), mention(3, email="b"), record(5, email="a")],
        [("email", "a", 1, 3), ("email", "b", 3, 5), ("email", "a", 5, None)],
    ),
    "a record that never had one takes no mention back": (
        [record(1), mention(3, email="b"), record(5)],
        [("email", "b", 3, None)],
    ),
    "what the record had and lost takes a mention back, too": (
        [record(1, email="a"), mention(3, email="a"), record(5), mention(8, email="c")],
        [("email", "a", 1, 5), ("email", "c", 8, None)],
    ),
    "a guest's order is the guest's record": (
        [guest(1, email="a"), guest(4)],
        [("email", "a", 1, 4)],
    ),
    "devices add up from their first mention on": (
        [mention(2, device="x"), mention(5, device="y"), mention(9, device="x")],
        [("device", "x", 2, None), ("device", "y", 5, None)],
    ),
}


@pytest.fixture(scope="module", params=[False, True])
def found(spark: SparkSession, request: Any) -> dict[str, list[Interval]]:
    """Intervals by party, which is the case's name; the rows in one order or the other."""
    said = [
        (f"{place}-{number}", case, export, at, values)
        for place, (case, (rows, _)) in enumerate(CASES.items())
        for number, (export, at, values) in enumerate(rows)
    ]
    if request.param:
        said.reverse()

    def bronze(exports: set[str], names: tuple[str, ...]) -> Any:
        rows = [
            (
                f"shop:{case}",
                f"h{key}",
                case,
                None if export == "guest" else case,
                day(at),
                *(values.get(name) for name in names),
            )
            for key, case, export, at, values in said
            if export in exports
        ]
        texts = ", ".join(f"{name} string" for name in names)
        schema = (
            f"party_id string, row_hash string, id string, customer string, at timestamp, {texts}"
        )
        frame = spark.createDataFrame(rows, schema)
        return frame.withColumns({"updated": F.col("at"), "ingested_at": F.col("at")})

    frames = [
        (RECORDS, bronze({"record"}, ("email", "phone", "mobile"))),
        (MENTIONS, bronze({"mention", "guest"}, ("email", "device"))),
    ]
    taken: dict[str, list[Interval]] = {}
    for row in party_values(frames).collect():
        ends = None if row.valid_to is None else number_of(row.valid_to)
        one = (row.kind, row.token, number_of(row.valid_from), ends)
        taken.setdefault(row.party_id.removeprefix("shop:"), []).append(one)
    return taken


def number_of(at: datetime) -> int:
    return (at.astimezone(day(0).tzinfo) - day(0)).days


@pytest.mark.parametrize("case", CASES)
def test_a_value_is_true_from_when_until_when_it_was_the_newest(
    found: dict[str, list[Interval]], case: str
) -> None:
    assert sorted(found[case], key=lambda one: one[:3]) == sorted(
        CASES[case][1], key=lambda one: one[:3]
    )


def test_of_two_versions_at_one_instant_one_counts_whatever_their_order(
    spark: SparkSession,
) -> None:
    for hashes in (("h1", "h2"), ("h2", "h1")):
        rows = [
            ("shop:1", digest, "1", day(1), value, None, None)
            for digest, value in zip(
                hashes, ("a" if h == "h1" else "b" for h in hashes), strict=True
            )
        ]
        frame = spark.createDataFrame(
            rows,
            "party_id string, row_hash string, id string, at timestamp, email string, "
            "phone string, mobile string",
        ).withColumns({"updated": F.col("at"), "ingested_at": F.col("at")})
        (row,) = party_values([(RECORDS, frame)]).collect()
        assert (row.token, row.valid_to) == ("b", None)
