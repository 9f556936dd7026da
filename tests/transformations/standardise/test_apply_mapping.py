"""Rows of a target: the day of an order is that of its source's time zone."""

from datetime import date
from typing import Any

import pytest
from pyspark.sql import SparkSession

from holdfast.transformations.sources.mapping import parse_mapping
from holdfast.transformations.standardise.apply_mapping import map_rows
from holdfast.transformations.standardise.rules import Limits, RetailerRules
from holdfast.transformations.standardise.text import Lexicon

LIMITS = Limits(5, 1990, ("USD",))
MAPPING: dict[str, Any] = {
    "files": "*.csv",
    "format": "csv",
    "party": "id",
    "columns": {"id": "string", "at": "timestamp"},
}
TARGET: dict[str, Any] = {
    "table": "silver.orders",
    "columns": {
        "order_id": "id",
        "channel": "'web'",
        "currency": "'USD'",
        "net_amount": "1",
        "discount_amount": "0",
        "event_at": "at",
        "available_at": "at",
    },
}
# Half past three in the morning in UTC: the evening before in New York, noon of the day in Tokyo.
NEAR_MIDNIGHT = "2025-01-02 03:30:00"


@pytest.mark.parametrize("group_by", [(), ("id", "at")])
@pytest.mark.parametrize(
    ("own", "retailers", "day"),
    [
        (None, "UTC", 2),
        (None, "America/New_York", 1),
        ("America/New_York", "UTC", 1),
        ("Asia/Tokyo", "America/New_York", 2),
    ],
)
def test_an_order_near_midnight_is_on_the_day_of_its_sources_zone_else_the_retailers(
    spark: SparkSession, own: str | None, retailers: str, day: int, group_by: tuple[str, ...]
) -> None:
    zone = {"time_zone": own} if own else {}
    grouped = {"group_by": list(group_by)} if group_by else {}
    raw = parse_mapping("shop", "orders", {**MAPPING, **zone, "targets": [{**TARGET, **grouped}]})
    bronze = spark.createDataFrame([("1", NEAR_MIDNIGHT)], "id string, at string").selectExpr(
        "'shop' as source",
        "id as party_id",
        "id",
        "cast(at as timestamp) as at",
        "'orders.csv' as input_file",
        "current_timestamp() as ingested_at",
        "id as row_hash",
    )
    rules = RetailerRules(LIMITS, Lexicon((), (), {}), retailers, "USD", "")
    nobody = spark.createDataFrame([], "kind string, token string, value string")
    (row,) = map_rows(bronze, raw, raw.targets[0], nobody, rules).collect()
    assert row.ordered_on == date(2025, 1, day)
