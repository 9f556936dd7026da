"""Personal values behind tokens: what goes to the vault and what replaces it in bronze."""

from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.sources import RawTable

NORMALISER: Final = 1
_ACCENTS: Final = ("àáâãäåçèéêëìíîïñòóôõöùúûüýÿšž", "aaaaaaceeeeiiiinooooouuuuyysz")
_STREETS: Final = (("street", "st"), ("avenue", "ave"), ("road", "rd"), ("boulevard", "blvd"), ("drive", "dr"),
                   ("lane", "ln"), ("court", "ct"), ("apartment", "apt"), ("place", "pl"))


def personal_values(good: DataFrame, raw: RawTable, available: Column) -> DataFrame:
    """party_id, kind, value, available_at: one row a personal value of a good row."""
    marked = [c for c in raw.columns if c.pii]
    if not marked:
        return good.select("party_id", F.lit("").alias("kind"), F.lit("").alias("value"),
                           available.alias("available_at")).limit(0)
    pairs = F.array(*(F.struct(F.lit(c.pii).alias("kind"), F.col(c.name).cast("string").alias("value"))
                      for c in marked))
    rows = good.select("party_id", available.alias("available_at"), F.explode(pairs).alias("pair"))
    return rows.select("party_id", "pair.kind", "pair.value", "available_at").filter(F.col("value").isNotNull())


def vault_rows(values: DataFrame, keys: DataFrame, country: str) -> DataFrame:
    """Vault rows with a token each: sha2 over a salt that only this process ever holds."""
    distinct = values.groupBy("party_id", "kind", "value").agg(F.min("available_at").alias("available_at"))
    text = F.concat_ws("\x1f", "party_id", "kind", "value").cast("binary")
    return distinct.crossJoin(F.broadcast(keys)).select(
        "party_id", "kind", "value", F.sha2(F.concat(F.col("salt"), text), 256).alias("token"),
        normalised(F.col("kind"), F.col("value"), country).alias("normalised"),
        F.lit(NORMALISER).alias("normaliser_version"), "available_at")


def tokenised(good: DataFrame, raw: RawTable, vault: DataFrame) -> DataFrame:
    """`good` with every personal column replaced by its token; personal fields inside arrays are left out."""
    frame = good
    tokens = vault.select("party_id", "kind", "value", "token")
    for column in (c for c in raw.columns if c.pii):
        lookup = tokens.filter(F.col("kind") == F.lit(column.pii)).select(
            "party_id", F.col("value").alias(column.name), F.col("token").alias(f"token_{column.name}"))
        frame = frame.join(lookup, ["party_id", column.name], how="left")
    shown = [F.col(f"token_{c.name}").alias(c.name) if c.pii else _without(c.name, dict(c.nested_pii)) for c in raw.columns]
    return frame.select("_file", "party_id", *shown, "row_hash")


def _without(name: str, fields: dict[str, str]) -> Column:
    if not fields:
        return F.col(name)

    def hidden(item: Column) -> Column:
        for field in fields:
            item = item.withField(field, F.lit(None).cast("string"))
        return item

    return F.transform(F.col(name), hidden).alias(name)


def normalised(kind: Column, value: Column, country: str) -> Column:
    """The normal form that matching compares; null where a value has none.

    E-mail: lower case, plus-tags dropped. Phone: digits with the country code, 8 to 15 of them (E.164). Names,
    cities and addresses: lower case without accents and punctuation. Postcodes: letters and digits only.
    """
    plain = F.lower(F.trim(value))
    email = F.when(plain.rlike(r"^[^@\s]+@[^@\s]+\.[^@\s]+$"), F.regexp_replace(plain, r"\+[^@]*@", "@"))
    words = F.trim(F.regexp_replace(F.regexp_replace(F.translate(plain, *_ACCENTS), r"[^a-z0-9 ]", " "), r"\s+", " "))
    address = words
    for long, short in _STREETS:
        address = F.regexp_replace(address, rf"\b{long}\b", short)
    code = F.upper(F.regexp_replace(plain, "[^a-z0-9]", ""))
    return (F.when(kind == "email", email).when(kind == "phone", _phone(value, country))
            .when(kind.isin("first_name", "last_name", "full_name", "city"), F.when(words != "", words))
            .when(kind == "address", F.when(address != "", address)).when(kind == "postcode", F.when(code != "", code))
            .when(kind.isin("birth_date", "device"), F.when(plain != "", plain)))


def _phone(value: Column, country: str) -> Column:
    digits = F.regexp_replace(value, "[^0-9]", "")
    bare = F.regexp_replace(digits, "^0+", "")
    local = F.when(F.length(bare) <= 10, F.concat(F.lit(country), bare)).otherwise(bare)
    usable = F.length(local).between(8, 15) & ~bare.rlike(r"^(\d)\1*$")
    return F.when(usable, local)
