"""Raw files of a generated retailer: made by Spark, so that any size fits, and moved into place
whole.
"""

import shutil
from pathlib import Path

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.jobs.runtime.runs.context import Context
from holdfast.transformations.synthetic.exports import EXPORTS
from holdfast.transformations.synthetic.generator import SyntheticRetailer


def write_exports(ctx: Context, lines: DataFrame, retailer: SyntheticRetailer) -> int:
    """One file an export, delivery and 100 blocks; the number of lines.

    Lines are laid out by file and put in order within it; the header of a CSV stands before its
    first line.
    """
    headers = ctx.spark.createDataFrame(
        [
            (export.source, export.name, ",".join(export.columns))
            for export in EXPORTS
            if export.columns
        ],
        "source string, name string, header string",
    )
    part = (F.col("position") / F.lit(1_000_000_000)).cast("int")
    filed = lines.withColumn("part", part)
    kept = ctx.checkpoint(filed)
    scratch = ctx.root / "raw-unfinished"
    keys = ["source", "name", "delivery", "part"]
    tops = (
        kept.select(*keys)
        .distinct()
        .join(headers, on=["source", "name"], how="inner")
        .select(*keys, F.lit(-1).cast("bigint").alias("position"), F.col("header").alias("line"))
    )
    laid = (
        kept.select(*keys, "position", "line")
        .unionByName(tops)
        .repartition(ctx.settings.spark.shuffle_partitions, *keys)
        .sortWithinPartitions(*keys, "position")
    )
    laid.drop("position").write.mode("overwrite").partitionBy(*keys).text(str(scratch))
    _moved(scratch, ctx.root)
    return int(kept.count())


def write_truth(ctx: Context, frame: DataFrame, name: str) -> None:
    """One table of the truth as Parquet."""
    frame.coalesce(4).write.mode("overwrite").parquet(str(ctx.root / "truth" / f"{name}.parquet"))


def _moved(scratch: Path, root: Path) -> None:
    formats = {(export.source, export.name): export.format for export in EXPORTS}
    for file in sorted(scratch.glob("source=*/name=*/delivery=*/part=*/*.txt")):
        source, name, delivery, part = (place.partition("=")[2] for place in file.parts[-5:-1])
        folder = (
            root / "raw" / source if delivery == "1" else root / "deliveries" / delivery / source
        )
        folder.mkdir(parents=True, exist_ok=True)
        file.replace(folder / f"{name}-{delivery}-{int(part):04d}.{formats[source, name]}")
    shutil.rmtree(scratch)
