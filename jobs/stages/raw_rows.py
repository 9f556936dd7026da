"""Raw files as Spark reads them: lines of text, or fields where the format has them."""

import json
import shutil
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from holdfast.jobs.runtime.storage.plain_files import from_nanoseconds
from holdfast.jobs.runtime.storage.reading import literal_path
from holdfast.jobs.stages import archives, hadoop_files
from holdfast.jobs.stages.raw_file import RawFile
from holdfast.jobs.stages.raw_listing import is_remote
from holdfast.jobs.stages.raw_text import names_of
from holdfast.transformations.ingest.parse import RawRows, place_of, select_declared
from holdfast.transformations.ingest.records import CORRUPT, FILE, LINE
from holdfast.transformations.sources.contract import FILE_TIME, RawTable, Reading, Source


def read_rows(
    spark: SparkSession, sources: Sequence[Source], files: Sequence[RawFile]
) -> list[tuple[RawTable, list[RawRows]]]:
    """Each raw table that has any file that can be read, with its rows: a frame per CSV header."""
    named = [
        (raw, [file for file in files if file.is_of(raw) and not file.refused])
        for source in sources
        for raw in source.tables
    ]
    return [(raw, _read(spark, raw, own)) for raw, own in named if own]


def count_rows(spark: SparkSession, files: Sequence[RawFile]) -> list[int]:
    """Rows of each file, counted apart from the parser; none of a file that cannot be read."""
    return [_read_version(spark, f).count() if f.rows is None else f.rows for f in files]


@contextmanager
def open_unpacked(files: Sequence[RawFile], root: Path) -> Iterator[list[RawFile]]:
    """The files as Spark can read them: those of archives of this machine lie unpacked under the
    root meanwhile.
    """
    place = root / "unpacked"
    try:
        yield [_unpack(file, place / file.source) for file in files]
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _unpack(file: RawFile, folder: Path) -> RawFile:
    archive = None if is_remote(file.path) else archives.find_archive(Path(file.path))
    if archive is None:
        return file
    archives.unpack(Path(file.path), archive, folder / file.name)
    return replace(file, path=str(folder / file.name))


def _read(spark: SparkSession, raw: RawTable, files: Sequence[RawFile]) -> list[RawRows]:
    packed = [file for file in files if file.archive]
    if packed:
        plain = [file for file in files if not file.archive]
        rows = _read(spark, raw, plain) if plain else []
        return rows + [_read_archives(spark, raw, group) for group in _group_alike(packed)]
    if raw.format == "jsonl":
        return [RawRows(_read_lines(spark, group), is_text=True) for group in _group_alike(files)]
    if raw.format == "csv":
        return [_read_csv(spark, raw, group) for group in _group_alike(files)]
    if raw.is_table:
        frame = _read_version(spark, files[-1]).withColumn(FILE, F.lit(files[-1].name))
        return [_as_rows(frame)]
    return [_read_parquet(spark, raw, group) for group in _group_alike(files)]


def _read_archives(spark: SparkSession, raw: RawTable, files: Sequence[RawFile]) -> RawRows:
    """Members of archives of another file system, of one header."""
    lines = read_packed(spark, files, raw.reading).select(
        F.col("name").alias(FILE), F.col("written").alias(FILE_TIME), F.col("text").alias(LINE)
    )
    rows = lines.filter(F.trim(LINE) != "")
    if raw.format == "jsonl":
        return RawRows(rows, is_text=True)
    header = files[0].header
    return RawRows(rows, True, header, names_of(header, raw.reading.delimiter))


def read_packed(spark: SparkSession, files: Sequence[RawFile], reading: Reading) -> DataFrame:
    """Lines or records of members of archives of another file system."""
    names: dict[str, dict[str, str]] = {}
    for file in files:
        names.setdefault(file.archive, {})[file.member] = file.name
    is_multiline = files[0].is_multiline
    return hadoop_files.read_members(spark, names, reading, is_multiline=is_multiline)


def _read_version(spark: SparkSession, table: RawFile) -> DataFrame:
    """A raw Delta table at the version that was listed."""
    version = table.digest.split()[1]
    return spark.read.format("delta").option("versionAsOf", version).load(table.path)


