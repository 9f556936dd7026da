"""The key of keyed hashes and the salt of tokens. Both reach Spark as a column of a one-row frame only."""

import os
import secrets
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession

from holdfast.transformations.keyed_hash import KEYS, pads


def keys(spark: SparkSession) -> DataFrame:
    """One row: the pads of the key, and a fresh salt that only this process ever holds."""
    inner, outer = pads(_key())
    return spark.createDataFrame([(inner, outer, secrets.token_bytes(32))], KEYS)


def _key() -> bytes:
    """HOLDFAST_KEY (hex), else a private file of the user's, made on first use, outside every root."""
    given = os.environ.get("HOLDFAST_KEY")
    if given:
        return bytes.fromhex(given)
    place = Path(os.environ.get("XDG_CONFIG_HOME", Path.home() / ".config")) / "holdfast" / "key"
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        fresh = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        os.write(fresh, secrets.token_hex(32).encode())
        os.close(fresh)
    return bytes.fromhex(place.read_text(encoding="ascii").strip())
