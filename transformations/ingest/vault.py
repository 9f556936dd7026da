"""Personal values behind tokens: what goes to the vault and what replaces it in bronze."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

import pyarrow as pa
from pyspark.errors import AnalysisException
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.ingest.normal_form import FORMED, normal_form
from holdfast.transformations.ingest.parse import TEXT
from holdfast.transformations.ingest.sealing import seal_vault, value_of_party
from holdfast.transformations.sources.contract import RawTable, Target
from holdfast.transformations.sources.countries import COUNTRIES
from holdfast.transformations.standardise.values import with_named

NORMALISER: Final = 2
_PAIRS: Final = "array<struct<kind:string,value:string>>"
_READ: Final = ("kind", "value", "country")  # what a normal form is made of
_COUNTRY: Final = "_country"


@dataclass(frozen=True)
class TokenSource:
    """What tokens are made of: the one-row frame of keyed_hash.KEYS, the vault as it stands (None
    while it is empty), and where phone numbers belong that name no country, as `read_phone` has it.
    """

    keys: DataFrame
    vault: DataFrame | None
    country: str


def extract_values(accepted: DataFrame, raw: RawTable, loaded_at: Column) -> DataFrame:
    """Personal values of the accepted rows, available from their row's version on, else from when
    the row was.
    """
    plain = [t.columns for t in _plain(raw) if "available_at" in t.columns]
    available = (
        F.expr(plain[0].get("version_at", plain[0]["available_at"]))
        if plain
        else F.lit(None).cast("timestamp")
    )
    return _explode_values(with_country(accepted, raw), raw, F.coalesce(available, loaded_at))


def extract_texts(rejects: DataFrame) -> DataFrame:
    """Raw texts of refused rows as personal values of kind `raw`."""
    return rejects.select(
        "party_id",
        F.lit("raw").alias("kind"),
        F.col(TEXT).alias("value"),
        F.lit(None).cast("string").alias("country"),
        F.col("at").alias("available_at"),
    )


def has_personal_values(raw: RawTable) -> bool:
    """Whether the mapping declares any."""
    return any(c.pii or c.nested_pii for c in raw.columns)


def vault_rows(values: DataFrame, source: TokenSource) -> DataFrame:
    """Sealed vault rows with a token each: sha2 over a salt that only this process ever holds."""
    distinct = values.groupBy("party_id", "kind", "value").agg(
        F.min("available_at").alias("available_at"), F.max("country").alias("country")
    )
    formed = with_normal_forms(distinct, source.country)
    plain = formed.crossJoin(F.broadcast(source.keys)).select(
        "party_id",
        "kind",
        "value",
        mint_token(F.col("kind"), F.col("value")).alias("token"),
        "normalised",
        F.lit(NORMALISER).alias("normaliser_version"),
        "available_at",
    )
    return seal_vault(plain, source.keys)


def find_held_tokens(vault: DataFrame, parties: DataFrame) -> DataFrame:
    """party_id and `_held`: by digest of the value, the tokens that the vault already holds of
    these parties.
    """
    mine = vault.join(parties.select("party_id").distinct(), on=["party_id"], how="left_semi")
    entries = F.collect_list(F.struct("value_digest", "token"))  # any order: they become a map
    return mine.groupBy("party_id").agg(F.map_from_entries(entries).alias("_held"))


def with_country(rows: DataFrame, raw: RawTable) -> DataFrame:
    """`rows` with `_country`, whose phone numbers those without a country code are: the one that a
    row's `jurisdiction` names, where it is one of ISO 3166, else the source's.
    """
    own = F.lit(raw.country).cast("string")
    shop = rows.withColumns(
        {
            "shop_country": own,
            "shop_currency": F.lit(raw.currency).cast("string"),
            "shop_time_zone": F.lit(raw.time_zone).cast("string"),
        }
    )
    named = next((t.columns["jurisdiction"] for t in _plain(raw) if _names_country(t)), None)
    if named is None:
        return rows.withColumn(_COUNTRY, own)
    try:
        found = with_named(shop, raw).withColumn("_named", F.upper(F.trim(F.expr(named))))
    except AnalysisException:  # said with all else that is wrong with it when rows are mapped
        return rows.withColumn(_COUNTRY, own)
    known = F.when(F.col("_named").isin(*COUNTRIES), F.col("_named"))
    return found.select(*rows.columns, F.coalesce(known, own).alias(_COUNTRY))


def _names_country(target: Target) -> bool:
    return "jurisdiction" in target.columns


def _plain(raw: RawTable) -> list[Target]:
    """Targets whose SQL is over the rows as they are."""
    return [t for t in raw.targets if not t.explode and not t.group_by]


def _explode_values(good: DataFrame, raw: RawTable, available: Column) -> DataFrame:
    """party_id, kind, value, country, available_at: one row per personal value of a good row, those
    inside arrays too; `good` is of `with_country`.
    """
    plain = [_pair(c.pii, F.col(c.name)) for c in raw.columns if c.pii]
    nested = [
        F.transform(c.name, partial(_field_pair, field, kind))
        for c in raw.columns
        for field, kind in c.nested_pii
    ]
    pairs = F.concat(
        F.array(*plain).cast(_PAIRS),
        *(F.coalesce(pairs, F.array().cast(_PAIRS)) for pairs in nested),
    )
    rows = good.select(
        "party_id", _COUNTRY, available.alias("available_at"), F.explode(pairs).alias("pair")
    )
    return rows.select(
        "party_id", "pair.kind", "pair.value", F.col(_COUNTRY).alias("country"), "available_at"
    ).filter(F.col("value").isNotNull())


def _pair(kind: str, value: Column) -> Column:
    return F.struct(F.lit(kind).alias("kind"), value.cast("string").alias("value"))


def _field_pair(field: str, kind: str, item: Column) -> Column:
    return _pair(kind, item[field])


def mint_token(kind: Column, value: Column) -> Column:
    """The token that this process mints for one party's value; needs `salt` and party_id."""
    text = value_of_party(kind, value).cast("binary")
    return F.sha2(F.concat(F.col("salt"), text), 256)


def with_normal_forms(values: DataFrame, country: str) -> DataFrame:
    """`values` with `normalised`: each distinct value is read once, whoever has it.

    A phone number belongs to the `country` of its row, else to the one given.
    """
    of_phone = F.coalesce("country", F.lit(country))
    named = values.withColumn("country", F.when(F.col("kind") == "phone", of_phone).otherwise(""))
    distinct = named.filter(F.col("kind").isin(*FORMED)).select(*_READ).distinct()
    forms = distinct.mapInArrow(
        _read_forms, "kind string, value string, country string, normalised string"
    )
    return named.join(forms, on=[*_READ], how="left")


def _read_forms(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        texts = (batch[name].to_pylist() for name in _READ)
        forms = [normal_form(*said) for said in zip(*texts, strict=True)]
        yield pa.RecordBatch.from_arrays(
            [*batch.columns, pa.array(forms, pa.string())], names=[*_READ, "normalised"]
        )
