"""Row factory: a test names only what it is about."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import types as T

from holdfast.transformations.tables.table import Column, Table

_INSTANT = datetime(2026, 1, 1, tzinfo=UTC)


def rows(spark: SparkSession, table: Table, values: list[dict[str, Any]]) -> DataFrame:
    """A frame of `table`'s shape: required columns not given get a plain default, the
    others null.
    """
    unknown = {name for value in values for name in value} - set(table.names)
    if unknown:
        raise KeyError(f"{table.name} has no column {', '.join(sorted(unknown))}")
    data = [
        tuple(
            _cast(c, value[c.name]) if c.name in value else _default(table, c, value)
            for c in table.columns
        )
        for value in values
    ]
    return spark.createDataFrame(data, table.schema)


def _cast(column: Column, value: Any) -> Any:
    if (
        isinstance(column.type, T.DecimalType)
        and value is not None
        and not isinstance(value, Decimal)
    ):
        return Decimal(str(value))
    if isinstance(column.type, T.TimestampType) and isinstance(value, str):
        at = datetime.fromisoformat(value)
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    if isinstance(column.type, T.DateType) and isinstance(value, str):
        return date.fromisoformat(value)
    return value


def _default(table: Table, column: Column, given: dict[str, Any]) -> Any:
    """Nulls where allowed; `x_first` follows `x`, availability and versions follow the event."""
    newest = column.name.removesuffix("_first")
    if newest != column.name and newest in given:
        return _cast(column, given[newest])
    if (
        column.name in ("available_at", "ingested_at", "version_at", "version_at_first")
        and "event_at" in given
    ):
        return _cast(column, given["event_at"])
    if newest != column.name and not newest.startswith(("version", "row_hash")):
        return _default(table, table[newest], given)
    if column.nullable:
        return None
    kind = column.type
    if column.name == "currency":
        return "USD"
    if column.name == "horizon_days":
        return 90
    if isinstance(kind, T.StringType):
        return column.name
    if isinstance(kind, T.BinaryType):
        return column.name.encode()
    if isinstance(kind, T.TimestampType):
        return _INSTANT
    if isinstance(kind, T.DateType):
        return _INSTANT.date()
    if isinstance(kind, T.BooleanType):
        return False
    if isinstance(kind, T.DecimalType):
        return Decimal(0)
    if isinstance(kind, T.DoubleType):
        return 0.0
    return 1
