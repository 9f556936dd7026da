"""Rows in the shape of their contracts, tokens in the place of personal values."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.ingest.parse import TEXT
from holdfast.transformations.ingest.records import FILE
from holdfast.transformations.ingest.sealing import digest_value
from holdfast.transformations.ingest.vault import has_personal_values, mint_token
from holdfast.transformations.sources.contract import RawColumn, RawTable
from holdfast.transformations.tables.ops import QUARANTINE


def bronze_rows(
    accepted: DataFrame,
    raw: RawTable,
    keys: DataFrame,
    held: DataFrame | None,
    at: Column,
) -> DataFrame:
    """Accepted rows with tokens for personal values and where they came from."""
    has_tokens = has_personal_values(raw)
    rows = with_token_source(accepted, keys, held) if has_tokens else accepted
    return rows.select(
        F.lit(raw.source).alias("source"),
        "party_id",
        *(_with_tokens(c) for c in raw.columns),
        F.col(FILE).alias("input_file"),
        at.alias("ingested_at"),
        "row_hash",
    )


def quarantine_rows(rejects: DataFrame, keys: DataFrame, held: DataFrame | None) -> DataFrame:
    """Rows of ops.quarantine, the token of the raw text in its place."""
    sourced = with_token_source(rejects, keys, held)
    return sourced.withColumn("raw_token", token(F.lit("raw"), F.col(TEXT))).select(
        *QUARANTINE.unstamped_names
    )


def with_token_source(rows: DataFrame, keys: DataFrame, held: DataFrame | None) -> DataFrame:
    """`rows` with what `token` needs; `held` is None while the vault is empty."""
    salted = rows.crossJoin(F.broadcast(keys))
    if held is None:
        return salted.withColumn("_held", F.lit(None).cast("map<string,string>"))
    return salted.join(held, on=["party_id"], how="left")


def token(kind: Column, value: Column) -> Column:
    """The token of one party's value: as the vault holds it, else the one that `vault_rows` mints
    for it.
    """
    held = F.element_at("_held", digest_value(kind, value))
    return F.when(value.isNotNull(), F.coalesce(held, mint_token(kind, value)))


def _with_tokens(column: RawColumn) -> Column:
    """A raw column as bronze keeps it: tokens for personal values, those inside arrays too."""
    if column.pii:
        return token(F.lit(column.pii), F.col(column.name).cast("string")).alias(column.name)
    if not column.nested_pii:
        return F.col(column.name)

    def behind(item: Column) -> Column:
        for field, kind in column.nested_pii:
            item = item.withField(field, token(F.lit(kind), item[field].cast("string")))
        return item

    return F.transform(column.name, behind).alias(column.name)
