"""Personal values behind tokens: what goes to the vault and what replaces it in bronze."""

from dataclasses import dataclass
from functools import partial
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.ingest.parse import TEXT
from holdfast.transformations.sources.contract import RawTable

NORMALISER: Final = 1
_SEPARATOR: Final = "\x1f"
_PAIRS: Final = "array<struct<kind:string,value:string>>"
_ACCENTS: Final = ("àáâãäåçèéêëìíîïñòóôõöùúûüýÿšž", "aaaaaaceeeeiiiinooooouuuuyysz")
_STREETS: Final = (
    ("street", "st"),
    ("avenue", "ave"),
    ("road", "rd"),
    ("boulevard", "blvd"),
    ("drive", "dr"),
    ("lane", "ln"),
    ("court", "ct"),
    ("apartment", "apt"),
    ("place", "pl"),
)


@dataclass(frozen=True)
class TokenSource:
    """What tokens are made of: the one-row frame of keyed_hash.KEYS, the vault as it stands (None
    while it is empty), and the calling code of phone numbers written without one.
    """

    keys: DataFrame
    vault: DataFrame | None
    country_code: str


def extract_values(accepted: DataFrame, raw: RawTable, loaded_at: Column) -> DataFrame:
    """Personal values of the accepted rows, available from their row's version on, else from when
    the row was.
    """
    plain = [
        t.columns
        for t in raw.targets
        if "available_at" in t.columns and not t.explode and not t.group_by
    ]
    available = (
        F.expr(plain[0].get("version_at", plain[0]["available_at"]))
        if plain
        else F.lit(None).cast("timestamp")
    )
    return _explode_values(accepted, raw, F.coalesce(available, loaded_at))


def extract_texts(rejects: DataFrame) -> DataFrame:
    """Raw texts of refused rows as personal values of kind `raw`."""
    return rejects.select(
        "party_id",
        F.lit("raw").alias("kind"),
        F.col(TEXT).alias("value"),
        F.col("at").alias("available_at"),
    )


def has_personal_values(raw: RawTable) -> bool:
    """Whether the mapping declares any."""
    return any(c.pii or c.nested_pii for c in raw.columns)


def vault_rows(values: DataFrame, source: TokenSource) -> DataFrame:
    """Vault rows with a token each: sha2 over a salt that only this process ever holds."""
    distinct = values.groupBy("party_id", "kind", "value").agg(
        F.min("available_at").alias("available_at")
    )
    return distinct.crossJoin(F.broadcast(source.keys)).select(
        "party_id",
        "kind",
        "value",
        mint_token(F.col("kind"), F.col("value")).alias("token"),
        normalised(F.col("kind"), F.col("value"), source.country_code).alias("normalised"),
        F.lit(NORMALISER).alias("normaliser_version"),
        "available_at",
    )


def find_held_tokens(vault: DataFrame, parties: DataFrame) -> DataFrame:
    """party_id and `_held`: by kind and value, the tokens that the vault already holds of these
    parties.
    """
    mine = vault.join(parties.select("party_id").distinct(), on=["party_id"], how="left_semi")
    pair = F.struct(entry(F.col("kind"), F.col("value")), F.col("token"))
    entries = F.collect_list(pair)  # any order: they become a map
    return mine.groupBy("party_id").agg(F.map_from_entries(entries).alias("_held"))


def _explode_values(good: DataFrame, raw: RawTable, available: Column) -> DataFrame:
    """party_id, kind, value, available_at: one row per personal value of a good row, those inside
    arrays too.
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
    rows = good.select("party_id", available.alias("available_at"), F.explode(pairs).alias("pair"))
    return rows.select("party_id", "pair.kind", "pair.value", "available_at").filter(
        F.col("value").isNotNull()
    )


def _pair(kind: str, value: Column) -> Column:
    return F.struct(F.lit(kind).alias("kind"), value.cast("string").alias("value"))


def _field_pair(field: str, kind: str, item: Column) -> Column:
    return _pair(kind, item[field])


def entry(kind: Column, value: Column) -> Column:
    """What the tokens of a party are found by."""
    return F.concat_ws(_SEPARATOR, kind, value)


def mint_token(kind: Column, value: Column) -> Column:
    """The token that this process mints for one party's value; needs `salt` and party_id."""
    text = F.concat_ws(_SEPARATOR, F.col("party_id"), kind, value)
    return F.sha2(F.concat(F.col("salt"), text.cast("binary")), 256)


def normalised(kind: Column, value: Column, country: str) -> Column:
    """The normal form that matching compares; null where a value has none.

    E-mail: lower case, plus-tags dropped. Phone: digits with the country code, 8 to 15 of them
    (E.164). Names, cities and addresses: lower case without accents and punctuation. Postcodes:
    letters and digits only.
    """
    plain = F.lower(F.trim(value))
    email = F.when(
        plain.rlike(r"^[^@\s]+@[^@\s]+\.[^@\s]+$"), F.regexp_replace(plain, r"\+[^@]*@", "@")
    )
    words = F.trim(
        F.regexp_replace(
            F.regexp_replace(F.translate(plain, *_ACCENTS), r"[^a-z0-9 ]", " "), r"\s+", " "
        )
    )
    address = words
    for long, short in _STREETS:
        address = F.regexp_replace(address, rf"\b{long}\b", short)
    code = F.upper(F.regexp_replace(plain, "[^a-z0-9]", ""))
    return (
        F.when(kind == "email", email)
        .when(kind == "phone", _phone(value, country))
        .when(kind.isin("first_name", "last_name", "full_name", "city"), F.when(words != "", words))
        .when(kind == "address", F.when(address != "", address))
        .when(kind == "postcode", F.when(code != "", code))
        .when(kind.isin("birth_date", "device"), F.when(plain != "", plain))
    )


def _phone(value: Column, country: str) -> Column:
    digits = F.regexp_replace(value, "[^0-9]", "")
    bare = F.regexp_replace(digits, "^0+", "")
    local = F.when(F.length(bare) <= 10, F.concat(F.lit(country), bare)).otherwise(bare)
    usable = F.length(local).between(8, 15) & ~bare.rlike(r"^(\d)\1*$")
    return F.when(usable, local)
