"""Raw files as Spark reads them: lines of text, or fields where the format has them."""

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from holdfast.jobs.stages.raw_files import RawFile, count_rows_of_file, first_line, names_of
from holdfast.transformations.ingest.parse import CORRUPT, FILE, LINE, RawRows
from holdfast.transformations.sources.contract import RawTable, Source


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


def count_rows(
    spark: SparkSession, sources: Sequence[Source], files: Sequence[RawFile]
) -> list[int]:
    """Rows of each file, counted apart from the parser; none of a file that cannot be read."""
    raws = {(raw.source, raw.name): raw for source in sources for raw in source.tables}

    def count(file: RawFile) -> int:
        raw = raws[file.source, file.raw_table]
        if file.refused:
            return 0
        if raw.is_table:
            return _read_version(spark, file).count()
        return count_rows_of_file(raw, file)

    return [count(file) for file in files]


def read_numbered_lines(spark: SparkSession, files: Sequence[RawFile]) -> DataFrame | None:
    """input, line (from 1) and text of every line of those files that are text, if any."""
    paths = [file.path for file in files if file.is_text]
    if not paths:
        return None
    text = F.split(F.make_valid_utf8("value"), "\r\n|\n|\r")
    each = F.posexplode(text).alias("line", "text")
    whole = spark.read.text(paths, wholetext=True).select(_name().alias("input"), each)
    return whole.withColumn("line", F.col("line") + F.lit(1).cast("bigint"))


def _read(spark: SparkSession, raw: RawTable, files: Sequence[RawFile]) -> list[RawRows]:
    paths = [file.path for file in files]
    if raw.format == "jsonl":
        return [RawRows(_read_lines(spark, paths), is_text=True)]
    if raw.format == "csv":
        return [
            _read_csv(spark, raw, names_of(header), group)
            if raw.multiline
            else RawRows(_read_lines(spark, group), True, header, names_of(header))
            for header, group in _by_header(paths).items()
        ]
    nothing = F.lit(None).cast("string")
    if raw.is_table:
        frame = _read_version(spark, files[-1]).withColumn(FILE, F.lit(files[-1].name))
    else:
        reader = spark.read.option("mergeSchema", "true")
        frame = reader.parquet(*paths).select("*", _name().alias(FILE))
    return [RawRows(frame.withColumns({LINE: nothing, CORRUPT: nothing}))]


def _read_version(spark: SparkSession, table: RawFile) -> DataFrame:
    """A raw Delta table at the version that was listed."""
    version = table.digest.split()[1]
    return spark.read.format("delta").option("versionAsOf", version).load(table.path)


def _by_header(paths: Sequence[str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for path in paths:
        groups.setdefault(first_line(path), []).append(path)
    return groups


def _read_csv(
    spark: SparkSession, raw: RawTable, names: Sequence[str], paths: list[str]
) -> RawRows:
    """Records whose fields may hold line breaks: Spark's own reader, which keeps the text of
    corrupt records only.
    """
    schema = T.StructType([T.StructField(name, T.StringType()) for name in (*names, CORRUPT)])
    reader = (
        spark.read.schema(schema)
        .option("header", True)
        .option("mode", "PERMISSIVE")
        .option("escape", '"')
        .option("columnNameOfCorruptRecord", CORRUPT)
        .option("multiLine", True)
    )
    declared = [column.path for column in raw.columns if column.path in names]
    nothing = F.lit(None).cast("string")
    rows = reader.csv(paths).select(_name().alias(FILE), nothing.alias(LINE), *declared, CORRUPT)
    return RawRows(rows)


def _read_lines(spark: SparkSession, paths: Sequence[str]) -> DataFrame:
    """_file and _line of every line that is not blank; bytes that are no UTF-8 show as the
    replacement character.
    """
    text = spark.read.text(list(paths)).select(
        _name().alias(FILE), F.make_valid_utf8("value").alias(LINE)
    )
    return text.filter(F.trim(LINE) != "")


def _name() -> Column:
    return F.col("_metadata.file_name")
