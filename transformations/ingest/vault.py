"""Personal values behind tokens: what goes to the vault and what replaces it in bronze."""

from functools import partial
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.sources.contract import RawColumn, RawTable

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


def personal_values(good: DataFrame, raw: RawTable, available: Column) -> DataFrame:
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


def has_personal_values(raw: RawTable) -> bool:
    """Whether the mapping declares any."""
    return any(c.pii or c.nested_pii for c in raw.columns)


def vault_rows(values: DataFrame, keys: DataFrame, country: str) -> DataFrame:
    """Vault rows with a token each: sha2 over a salt that only this process ever holds."""
    distinct = values.groupBy("party_id", "kind", "value").agg(
        F.min("available_at").alias("available_at")
    )
    return distinct.crossJoin(F.broadcast(keys)).select(
        "party_id",
        "kind",
        "value",
        _minted(F.col("kind"), F.col("value")).alias("token"),
        normalised(F.col("kind"), F.col("value"), country).alias("normalised"),
        F.lit(NORMALISER).alias("normaliser_version"),
        "available_at",
    )


def held_tokens(vault: DataFrame, parties: DataFrame) -> DataFrame:
    """party_id and `_held`: by kind and value, the tokens that the vault already holds of these
    parties.
    """
    mine = vault.join(parties.select("party_id").distinct(), on=["party_id"], how="left_semi")
    entry = F.struct(_entry(F.col("kind"), F.col("value")), F.col("token"))
    entries = F.collect_list(entry)  # any order: they become a map
    return mine.groupBy("party_id").agg(F.map_from_entries(entries).alias("_held"))


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
    held = F.element_at("_held", _entry(kind, value))
    return F.when(value.isNotNull(), F.coalesce(held, _minted(kind, value)))


def tokenised(column: RawColumn) -> Column:
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


def _pair(kind: str, value: Column) -> Column:
    return F.struct(F.lit(kind).alias("kind"), value.cast("string").alias("value"))


def _field_pair(field: str, kind: str, item: Column) -> Column:
    return _pair(kind, item[field])


def _entry(kind: Column, value: Column) -> Column:
    return F.concat_ws(_SEPARATOR, kind, value)


def _minted(kind: Column, value: Column) -> Column:
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
