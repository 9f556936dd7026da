"""Tables outside every root: a file or folder that somebody names, read and written as it is."""

from pathlib import Path

from pyspark.sql import DataFrame, SparkSession

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
    suffix = path.suffix.lower()
    if not suffix and path.is_dir():
        suffix = next((one.suffix.lower() for one in sorted(path.glob("*.*"))), "")
    if suffix not in _FORMATS:
        raise InputError(
            f"{place} is no table that can be read.",
            cure="Give a .csv, .parquet, .json or .jsonl file, a folder of them, or a Delta table.",
        )
    reader = spark.read.options(header=True, multiLine=True) if suffix == ".csv" else spark.read
    return reader.format(_FORMATS[suffix]).load(place)


def write_parquet(rows: DataFrame, place: Path) -> None:
    """A folder of Parquet files in the place of what was there."""
    rows.coalesce(1).write.mode("overwrite").parquet(str(place))
