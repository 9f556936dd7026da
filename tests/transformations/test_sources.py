"""A mapping says all that is wrong with it at once, by name."""

import re
from typing import Any

import pytest
from pyspark.sql import types as T

from holdfast.transformations.sources.mapping import parse_mapping
from holdfast.transformations.sources.types import MappingError, spark_type

# of the mapping of test_unmapped_columns_wrong_types_and_bad_keys_are_reported_together
PROBLEMS = (
    "format xls",
    "time_zone Mars/Olympus is not on the IANA list: write one such as Europe/Berlin",
    "country Denmark is not of ISO 3166: write one such as DE",
    "repeats maybe is neither dropped nor kept",
    "column id: strng is not a type",
    "pii mail",
    "column odd: unknown typ",
    "colour is not a column",
    "party_id is filled by the engine",
    "ordered_on is filled by the engine",
    "required column net_amount is not mapped",
    "required column event_at is not mapped",
    "items is not a declared column",
    "silver.cats: no such silver table",
)


def test_dates_without_zone_are_of_a_zone_that_there_is() -> None:
    values = {"files": "*.csv", "format": "csv", "party": "id", "columns": {}, "targets": []}
    with pytest.raises(MappingError, match="dates_without_zone Moon is not on the IANA list"):
        parse_mapping("shop", "orders", {**values, "dates_without_zone": "Moon"})


def test_unmapped_columns_wrong_types_and_bad_keys_are_reported_together() -> None:
    values = {
        "files": "*.csv",
        "format": "xls",
        "time_zone": "Mars/Olympus",
        "country": "Denmark",
        "repeats": "maybe",
        "party": "id",
        "columns": {
            "id": "strng",
            "email": {"type": "string", "pii": "mail"},
            "odd": {"typ": "string"},
        },
        "targets": [
            {
                "table": "silver.orders",
                "explode": "items",
                "columns": dict.fromkeys(("order_id", "party_id", "ordered_on", "colour"), "id"),
            },
            {"table": "silver.cats", "columns": {}},
        ],
    }
    with pytest.raises(MappingError) as error:
        parse_mapping("shop", "orders", values)
    said = str(error.value)
    for problem in PROBLEMS:
        assert problem in said


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ({"delimiter": ";;"}, "delimiter ';;' is not one character"),
        ({"decimal": "'"}, "is neither a point nor a comma"),
        ({"encoding": "klingon"}, "encoding klingon is not known"),
        ({"format": "jsonl", "encoding": "windows-1252"}, "encoding: for CSV only"),
        ({"format": "parquet", "decimal": ","}, "decimal: for text files only"),
        ({"columns": {"source": "string"}}, "call it raw_source, with path: source"),
    ],
)
def test_a_way_of_reading_that_cannot_be_had_is_named(asked: dict[str, Any], problem: str) -> None:
    usual = {"files": "*.csv", "format": "csv", "party": "id", "columns": {}, "targets": []}
    with pytest.raises(MappingError, match=re.escape(problem)):
        parse_mapping("shop", "orders", {**usual, **asked})


def test_a_row_is_a_version_where_it_says_when_it_was_made_or_a_filter_may_take_it() -> None:
    common = {"event_at": "at", "available_at": "at"}
    party = {**common, "party_kind": "'user'"}
    answer = {**common, "response_id": "id", "survey_type": "'nps'"}
    raw = parse_mapping(
        "shop",
        "orders",
        {
            "files": "*.csv",
            "format": "csv",
            "party": "id",
            "columns": {"id": "string", "at": "timestamp", "ok": "boolean"},
            "targets": [
                {"table": "silver.survey_responses", "columns": answer},
                {"table": "silver.survey_responses", "columns": answer, "filters": {"a": "ok"}},
                {"table": "silver.parties", "columns": party, "filters": {"a": "ok"}},
                {"table": "silver.parties", "columns": {**party, "version_at": "at"}},
            ],
        },
    )
    has_versions = [target.has_versions for target in raw.targets]
    assert has_versions == [False, True, False, True], "rows mention parties, or are their records"


def test_nested_types_are_read_without_a_session() -> None:
    assert spark_type("array<struct<a:string,b:array<struct<c:decimal(18,2)>>>>") == T.ArrayType(
        T.StructType(
            [
                T.StructField("a", T.StringType()),
                T.StructField(
                    "b", T.ArrayType(T.StructType([T.StructField("c", T.DecimalType(18, 2))]))
                ),
            ]
        )
    )
