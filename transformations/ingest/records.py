"""Rows of a file that are one record together, such as the lines of an order, as one row."""

from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.ingest.casts import as_text
from holdfast.transformations.sources.contract import NUMBER, RawColumn, RawTable
from holdfast.transformations.sources.types import spark_type

CORRUPT: Final = "_corrupt"
FILE: Final = "_file"
LINE: Final = "_line"  # the raw text of a line, null where the input has none
ROWS: Final = "_rows"  # how many rows of the file a row stands for
TEXTS: Final = "_texts"  # their texts
MARKS: Final = "_marks"  # what is wrong with them as one record


def as_records(rows: DataFrame) -> DataFrame:
    """`rows`, each of which is a record by itself, with `_rows` and `_marks` of `join_rows`."""
    return rows.withColumns({ROWS: F.lit(1), MARKS: F.array().cast("array<string>")})


def join_rows(rows: DataFrame, raw: RawTable) -> DataFrame:
    """One row per record of a file, with `_rows`, `_texts` and `_marks` (reasons to refuse it).

    `rows` have values as text under `name_raw`. What the rows of a record say together stands on
    some of them or on all: two values of it are `differs:<column>`, and one that stands twice where
    it stands `once` at most is `twice:<column>`: the record itself does. What each says by itself
    becomes an element of the lines, which are sorted by their values.
    """
    assert raw.record is not None
    (lines,) = (c for c in raw.columns if c.fields)
    shared = [c for c in raw.columns if not c.fields]
    by_name = {c.name: name_raw(c) for c in shared}
    line = F.struct(*(F.col(name_raw(c)).alias(c.name) for c in lines.fields))
    marks = [
        *(F.when(F.min(own) != F.max(own), f"differs:{name}") for name, own in by_name.items()),
        *(F.when(F.count(name_raw(c)) > 1, f"twice:{c.name}") for c in shared if c.once),
    ]
    # a row without a record's name is a record of its own
    whole = F.to_json(F.struct(*(name for name in rows.columns if name != LINE)))
    named = rows.withColumn("_text", F.coalesce(LINE, whole))
    return named.groupBy(FILE, F.coalesce(by_name[raw.record], "_text").alias("_record")).agg(
        F.max(CORRUPT).alias(CORRUPT),
        *(F.max(own).alias(own) for own in by_name.values()),
        F.sort_array(F.collect_list(line)).alias(name_raw(lines)),  # any order: sorted
        F.count(F.lit(1)).alias(ROWS),
        F.sort_array(F.collect_list("_text")).alias(TEXTS),  # any order: sorted
        F.array_compact(F.array(*marks)).alias(MARKS),
    )


def number_lines_alike(lines: Column, column: RawColumn, place: Column) -> Column:
    """The number of the line at `place` (from 0) among those of equal first value."""
    first = column.fields[0].name
    own = F.get(lines, place)[first]
    until = F.slice(lines, F.lit(1), place + 1)
    alike = F.filter(until, lambda one: one[first].eqNullSafe(own))
    return F.size(alike).alias(NUMBER)


def name_raw(column: RawColumn) -> str:
    """The column of the value as it is read, before it has its type; its own where that is it."""
    return column.name if is_as_read(column) else f"_raw_{column.name}"


def is_as_read(column: RawColumn) -> bool:
    """Whether the value has its type when it is read: text, and nothing but text in what is
    nested.
    """
    kind = spark_type(column.type)
    return not column.fields and as_text(kind) == kind
