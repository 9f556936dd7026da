"""What a user reads of an ingest: each file that needs a look, and why its rows were refused."""

from datetime import UTC, datetime

from pyspark.sql import Row

from holdfast.jobs.stages.ingest import account_for, by_file, describe_files
from holdfast.jobs.stages.raw_file import RawFile

OPENED_AT = datetime(2026, 1, 1, tzinfo=UTC)


def outcome(
    name: str, reasons: str | None, loaded: int, quarantined: int, duplicate: int = 0
) -> Row:
    counts = {
        "rows_loaded": loaded,
        "rows_quarantined": quarantined,
        "rows_duplicate": duplicate,
    }
    return Row(source="shop", raw_table="orders", input=name, reasons=reasons, **counts)


def test_refused_rows_are_counted_by_their_first_reason_file_by_file() -> None:
    files = [RawFile("shop", "orders", f"/raw/{name}", name, name) for name in ("a.csv", "b.csv")]
    outcomes = by_file(
        [
            outcome("a.csv", None, 90, 0),
            outcome("a.csv", "type:total,type:at", 0, 4),
            outcome("a.csv", "type:total", 0, 2),
            outcome("a.csv", "unparsable", 0, 3),
            outcome("a.csv", "no_party", 0, 1),
            outcome("b.csv", None, 10, 0),
        ]
    )
    accounts = account_for(files, [100, 10], outcomes, OPENED_AT)
    assert [(a["rows_loaded"], a["rows_quarantined"]) for a in accounts] == [(90, 10), (10, 0)]
    assert describe_files(files, accounts, outcomes, ["shop/x.zip is read by no mapping"]) == (
        "2 new files, 110 rows\n"
        "shop/x.zip is read by no mapping\n"
        "shop/a.csv: 10 of 100 rows refused: type:total 6, unparsable 3, no_party 1"
    )


def test_rows_that_were_loaded_before_are_said_file_by_file() -> None:
    files = [RawFile("shop", "orders", f"/raw/{name}", name, name) for name in ("a.csv", "b.csv")]
    outcomes = by_file([outcome("a.csv", None, 10, 0), outcome("b.csv", None, 5, 0, 1_200)])
    accounts = account_for(files, [10, 1_205], outcomes, OPENED_AT)
    assert describe_files(files, accounts, outcomes, []) == (
        "2 new files, 1,215 rows\nshop/b.csv: 1,200 of 1,205 rows are duplicates of loaded ones"
    )
