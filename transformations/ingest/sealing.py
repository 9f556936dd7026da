"""Personal values as the vault keeps them: sealed by AES-256 in Galois/Counter mode (NIST SP
800-38D), each bound to the party, kind and column that it stands in, and found by a keyed digest.

Equal values are sealed to different bytes, so that comparing them says nothing. Keys are
columns of the one-row frame of keyed_hash.KEYS.
"""

from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.ingest.keyed_hash import hmac_sha256

SEALED: Final = ("value", "normalised")
_SEPARATOR: Final = "\x1f"
_MODE: Final = ("GCM", "DEFAULT")


def digest_value(kind: Column, value: Column) -> Column:
    """By what the vault finds the value of a party; needs party_id and the columns of KEYS."""
    text = value_of_party(kind, value)
    return hmac_sha256(text, F.col("digest_inner_pad"), F.col("digest_outer_pad"))


def value_of_party(kind: Column, value: Column) -> Column:
    """One party's value of a kind as one text; needs party_id."""
    return F.concat_ws(_SEPARATOR, F.col("party_id"), kind, value)


def seal_vault(opened: DataFrame, keys: DataFrame) -> DataFrame:
    """Rows with `value` and `normalised` as text, as silver.pii_vault keeps them: with
    `value_digest`, both sealed.
    """
    keyed = opened.crossJoin(F.broadcast(keys))
    return keyed.select(
        *(name for name in opened.columns if name not in SEALED),
        digest_value(F.col("kind"), F.col("value")).alias("value_digest"),
        *(_seal(name).alias(name) for name in SEALED),
    )


def open_vault(vault: DataFrame, keys: DataFrame) -> DataFrame:
    """Rows of silver.pii_vault with `value` and `normalised` as text.

    Reading one fails where it was sealed with another key, or for another row or column.
    """
    keyed = vault.crossJoin(F.broadcast(keys.select("value_key")))
    return keyed.select(
        *(name for name in vault.columns if name not in SEALED),
        *(_open(name).alias(name) for name in SEALED),
    )


def reseal_vault(vault: DataFrame, before: DataFrame, after: DataFrame) -> DataFrame:
    """Rows of silver.pii_vault under other keys: the same values behind the same tokens."""
    return seal_vault(open_vault(vault, before).drop("value_digest"), after)


def _place(name: str) -> Column:
    """What a sealed value is bound to."""
    return F.concat_ws(_SEPARATOR, "party_id", "kind", F.lit(name)).cast("binary")


def _seal(name: str) -> Column:
    mode, padding = map(F.lit, _MODE)
    fresh = F.lit("")  # each value gets a nonce of its own
    return F.aes_encrypt(F.col(name), F.col("value_key"), mode, padding, fresh, _place(name))


def _open(name: str) -> Column:
    mode, padding = map(F.lit, _MODE)
    text = F.try_aes_decrypt(F.col(name), F.col("value_key"), mode, padding, _place(name))
    problem = F.concat(
        F.lit("silver.pii_vault: the value behind token "),
        F.col("token"),
        F.lit(" was sealed with another key, or for another party, kind or column."),
    )
    return F.when(F.col(name).isNotNull(), F.coalesce(text.cast("string"), F.raise_error(problem)))
