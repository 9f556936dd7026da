"""The keys of a root as the one-row frame that hashes, seals and opens."""

import secrets
from dataclasses import replace
from typing import Final

from pyspark.sql import DataFrame, SparkSession

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.keys import RootKeys, open_keys
from holdfast.transformations.ingest.keyed_hash import KEYS, keys_row
from holdfast.transformations.ingest.sealing import open_vault
from holdfast.transformations.tables.silver import PII_VAULT
from holdfast.transformations.tables.table import Overwrite, Table

# the vault as it is written when all of its values are sealed anew
RESEALED: Final[Table] = replace(PII_VAULT, write=Overwrite())


def make_frame(spark: SparkSession, keys: RootKeys) -> DataFrame:
    """The row of KEYS, with a salt that only this process ever holds."""
    row = keys_row(keys.rows, keys.digests, keys.values, secrets.token_bytes(32))
    return spark.createDataFrame([row], KEYS)


def read_vault(ctx: Context) -> DataFrame:
    """The vault at the run's version, opened."""
    return open_vault(ctx.read(PII_VAULT), make_frame(ctx.spark, open_keys(ctx)))
