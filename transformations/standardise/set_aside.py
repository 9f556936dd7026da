"""Rows that a filter took or a check refused: which version of what they are, and why."""

from functools import reduce
from operator import and_
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations import reasons
from holdfast.transformations.sources.contract import RawTable, Target
from holdfast.transformations.standardise.collapse_versions import OWNER, SCOPE, SET_ASIDE, WEIGHT
from holdfast.transformations.tables.columns import MONEY
from holdfast.transformations.tables.table import Table, Upsert

FILTERED_BY: Final = "_filtered"


def mark_set_aside(checked: DataFrame, raw: RawTable, target: Target) -> DataFrame:
    """Rows of `map_rows`: `checked` ones say in FILTERED_BY which filter took them, and in
    `reasons.REASONS` why they are refused.
    """
    nothing = F.lit(None).cast("string")
    filtered = F.struct(
        F.lit(raw.source).alias("source"),
        F.concat(F.lit(reasons.FILTERED), F.col(FILTERED_BY)).alias("outcome"),
        *(
            nothing.alias(name)
            for name in ("reasons", "raw_table", "input", "row_hash", "party_id", "currency")
        ),
        F.lit(None).cast(MONEY).alias("amount"),
    )
    refused = F.struct(
        F.lit(raw.source).alias("source"),
        F.lit(reasons.QUARANTINED).alias("outcome"),
        F.array_join(reasons.REASONS, ",").alias("reasons"),
        F.lit(raw.name).alias("raw_table"),
        F.col("input_file").alias("input"),
        F.col("_hash").alias("row_hash"),
        F.col("_party").alias("party_id"),
        *_money_of(target.table),
    )
    aside = F.when(F.col(FILTERED_BY).isNotNull(), filtered).when(reasons.has_reasons(), refused)
    placed = checked.withColumn(SET_ASIDE, aside)
    good, table = F.col(SET_ASIDE).isNull(), target.table
    version = _version_columns(target)
    is_version = reduce(and_, (F.col(name).isNotNull() for name in version), F.lit(bool(version)))
    return placed.select(
        *(
            F.when((good | is_version) if name in version else good, _begun(name)).alias(name)
            for name in table.unstamped_names
        ),
        WEIGHT,
        SET_ASIDE,
        _scope(raw, target).alias(SCOPE),
        F.col("_party").alias(OWNER),
    )


def _money_of(table: Table) -> tuple[Column, Column]:
    """The currency and amount of a row, null where its table has none."""
    amounts = [F.col(c.name) for c in table.columns if c.type == MONEY]
    is_money = bool(amounts) and "currency" in table.names
    currency, amount = (F.col("currency"), amounts[0]) if is_money else (F.lit(None), F.lit(None))
    return currency.cast("string").alias("currency"), amount.cast(MONEY).alias("amount")


def _scope(raw: RawTable, target: Target) -> Column:
    if "party_id" not in target.table.keys:
        return F.lit("")
    return F.lit(raw.name if target.has_versions else None).cast("string")


def _version_columns(target: Target) -> tuple[str, ...]:
    """The columns that say which version of which key a row is; none where rows are no versions."""
    if not target.has_versions:
        return ()
    is_upsert = isinstance(target.table.write, Upsert)
    return (*target.table.keys, *(("version_at", "row_hash") if is_upsert else ()))


def _begun(name: str) -> Column:
    """A column of a placed row; a state that was set aside begins when it was known."""
    if name != "valid_from":
        return F.col(name)
    known = F.greatest("valid_from", "available_at")
    return F.when(F.col(SET_ASIDE).isNotNull(), known).otherwise(F.col(name))