def _group_alike(files: Sequence[RawFile]) -> list[list[RawFile]]:
    """Files that one reader takes: of one folder, and one header or columns of the same types."""
    groups: dict[Hashable, list[RawFile]] = {}
    for file in files:
        alike = (file.folder, file.header, file.is_multiline, file.shape)
        groups.setdefault(alike, []).append(file)
    return list(groups.values())


def _read_csv(spark: SparkSession, raw: RawTable, files: Sequence[RawFile]) -> RawRows:
    """Files of one header: lines, which keep the text of each; or, where fields hold line breaks,
    the records of Spark's own reader, which keeps the text of corrupt ones only.
    """
    header = files[0].header
    names = names_of(header, raw.reading.delimiter)
    if not files[0].is_multiline:
        return RawRows(_read_lines(spark, files), True, header, names)
    fields = (*map(place_of, range(len(names))), CORRUPT)
    schema = T.StructType([T.StructField(name, T.StringType()) for name in fields])
    reader = (
        spark.read.schema(schema)
        .option("header", True)
        .option("mode", "PERMISSIVE")
        .option("sep", raw.reading.delimiter)
        .option("encoding", raw.reading.encoding)
        .option("escape", '"')
        .option("columnNameOfCorruptRecord", CORRUPT)
        .option("multiLine", True)
    )
    declared = select_declared(raw, names)
    rows = reader.csv(list_paths(files)).select(*_of_file(files), *declared, CORRUPT)
    return RawRows(rows.withColumn(LINE, F.lit(None).cast("string")))


def _read_parquet(spark: SparkSession, raw: RawTable, files: Sequence[RawFile]) -> RawRows:
    """Files whose columns have the same types, as text: other files may write other types. What
    writers write as something else becomes what it stands for: instants in nanoseconds (pandas),
    whole numbers as doubles where some were missing (pandas, too).
    """
    schema, kinds = T.StructType.fromJson(json.loads(files[0].schema)), dict(files[0].shape)
    frame = spark.read.schema(schema).parquet(*list_paths(files))
    return _as_rows(frame.select(*_of_file(files), *(_text(f, kinds[f.name]) for f in schema)))


def _text(field: T.StructField, kind: str) -> Column:
    """A column of type `kind` as the text that it stands for; what is nested stays as it is."""
    value, name = F.col(f"`{field.name}`"), field.name
    if isinstance(field.dataType, T.ArrayType | T.StructType | T.MapType):
        return value
    if kind.startswith("timestamp[ns"):
        value = from_nanoseconds(value)
    if kind in ("float", "double"):
        return _text_of_number(value).alias(name)
    return value.cast("string").alias(name)


def _text_of_number(value: Column) -> Column:
    whole = value.try_cast("bigint")
    return F.coalesce(F.when(value == whole, whole.cast("string")), value.cast("string"))


def _as_rows(frame: DataFrame) -> RawRows:
    nothing = F.lit(None).cast("string")
    return RawRows(frame.withColumns({LINE: nothing, CORRUPT: nothing}))


def _read_lines(spark: SparkSession, files: Sequence[RawFile]) -> DataFrame:
    """_file and _line of every line that is not blank; bytes that are no UTF-8 show as the
    replacement character.
    """
    text = spark.read.text(list_paths(files)).select(
        *_of_file(files), F.make_valid_utf8("value").alias(LINE)
    )
    return text.filter(F.trim(LINE) != "")


def list_paths(files: Sequence[RawFile]) -> list[str]:
    """The files as Spark takes their paths literally."""
    return [literal_path(file.path) for file in files]


def _of_file(files: Sequence[RawFile]) -> tuple[Column, Column]:
    """What is known of the row's file: its name, and when it was last written."""
    written = F.col("_metadata.file_modification_time").alias(FILE_TIME)
    return _name(files).alias(FILE), written


def _name(files: Sequence[RawFile]) -> Column:
    """The name of the row's file within its source's folder."""
    if all("/" not in file.name for file in files):
        return F.col("_metadata.file_name")
    return F.substring_index(row_path(), files[0].folder, -1)


def row_path() -> Column:
    """Where the row's file lies; Spark gives it as a URI."""
    return F.url_decode(F.replace(F.col("_metadata.file_path"), F.lit("+"), F.lit("%2B")))
