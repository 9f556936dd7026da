"""Where each bronze row went: the sides of the equation are counted apart, in bronze and on the
way; silver's own commits say what was written.
"""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.reasons import QUARANTINED
from holdfast.transformations.standardise.collapse_versions import (
    ASIDES,
    IS_WRITTEN,
    TOTAL,
    WEIGHT,
)
from holdfast.transformations.tables.silver import WITHDRAWN
from holdfast.transformations.tables.table import Scd2, Table
from holdfast.transformations.tables.vocabulary import UNKNOWN
from holdfast.transformations.union import union_by_name

READ: Final = "read"
LANDED: Final = "landed"
STANDS: Final = "stands"


def count_outcomes(
    bronze: Mapping[str, DataFrame],
    collapsed: Mapping[Table, DataFrame],
    silver: Mapping[Table, DataFrame],
) -> DataFrame:
    """source, target, outcome, rows, older_rows, keys and unknown: one aggregate over all tables.

    `bronze` holds, by a name that stands as the target, what mappings read: outcome `read`, counted
    without any target's plan. `collapsed` holds each table's rows by key: filtered by name,
    quarantined (`keys` of them go to quarantine), or `landed`, where `rows` are the source rows of
    the versions written, `older_rows` those of all other good versions and `keys` the rows written;
    `withdrawn:<why>` are those of which a newer version was set aside.
    `silver` holds the tables as they stand after the write. One that keeps histories rewrites
    nothing that did not change: the `keys` of the rows written that it holds are `stands`.
    `unknown` counts the rows written that have a word nobody listed.
    """
    pieces = [
        *(_read(frame, name) for name, frame in bronze.items()),
        *(_went(frame, table) for table, frame in collapsed.items()),
        *(
            _stands(silver[table], frame, table)
            for table, frame in collapsed.items()
            if isinstance(table.write, Scd2)
        ),
    ]
    sums = (F.sum(name).alias(name) for name in ("rows", "older_rows", "keys", "unknown"))
    return union_by_name(pieces).groupBy("source", "target", "outcome").agg(*sums)


def is_landed(outcome: str) -> bool:
    """Whether rows with this outcome are in silver, withdrawn ones among them."""
    return outcome == LANDED or outcome.startswith(f"{WITHDRAWN}:")


def _read(bronze: DataFrame, name: str) -> DataFrame:
    return bronze.select(*_piece(F.col("source"), name, F.lit(READ), F.lit(1), F.lit(0), F.lit(0)))


def _went(collapsed: DataFrame, table: Table) -> DataFrame:
    """A key's good versions, and each version that was set aside."""
    written = F.when(F.col(IS_WRITTEN), F.col(WEIGHT)).otherwise(F.lit(0))
    taken_out = F.lit(None).cast("string")
    if "withdrawn_by" in table.names:
        taken_out = F.concat(F.lit(f"{WITHDRAWN}:"), F.col("withdrawn_by"))
    landed = F.struct(
        *_piece(
            F.col("source"),
            table.name,
            F.coalesce(taken_out, F.lit(LANDED)),
            written,
            F.col(TOTAL) - written,
            F.col(IS_WRITTEN),
            F.col(IS_WRITTEN) & _has_unknown(table),
        )
    )

    def set_aside(one: Column) -> Column:
        aside, refused = one["aside"], one["aside"]["outcome"] == QUARANTINED
        rows = _piece(aside["source"], table.name, aside["outcome"], one[WEIGHT], F.lit(0), refused)
        return F.struct(*rows)

    asides = F.transform(ASIDES, set_aside)
    good = F.filter(F.array(landed), lambda one: one["source"].isNotNull())
    return collapsed.select(F.inline(F.concat(good, asides)))


def _has_unknown(table: Table) -> Column:
    found = [F.coalesce(F.col(c.name) == UNKNOWN, F.lit(False)) for c in table.columns if c.words]
    return reduce(or_, found, F.lit(False))


def _stands(history: DataFrame, collapsed: DataFrame, table: Table) -> DataFrame:
    written = collapsed.filter(IS_WRITTEN).select(*table.keys)
    there = history.join(written, on=list(table.keys), how="left_semi")
    none, one = F.lit(0), F.lit(1)
    return there.select(*_piece(F.col("source"), table.name, F.lit(STANDS), none, none, one))


def _piece(
    source: Column,
    target: str,
    outcome: Column,
    rows: Column,
    older: Column,
    keys: Column,
    unknown: Column | None = None,
) -> Sequence[Column]:
    return (
        source.alias("source"),
        F.lit(target).alias("target"),
        outcome.alias("outcome"),
        rows.cast("bigint").alias("rows"),
        older.cast("bigint").alias("older_rows"),
        keys.cast("bigint").alias("keys"),
        (F.lit(0) if unknown is None else unknown).cast("bigint").alias("unknown"),
    )
