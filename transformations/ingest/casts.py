"""A value in its declared type, from the text or the value that was read."""

import re
from functools import reduce
from operator import or_
from typing import Final

from pyspark.sql import Column
from pyspark.sql import functions as F
from pyspark.sql import types as T

from holdfast.transformations.sources.contract import FILE_TIME, RawColumn, Reading
from holdfast.transformations.sources.types import spark_type

_NO_ZONE: Final = r"^\s*\d{4}-\d+-\d+([T ][\d:]+(\.\d*)?)?\s*$"  # an instant without one, ISO 8601
# Signs between thousands: spaces of every width and an apostrophe, beside the other decimal sign.
_SPACES: Final = r" \u00a0\u2009\u202f'"
_PARTING_COMMA: Final = f"[.{_SPACES}]"
_PARTED_COMMA: Final = rf"^\s*[+-]?\d{{1,3}}({_PARTING_COMMA}\d{{3}})+(,\d+)?\s*$"
_PARTING_POINT: Final = f"[,{_SPACES}]"
_PARTED_POINT: Final = (
    rf"^\s*[+-]?\d{{1,3}}((,\d{{3}})+\.\d+|(,\d{{3}}){{2,}}|([{_SPACES}]\d{{3}})+(\.\d+)?)\s*$"
)
_NO_SECONDS: Final = r"([T ]\d{1,2}:\d{2})(?=\s*(Z|[+-]\d|[A-Za-z]{3}))"
_ZONE_IN_PATTERN: Final = re.compile("[VzOXxZ]")


def as_text(kind: T.DataType) -> T.DataType:
    """The type with text in place of every scalar in it."""
    if isinstance(kind, T.ArrayType):
        return T.ArrayType(as_text(kind.elementType))
    if isinstance(kind, T.StructType):
        return T.StructType([T.StructField(f.name, as_text(f.dataType)) for f in kind.fields])
    return T.StringType()


def cast_value(raw: Column, column: RawColumn, reading: Reading) -> Column:
    """A value in its declared type, null where it has none: whole numbers may be written 3.0 but
    not 3.7, and an instant names its day (Spark would read a bare time of day as today's).
    """
    if column.path == FILE_TIME:
        reading = Reading()  # no export has written it
    return _cast(raw, spark_type(column.type), reading)


def _cast(raw: Column, kind: T.DataType, reading: Reading) -> Column:
    if as_text(kind) == kind:
        return raw
    if isinstance(kind, T.ArrayType):
        return F.transform(raw, lambda one: _cast_within(one, kind.elementType, reading))
    if isinstance(kind, T.StructType):
        fields = (_cast_within(raw[f.name], f.dataType, reading).alias(f.name) for f in kind.fields)
        return F.when(raw.isNotNull(), F.struct(*fields))
    if isinstance(kind, T.NumericType):
        raw = _plain_number(raw, reading.decimal)
    if isinstance(kind, T.TimestampType):
        return _instant(raw, reading)
    if isinstance(kind, T.DateType) and reading.date_format:
        return F.try_to_timestamp(raw, F.lit(reading.date_format)).cast(kind)
    if isinstance(kind, T.IntegerType | T.LongType):
        number = raw.try_cast("decimal(38,6)")
        return F.when(number == F.floor(number), number.try_cast(kind))
    if isinstance(kind, T.DateType):
        return _with_day(raw, raw.try_cast(kind))
    return raw.try_cast(kind)


def _cast_within(raw: Column, kind: T.DataType, reading: Reading) -> Column:
    """The same of a value in an array or a struct."""
    return _cast(_said(raw, kind, reading), kind, reading)


def _said(raw: Column, kind: T.DataType, reading: Reading) -> Column:
    """A scalar in an array or a struct, null where it stands for nothing."""
    if isinstance(kind, T.ArrayType | T.StructType | T.StringType):
        return raw
    return F.when(~F.trim(raw).isin("", *reading.nulls), raw)


def _plain_number(raw: Column, decimal: str) -> Column:
    """A number as SQL writes it. Signs that part thousands go where all of them do and nothing else
    could be meant; what else has one is no number: 12.50 where the decimal sign is a comma, 12,50
    and 1,234 where it is a point.
    """
    if decimal == ",":
        parted = F.when(raw.rlike(_PARTED_COMMA), F.regexp_replace(raw, _PARTING_COMMA, ""))
        plain = F.coalesce(parted, F.when(~raw.contains("."), raw))
        return F.translate(plain, ",", ".")
    parted = F.when(raw.rlike(_PARTED_POINT), F.regexp_replace(raw, _PARTING_POINT, ""))
    return F.coalesce(parted, raw)


def _instant(raw: Column, reading: Reading) -> Column:
    """The instant that a text tells; one that names no zone is of `dates_without_zone`."""
    pattern, zone = reading.date_format, reading.dates_without_zone
    if pattern:
        at = F.try_to_timestamp(raw, F.lit(pattern))
        has_none = F.lit(not _ZONE_IN_PATTERN.search(re.sub("'[^']*'", "", pattern)))
    else:
        whole = F.regexp_replace(raw, _NO_SECONDS, "$1:00")  # which Spark wants before a zone
        at = _with_day(raw, F.coalesce(raw.try_cast("timestamp"), whole.try_cast("timestamp")))
        has_none = raw.rlike(_NO_ZONE)
    return at if zone == "UTC" else F.when(has_none, F.to_utc_timestamp(at, zone)).otherwise(at)


def _with_day(raw: Column, at: Column) -> Column:
    return F.when(F.substring(F.trim(raw), 5, 1) == "-", at)


def is_lost(was: Column, now: Column, column: RawColumn) -> Column:
    """The value that was read is none of the declared type."""
    return _is_lost(was, now, spark_type(column.type))


def is_lost_within(raw: Column, kind: T.DataType, reading: Reading) -> Column:
    """Some value in an array or a struct is none of its declared type."""
    if as_text(kind) == kind:
        return F.lit(False)
    if isinstance(kind, T.ArrayType):
        lost = F.exists(raw, lambda one: is_lost_within(one, kind.elementType, reading))
        return F.coalesce(lost, F.lit(False))
    if isinstance(kind, T.StructType):
        each = (is_lost_within(raw[f.name], f.dataType, reading) for f in kind.fields)
        return reduce(or_, each)
    was = _said(raw, kind, reading)
    return _is_lost(was, _cast(was, kind, reading), kind)


def _is_lost(was: Column, now: Column, kind: T.DataType) -> Column:
    lost = was.isNotNull() & now.isNull()
    if kind != T.DoubleType():
        return lost
    return lost | F.coalesce(F.isnan(now) | (F.abs(now) == float("inf")), F.lit(False))
