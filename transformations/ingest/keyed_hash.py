"""Keyed hash: HMAC-SHA256 (RFC 2104) out of `sha2`, with the key as a column, never as a literal.

A literal would be written to the event log and shown by explain().
"""

from typing import Final

from pyspark.sql import Column
from pyspark.sql import functions as F
from pyspark.sql import types as T

BLOCK: Final = 64
KEYS: Final = T.StructType(
    [
        T.StructField(name, T.BinaryType(), False)
        for name in (
            "inner_pad",
            "outer_pad",
            "digest_inner_pad",
            "digest_outer_pad",
            "value_key",
            "salt",
        )
    ]
)


def keys_row(rows: bytes, digests: bytes, values: bytes, salt: bytes) -> tuple[bytes, ...]:
    """The row of KEYS: keys of row hashes, of the digests of personal values and of the values
    themselves (32 bytes each), and the salt of tokens.
    """
    return (*pads(rows), *pads(digests), values, salt)


def pads(key: bytes) -> tuple[bytes, bytes]:
    """Inner and outer pad of a key of at most 64 bytes (longer keys must be hashed before, as the
    RFC says).
    """
    if len(key) > BLOCK:
        raise ValueError("hash a key of more than 64 bytes first")
    filled = key.ljust(BLOCK, b"\0")
    return bytes(byte ^ 0x36 for byte in filled), bytes(byte ^ 0x5C for byte in filled)


def hmac_sha256(message: Column, inner_pad: Column, outer_pad: Column) -> Column:
    """HMAC-SHA256 of `message` (binary or string) as lower-case hex."""
    inner = F.unhex(F.sha2(F.concat(inner_pad, message.cast("binary")), 256))
    return F.sha2(F.concat(outer_pad, inner), 256)
