"""From raw text or values to declared types, with a reason for every row that does not fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from holdfast.transformations.ingest.casts import as_text, cast_value, is_lost, is_lost_within
from holdfast.transformations.ingest.keyed_hash import hmac_sha256
from holdfast.transformations.ingest.records import (
    CORRUPT,
    FILE,
    LINE,
    MARKS,
    ROWS,
    TEXTS,
    as_records,
    is_as_read,
    join_rows,
    name_raw,
    number_lines_alike,
)
from holdfast.transformations.ingest.schema import raw_schema, with_texts
from holdfast.transformations.reasons import REASONS, collect_reasons, has_reasons
from holdfast.transformations.sources.contract import FILE_TIME, RawColumn, RawTable, Reading
from holdfast.transformations.sources.types import spark_type
from holdfast.transformations.union import union_by_name

TEXT: Final = "_text"  # what the rows of a refused record leave in the vault, as an array
_PERMISSIVE: Final = {"mode": "PERMISSIVE", "columnNameOfCorruptRecord": CORRUPT}
_REPLACEMENT: Final = "�"
_BYTE_ORDER_MARK: Final = "\ufeff"


@dataclass(frozen=True)
class RawRows:
    """Rows of some files of one raw table as they were read, with `_file`, `_line` and, but for
    tables, `_file_time`.

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


def cast_rows(frame: DataFrame, raw: RawTable, keys: DataFrame) -> DataFrame:
    """Declared columns with their types, party_id, row_hash, reasons (an array, empty when the row
    is good), the raw text of a row with reasons, and how many rows of the file it stands for.

    `frame` has columns of `raw_schema`, `_file` and `_line`; `keys` is the one-row frame of
    keyed_hash.KEYS.
    """
    present = set(frame.columns)
    in_file = [*raw.in_file, *(c for c in raw.columns if c.path == FILE_TIME)]
    read = [_value(c, present, raw.reading.nulls).alias(name_raw(c)) for c in in_file]
    base = frame.select(FILE, LINE, CORRUPT, *read)
    records = join_rows(base, raw) if raw.record else as_records(base)
    to_cast = (c for c in raw.columns if not is_as_read(c))
    good = records.select("*", *(_typed(c, raw.reading).alias(c.name) for c in to_cast))
    party = F.concat(F.lit(f"{raw.source}:"), F.expr(raw.party).cast("string"))
    checked = good.select(
        "*", party.alias("party_id"), _canonical(raw).alias("_canonical")
    ).withColumn(REASONS, F.concat(collect_reasons(_rules(raw)), MARKS))
    digest = hmac_sha256(F.col("_canonical"), F.col("inner_pad"), F.col("outer_pad"))
    texts = F.col(TEXTS) if raw.record else F.array(F.coalesce(LINE, "_canonical"))
    return checked.crossJoin(F.broadcast(keys)).select(
        FILE,
        "party_id",
        *(c.name for c in raw.columns),
        digest.alias("row_hash"),
        REASONS,
        F.when(has_reasons(), texts).alias(TEXT),
        ROWS,
    )


def _fields_of(rows: RawRows, raw: RawTable) -> DataFrame:
    if not rows.is_text:
        return with_texts(rows.frame, raw)
    if rows.header is None:
        fields = F.from_json(LINE, raw_schema(raw), _PERMISSIVE)
        kept = _kept(rows.frame)
        return rows.frame.select(*kept, fields.alias("_fields")).select(*kept, "_fields.*")
    return _csv_fields(rows.frame, rows.header, rows.names, raw)


def _csv_fields(lines: DataFrame, header: str, names: Sequence[str], raw: RawTable) -> DataFrame:
    """Fields by the names in their file's own header: order does not matter, and a ragged row is
    corrupt, never shifted. In exports that were joined the header stands in the middle, too.
    """
    ddl = ", ".join(f"{name} string" for name in (*map(place_of, range(len(names))), CORRUPT))
    options = {**_PERMISSIVE, "escape": '"', "sep": raw.reading.delimiter}
    fields = F.from_csv(LINE, ddl, options)
    is_header = F.col(LINE).isin(header, f"{_BYTE_ORDER_MARK}{header}")
    kept = _kept(lines)
    spread = lines.filter(~is_header).select(*kept, fields.alias("_fields"))
    return spread.select(*kept, *select_declared(raw, names, "_fields."), f"_fields.{CORRUPT}")


def place_of(number: int) -> str:
    """The name under which the field at a place of a CSV row is read: headers may have any names,
    such as two that differ in case alone.
    """
    return f"_field_{number}"


