"""From raw text or values to declared types, with a reason for every row that does not fit."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from holdfast.transformations.ingest.keyed_hash import hmac_sha256
from holdfast.transformations.reasons import REASONS, collect_reasons, has_reasons
from holdfast.transformations.sources.contract import RawColumn, RawTable, Reading
from holdfast.transformations.sources.types import spark_type
from holdfast.transformations.union import union_by_name

CORRUPT: Final = "_corrupt"
FILE: Final = "_file"
LINE: Final = "_line"  # the raw text of a line, null where the input has none
TEXT: Final = "_text"  # what a refused row leaves in the vault
_PERMISSIVE: Final = {"mode": "PERMISSIVE", "columnNameOfCorruptRecord": CORRUPT}
_REPLACEMENT: Final = "�"
_BYTE_ORDER_MARK: Final = "\ufeff"
_NO_ZONE: Final = r"^\s*\d{4}-\d+-\d+([T ][\d:]+(\.\d*)?)?\s*$"  # an instant without one, ISO 8601
_ZONE_IN_PATTERN: Final = re.compile("[VzOXxZ]")


@dataclass(frozen=True)
class RawRows:
    """Rows of some files of one raw table as they were read, with `_file` and `_line`.

    `is_text` says that a row is one line of text; lines of CSV stand under one `header`, whose
    `names` say what each field is. Else `frame` has the fields already, and `_corrupt`.
    """

    frame: DataFrame
    is_text: bool = False
    header: str | None = None
    names: tuple[str, ...] = ()


def parse_rows(read: Sequence[RawRows], raw: RawTable, keys: DataFrame) -> DataFrame:
    """Typed rows of all files, as `cast_rows` says; a declared column that a file lacks is null."""
    fields = union_by_name([_fields_of(rows, raw) for rows in read], allow_missing=True)
    return cast_rows(fields, raw, keys)


def raw_schema(raw: RawTable) -> T.StructType:
    """What to read: scalars as text, so that a value of the wrong type is one refused row; arrays
    as declared.
    """
    tree: dict[str, object] = {}
    for column in raw.columns:
        node = tree
        *parents, leaf = column.path.split(".")
        for parent in parents:
            node = node.setdefault(parent, {})  # type: ignore[assignment]  # a tree of dicts with types as leaves
        kind = spark_type(column.type)
        node[leaf] = kind if isinstance(kind, T.ArrayType | T.StructType) else T.StringType()
    return T.StructType([*_fields(tree), T.StructField(CORRUPT, T.StringType())])


def cast_rows(frame: DataFrame, raw: RawTable, keys: DataFrame) -> DataFrame:
    """Declared columns with their types, party_id, row_hash, reasons (an array, empty when the row
    is good), and the raw text of a row with reasons.

    `frame` has columns of `raw_schema`, `_file` and `_line`; `keys` is the one-row frame of
    keyed_hash.KEYS.
    """
    present = set(frame.columns)
    values = {c.name: _value(c, present) for c in raw.columns}
    base = frame.select(FILE, LINE, CORRUPT, *(values[c.name].alias(_raw(c)) for c in raw.columns))
    cast = [_cast(c, raw.reading).alias(c.name) for c in raw.columns if not _is_as_read(c)]
    good = base.select("*", *cast)
    party = F.concat(F.lit(f"{raw.source}:"), F.expr(raw.party).cast("string"))
    checked = good.select(
        "*", party.alias("party_id"), _canonical(raw).alias("_canonical")
    ).withColumn(REASONS, collect_reasons(_rules(raw)))
    digest = hmac_sha256(F.col("_canonical"), F.col("inner_pad"), F.col("outer_pad"))
    text = F.when(has_reasons(), F.coalesce(LINE, "_canonical"))
    return checked.crossJoin(F.broadcast(keys)).select(
        FILE,
        "party_id",
        *(c.name for c in raw.columns),
        digest.alias("row_hash"),
        REASONS,
        text.alias(TEXT),
    )


def _fields_of(rows: RawRows, raw: RawTable) -> DataFrame:
    if not rows.is_text:
        return rows.frame
    if rows.header is None:
        fields = F.from_json(LINE, raw_schema(raw), _PERMISSIVE)
        return rows.frame.select(FILE, LINE, fields.alias("_fields")).select(
            FILE, LINE, "_fields.*"
        )
    return _csv_fields(rows.frame, rows.header, rows.names, raw)


def _csv_fields(lines: DataFrame, header: str, names: Sequence[str], raw: RawTable) -> DataFrame:
    """Fields by the names in their file's own header: order does not matter, and a ragged row is
    corrupt, never shifted. In exports that were joined the header stands in the middle, too.
    """
    ddl = ", ".join(f"`{name.replace('`', '``')}` string" for name in (*names, CORRUPT))
    options = {**_PERMISSIVE, "escape": '"', "sep": raw.reading.delimiter}
    fields = F.from_csv(LINE, ddl, options)
    is_header = F.col(LINE).isin(header, f"{_BYTE_ORDER_MARK}{header}")
    spread = lines.filter(~is_header).select(FILE, LINE, fields.alias("_fields"))
    declared = [f"_fields.`{column.path}`" for column in raw.columns if column.path in names]
    return spread.select(FILE, LINE, *declared, f"_fields.{CORRUPT}")


def _fields(tree: dict[str, object]) -> list[T.StructField]:
    return [
        T.StructField(name, T.StructType(_fields(kind)) if isinstance(kind, dict) else kind)  # type: ignore[arg-type]  # leaves are types
        for name, kind in tree.items()
    ]


def _value(column: RawColumn, present: set[str]) -> Column:
    is_whole = column.path in present  # a header may have points of its own
    top = column.path if is_whole else column.path.partition(".")[0]
    kind = spark_type(column.type)
    if top not in present:
        is_nested = isinstance(kind, T.ArrayType | T.StructType)
        return F.lit(None).cast(kind.simpleString() if is_nested else "string")
    parts = [column.path] if is_whole else column.path.split(".")
    value = F.col(".".join(f"`{part}`" for part in parts))
    if isinstance(kind, T.ArrayType | T.StructType):
        return value
    text = value.cast("string")
    return F.when(F.trim(text) != "", text)


def _is_as_read(column: RawColumn) -> bool:
    """Whether the value as it is read is the typed one: it needs no cast and no second column."""
    return isinstance(spark_type(column.type), T.ArrayType | T.StructType | T.StringType)


def _raw(column: RawColumn) -> str:
    """The column of the value as it is read."""
    return column.name if _is_as_read(column) else f"_raw_{column.name}"


def _cast(column: RawColumn, reading: Reading) -> Column:
    """The value in its declared type, null where it has none: whole numbers may be written 3.0 but
    not 3.7, and an instant names its day (Spark would read a bare time of day as today's).
    """
    raw, kind = F.col(_raw(column)), spark_type(column.type)
    if isinstance(kind, T.NumericType) and reading.decimal == ",":
        raw = F.translate(raw, ",.", ".")  # a point parts thousands there
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


def _instant(raw: Column, reading: Reading) -> Column:
    """The instant that a text tells; one that names no zone is of `dates_without_zone`."""
    pattern, zone = reading.date_format, reading.dates_without_zone
    if pattern:
        at = F.try_to_timestamp(raw, F.lit(pattern))
        has_none = F.lit(not _ZONE_IN_PATTERN.search(re.sub("'[^']*'", "", pattern)))
    else:
        at = _with_day(raw, raw.try_cast("timestamp"))
        has_none = raw.rlike(_NO_ZONE)
    return at if zone == "UTC" else F.when(has_none, F.to_utc_timestamp(at, zone)).otherwise(at)


def _with_day(raw: Column, at: Column) -> Column:
    return F.when(F.substring(F.trim(raw), 5, 1) == "-", at)


def _rules(raw: RawTable) -> list[Column]:
    broken = F.col(CORRUPT).isNotNull()
    rules = [
        F.when(broken, F.lit("unparsable")),
        F.when(F.col("_canonical").contains(_REPLACEMENT), F.lit("encoding")),
    ]
    for column in raw.columns:
        was = F.col(_raw(column))
        if not _is_as_read(column):
            rules.append(F.when(~broken & _is_lost(column), F.lit(f"type:{column.name}")))
        if column.required:
            rules.append(F.when(~broken & was.isNull(), F.lit(f"required:{column.name}")))
    rules.append(F.when(~broken & F.col("party_id").isNull(), F.lit("no_party")))
    return rules


def _is_lost(column: RawColumn) -> Column:
    """The value that was read is none of the declared type."""
    now = F.col(column.name)
    lost = F.col(_raw(column)).isNotNull() & now.isNull()
    if spark_type(column.type) != T.DoubleType():
        return lost
    return lost | F.coalesce(F.isnan(now) | (F.abs(now) == float("inf")), F.lit(False))


def _canonical(raw: RawTable) -> Column:
    """The declared values as one text: what the keyed hash sees, before tokens replace anything."""
    whole = F.to_json(F.struct(*(F.col(_raw(c)).alias(c.name) for c in raw.columns)))
    return F.coalesce(F.col(CORRUPT), whole)
