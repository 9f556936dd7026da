"""The lines of raw text files with their numbers, by which a refused row says where it stands."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa
from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as F

from holdfast.jobs.stages.raw_file import RawFile
from holdfast.jobs.stages.raw_listing import is_remote
from holdfast.jobs.stages.raw_rows import list_paths, read_packed, row_path
from holdfast.transformations.sources.contract import Reading
from holdfast.transformations.union import union_by_name

LARGE: Final = 2**28  # bytes of a file that no task takes as one text, of 2 GB at most
_PLACED: Final = "path string, block bigint, text string, place bigint"


def read_numbered_lines(spark: SparkSession, files: Sequence[RawFile]) -> DataFrame | None:
    """source, input, line (from 1) and text of every line of those files that are text, if any."""
    own = [file for file in files if file.is_text]
    plain = [file for file in own if not file.archive]
    large = [file for file in plain if _is_large(file)]
    small = [file for file in plain if file not in large]
    frames = [_read_whole(spark, small)] if small else []
    frames += [_read_blocks(spark, large)] if large else []
    for source in sorted({file.source for file in own if file.archive}):
        packed = [file for file in own if file.archive and file.source == source]
        lines = read_packed(spark, packed, Reading())  # what is read by lines is UTF-8
        found = (F.lit(source).alias("source"), F.col("name").alias("input"), "line", "text")
        frames.append(lines.select(*found))
    return union_by_name(frames) if frames else None


def _is_large(file: RawFile) -> bool:
    """Of files in another file system nobody asks here."""
    return is_remote(file.path) or Path(file.path).stat().st_size > LARGE


def _read_whole(spark: SparkSession, own: Sequence[RawFile]) -> DataFrame:
    """Numbered lines of files that are each one text."""
    text = F.split(F.make_valid_utf8("value"), "\r\n|\n|\r")
    each = F.posexplode(text).alias("line", "text")
    whole = spark.read.text(list_paths(own), wholetext=True)
    return _name_lines(whole.select(row_path().alias("path"), each), own)


def _read_blocks(spark: SparkSession, own: Sequence[RawFile]) -> DataFrame:
    """The same of files that tasks read in blocks: a line's number is its place in its block, after
    the lines of the blocks before it.
    """
    block = F.col("_metadata.file_block_start").alias("block")
    lines = spark.read.text(list_paths(own)).select(
        row_path().alias("path"), block, F.make_valid_utf8("value").alias("text")
    )
    before = Window.partitionBy("path").orderBy("block").rowsBetween(Window.unboundedPreceding, -1)
    counted = lines.groupBy("path", "block").agg(F.count(F.lit(1)).alias("lines"))
    first = counted.select(
        "path", "block", F.coalesce(F.sum("lines").over(before), F.lit(0)).alias("before")
    )
    placed = lines.mapInArrow(_place_lines, _PLACED)
    joined = placed.join(F.broadcast(first), on=["path", "block"], how="inner")
    line = (F.col("before") + F.col("place")).alias("line")
    texts = (F.col(name).cast("string").alias(name) for name in ("path", "text"))
    return _name_lines(joined.select(*texts, line), own)


def _place_lines(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Lines with their place (from 0) in their block, of which a task reads one after the other."""
    current, place = None, 0
    for batch in batches:
        places = []
        for key in zip(batch["path"].to_pylist(), batch["block"].to_pylist(), strict=True):
            place = place + 1 if key == current else 0
            current = key
            places.append(place)
        yield batch.append_column("place", pa.array(places, pa.int64()))


def _name_lines(lines: DataFrame, own: Sequence[RawFile]) -> DataFrame:
    """Lines of paths, by source and name within its folder; numbers from 1."""
    number = F.col("line") + F.lit(1).cast("bigint")
    homes = lines.select(_home(own).alias("home"), number.alias("line"), "text")
    return homes.select(F.explode("home.sources").alias("source"), "home.input", "line", "text")


def _home(files: Sequence[RawFile]) -> Column:
    """The sources of the row's file, and its name within their folder."""
    sources: dict[str, set[str]] = {}
    for file in files:
        sources.setdefault(file.folder, set()).add(file.source)
    homes = [
        F.when(
            F.col("path").contains(folder),
            F.struct(
                F.array(*map(F.lit, sorted(sources[folder]))).alias("sources"),
                F.substring_index(F.col("path"), folder, -1).alias("input"),
            ),
        )
        for folder in sorted(sources, key=len, reverse=True)  # a folder may lie in another one
    ]
    return F.coalesce(*homes)