def select_declared(raw: RawTable, names: Sequence[str], prefix: str = "") -> list[Column]:
    """The declared columns of a CSV whose fields are named by `place_of`, under their own names."""
    paths = dict.fromkeys(path for c in raw.in_file for path in c.paths if path in names)
    return [F.col(f"{prefix}{place_of(names.index(path))}").alias(path) for path in paths]


def _kept(lines: DataFrame) -> list[str]:
    """What stands beside the fields of a line."""
    return [name for name in (FILE, LINE, FILE_TIME) if name in lines.columns]


def _value(column: RawColumn, present: set[str], nulls: Sequence[str]) -> Column:
    """What is read, scalars as text, from the first place of the column that has a value."""
    kind = spark_type(column.type)
    is_nested = isinstance(kind, T.ArrayType | T.StructType)
    found = [_read_at(path, present) for path in column.paths if _is_there(path, present)]
    if not found:
        return F.lit(None).cast(as_text(kind))
    if is_nested:
        return F.coalesce(*found)
    texts = [value.cast("string") for value in found]
    return F.coalesce(*(F.when(~_is_blank(text, column, nulls), text) for text in texts))


def _is_blank(text: Column, column: RawColumn, nulls: Sequence[str]) -> Column:
    """Whether a text stands for nothing; a person may be called Null, and a measure that is not a
    number is a wrong one.
    """
    is_measure = spark_type(column.type) == T.DoubleType()
    words = [word for word in nulls if not (is_measure and word.lower() == "nan")]
    return F.trim(text).isin("", *([] if column.pii else words))


def _is_there(path: str, present: set[str]) -> bool:
    return path in present or path.partition(".")[0] in present


def _read_at(path: str, present: set[str]) -> Column:
    parts = [path] if path in present else path.split(".")  # a header may have points of its own
    return F.col(".".join(f"`{part}`" for part in parts))


def _typed(column: RawColumn, reading: Reading) -> Column:
    """The value in its declared type, null where it has none."""
    raw = F.col(name_raw(column))
    if not column.fields:
        return cast_value(raw, column, reading).cast(column.type)  # of which any part may be null

    def line(item: Column, place: Column) -> Column:
        fields = (cast_value(item[c.name], c, reading).alias(c.name) for c in column.fields)
        return F.struct(*fields, number_lines_alike(raw, column, place))

    return F.transform(raw, line).cast(column.type)  # any value may be null, as the contract says


def _rules(raw: RawTable) -> list[Column]:
    broken = F.col(CORRUPT).isNotNull()
    rules = [
        F.when(broken, F.lit("unparsable")),
        F.when(F.col("_canonical").contains(_REPLACEMENT), F.lit("encoding")),
    ]
    for column in raw.columns:
        found = _problems_of_lines(column, raw) if column.fields else _problems(column, raw)
        rules += [F.when(~broken & rule, F.lit(name)) for name, rule in found.items()]
    rules.append(F.when(~broken & F.col("party_id").isNull(), F.lit("no_party")))
    return rules


def _problems(column: RawColumn, raw: RawTable) -> dict[str, Column]:
    """When a value is not of its type, or is missing though it is required."""
    was, now = F.col(name_raw(column)), F.col(column.name)
    kind = spark_type(column.type)
    is_nested = isinstance(kind, T.ArrayType | T.StructType)
    lost = is_lost_within(was, kind, raw.reading) if is_nested else is_lost(was, now, column)
    rules = {} if is_as_read(column) else {f"type:{column.name}": lost}
    return rules | ({f"required:{column.name}": was.isNull()} if column.required else {})


def _problems_of_lines(lines: RawColumn, raw: RawTable) -> dict[str, Column]:
    """The same of the values in a record's lines, of which any may be wrong."""
    read = F.col(name_raw(lines))
    rules = {}
    for column in lines.fields:
        name = f"{lines.name}.{column.name}"
        rules[f"type:{name}"] = F.exists(read, partial(_is_lost_in, column, raw.reading))
        if column.required:
            rules[f"required:{name}"] = F.exists(read, partial(_is_missing_in, column))
    return rules


def _is_lost_in(column: RawColumn, reading: Reading, line: Column) -> Column:
    was = line[column.name]
    return is_lost(was, cast_value(was, column, reading), column)


def _is_missing_in(column: RawColumn, line: Column) -> Column:
    return line[column.name].isNull()


def _canonical(raw: RawTable) -> Column:
    """The declared values as one text: what the keyed hash sees, before tokens replace anything.
    When a file was written does not make its rows other ones.
    """
    said = [F.col(name_raw(c)).alias(c.name) for c in raw.columns if c.path != FILE_TIME]
    return F.coalesce(F.col(CORRUPT), F.to_json(F.struct(*said)))
