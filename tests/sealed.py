"""Sealed values opened by another library than the one that sealed them."""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from pyspark.sql import DataFrame, SparkSession

from holdfast.jobs.runtime.config.secrets import root_key
from holdfast.transformations.ingest.keyed_hash import KEYS, keys_row
from holdfast.transformations.tables.columns import STRING
from holdfast.transformations.tables.silver import PII_VAULT
from holdfast.transformations.tables.table import Table

Rows = list[dict[str, Any]]
_NONCE: Final = 12  # bytes, in front of what is sealed

# The vault as those who may open it see it.
OPENED: Final[Table] = replace(
    PII_VAULT,
    columns=tuple(
        replace(column, type=STRING) if column.name in ("value", "normalised") else column
        for column in PII_VAULT.columns
    ),
)


def keys_frame(spark: SparkSession, key: bytes = b"k" * 32, salt: bytes = b"s" * 32) -> DataFrame:
    """The one row of keys that follows from a key."""
    rows, digests = derived(key, "row hashes"), derived(key, "digests of personal values")
    row = keys_row(rows, digests, derived(key, "personal values"), salt)
    return spark.createDataFrame([row], KEYS)


def derived(key: bytes, use: str) -> bytes:
    """A key's own key for a use, as RFC 5869 has it."""
    return HKDFExpand(SHA256(), 32, f"holdfast {use}".encode()).derive(key)


def opened(rows: Iterable[Mapping[str, Any]], key: bytes | None = None) -> Rows:
    """Rows of the vault with their values as text; fails where one was not sealed for its row."""
    given = key or root_key()
    cipher, digests = (
        AESGCM(derived(given, "personal values")),
        derived(given, "digests of personal values"),
    )

    def text(row: Mapping[str, Any], name: str) -> str | None:
        sealed = row[name]
        if sealed is None:
            return None
        place = f"{row['party_id']}\x1f{row['kind']}\x1f{name}".encode()
        return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], place).decode()

    found = []
    for row in rows:
        said = {**row, **{name: text(row, name) for name in ("value", "normalised")}}
        digested = f"{row['party_id']}\x1f{row['kind']}\x1f{said['value']}".encode()
        assert row["value_digest"] == hmac.digest(digests, digested, "sha256").hex()
        found.append(said)
    return found
