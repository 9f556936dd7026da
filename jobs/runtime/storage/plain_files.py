"""Tables outside every root: a file or folder that somebody names, read and written as it is."""

from pathlib import Path

import pyarrow.parquet as pq
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from holdfast.jobs.runtime.config.errors import InputError

_FORMATS = {".csv": "csv", ".parquet": "parquet", ".json": "json", ".jsonl": "json"}


def read_table(spark: SparkSession, place: str) -> DataFrame:
    """A CSV file with a header, JSON lines, a Parquet file or folder, or a Delta table, by its name
    and what lies in it. Raises InputError for what is not there or is none of these.
    """
    path = Path(place)
    if "://" not in place and not path.exists():
        raise InputError(f"There is no {place}.", cure="Give a file or a folder that exists.")
    if (path / "_delta_log").is_dir():
        return spark.read.format("delta").load(place)
    first = path
    if path.is_dir():
        first = next(
            (one for one in sorted(path.glob("*.*")) if one.suffix.lower() in _FORMATS), path
        )
    suffix = first.suffix.lower()
    if suffix not in _FORMATS:
        raise InputError(
            f"{place} is no table that can be read.",
            cure="Give a .csv, .parquet, .json or .jsonl file, a folder of them, or a Delta table.",
        )
    reader = spark.read.options(header=True, multiLine=True) if suffix == ".csv" else spark.read
    rows = reader.format(_FORMATS[suffix]).load(place)
    return _with_instants(rows, first) if suffix == ".parquet" and first.is_file() else rows


def _with_instants(rows: DataFrame, file: Path) -> DataFrame:
    """Rows with instants where the file, as pandas writes it, has nanoseconds."""
    kinds = {field.name: str(field.type) for field in pq.read_schema(file)}
    nanos = [name for name in rows.columns if kinds.get(name, "").startswith("timestamp[ns")]
    return rows.withColumns({name: from_nanoseconds(F.col(f"`{name}`")) for name in nanos})


def from_nanoseconds(value: Column) -> Column:
    """The instant of a whole number of nanoseconds, which is how Spark reads those of pandas."""
    return F.timestamp_micros(F.floor(value / F.lit(1000)))


def write_parquet(rows: DataFrame, place: Path) -> None:
    """A folder of Parquet files in the place of what was there."""
    rows.coalesce(1).write.mode("overwrite").parquet(str(place))
