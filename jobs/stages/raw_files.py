"""Raw files: which there are, what they contain, how Spark reads them. Nothing is written here."""

import csv
import fnmatch
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path

import pyarrow.parquet as pq
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from holdfast.jobs.runtime.config.errors import InputError
from holdfast.transformations.ingest.parse import (
    CORRUPT,
    FILE,
    LINE,
    is_header,
    parsed_csv,
    parsed_json,
)
from holdfast.transformations.sources.contract import RawTable, Source


@dataclass(frozen=True)
class RawFile:
    """One input file of one raw table; `refused` says why it cannot be read."""

    source: str
    raw_table: str
    path: str
    digest: str
    undeclared: str = ""
    refused: str = ""

    @property
    def name(self) -> str:
        """The file's own name."""
        return Path(self.path).name


def listing(found: Sequence[Source]) -> list[RawFile]:
    """Every input file with its content digest, in order of source, table and name."""
    return [file for source in found for raw in source.tables for file in _files(source, raw)]


def digest(found: Sequence[Source]) -> str:
    """One digest over all input files: equal input, equal digest."""
    parts = sorted(f"{file.source}/{file.raw_table}/{file.digest}" for file in listing(found))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def read(spark: SparkSession, raw: RawTable, inputs: Sequence[RawFile]) -> DataFrame:
    """The rows of some files: fields as `raw_schema` has them, with `_file` and `_line`."""
    paths = [file.path for file in inputs]
    if raw.format == "jsonl":
        return parsed_json(_lines(spark, paths), raw)
    if raw.format == "csv":
        one = _read_csv if raw.multiline else _parse_csv
        frames = [one(spark, raw, header, group) for header, group in _by_header(paths).items()]
        return reduce(lambda a, b: a.unionByName(b, allowMissingColumns=True), frames)
    if raw.format == "delta":
        frame = _read_delta(spark, inputs[-1]).withColumn(FILE, F.lit(inputs[-1].name))
    else:
        frame = (
            spark.read.option("mergeSchema", "true")
            .parquet(*paths)
            .select("*", _name().alias(FILE))
        )
    nothing = F.lit(None).cast("string")
    return frame.withColumns({LINE: nothing, CORRUPT: nothing})


def numbered_lines(spark: SparkSession, paths: Sequence[str]) -> DataFrame:
    """input, line (from 1) and text of every line of some text files."""
    text = F.split(F.make_valid_utf8("value"), "\r\n|\n|\r")
    each = F.posexplode(text).alias("line", "text")
    return (
        spark.read.text(list(paths), wholetext=True)
        .select(_name().alias("input"), each)
        .withColumn("line", F.col("line") + F.lit(1).cast("bigint"))
    )


def count_rows(
    spark: SparkSession, raws: Sequence[RawTable], inputs: Sequence[RawFile]
) -> dict[str, int]:
    """Rows of each file by path, counted from the text or the footer and not by the parser."""
    kinds = {(raw.source, raw.name): raw for raw in raws}
    counts = {file.path: 0 for file in inputs}
    headers: dict[str, str] = {}
    for file in (file for file in inputs if not file.refused):
        raw = kinds[file.source, file.raw_table]
        if raw.format == "parquet":
            counts[file.path] = pq.read_metadata(file.path).num_rows
        elif raw.format == "delta":
            counts[file.path] = _read_delta(spark, file).count()
        elif raw.multiline:
            with open(file.path, encoding="utf-8-sig", errors="replace", newline="") as text:
                counts[file.path] = max(0, sum(1 for fields in csv.reader(text) if fields) - 1)
        else:
            headers[file.path] = _first_line(file.path) if raw.format == "csv" else ""
    if headers:
        counts.update(_count_lines(spark, headers))
    return counts


def _count_lines(spark: SparkSession, headers: Mapping[str, str]) -> dict[str, int]:
    """Lines of each file (path to header) that are neither blank nor a header."""
    uri, line = F.col("_metadata.file_path").alias("uri"), F.make_valid_utf8("value").alias(LINE)
    text = spark.read.text(list(headers)).select(uri, line)
    known = reduce(
        lambda a, b: a | b,
        (is_header(F.col(LINE), header) for header in sorted(set(headers.values()))),
    )
    rows = text.filter((F.trim(LINE) != "") & ~known)
    return {_plain(row.uri): row["count"] for row in rows.groupBy("uri").count().collect()}


def _files(source: Source, raw: RawTable) -> Iterator[RawFile]:
    folder = Path(source.folder)
    if folder.is_file():
        paths = (
            [folder] if fnmatch.fnmatch(folder.name, raw.files) or len(source.tables) == 1 else []
        )
    else:
        paths = sorted(folder.glob(raw.files)) if folder.is_dir() else []
    for path in paths:
        yield _inspected(
            RawFile(source.name, raw.name, str(path.absolute()), _content(path, raw)), raw
        )


def _content(path: Path, raw: RawTable) -> str:
    """sha256 of a file, or a Delta table's identity and version."""
    if raw.format != "delta":
        return hashlib.sha256(path.read_bytes()).hexdigest()
    log = sorted((path / "_delta_log").glob("*.json"))
    if not log:
        raise InputError(
            f"{raw.source}/{path.name} is not a Delta table.",
            cure="Name the folder that holds _delta_log.",
        )
    return f"version {int(log[-1].stem)} {hashlib.sha256(log[-1].read_bytes()).hexdigest()}"


def _inspected(file: RawFile, raw: RawTable) -> RawFile:
    """Compare the file's own columns with the declared ones; a renamed column stops with both
    names.
    """
    declared = {column.path.partition(".")[0] for column in raw.columns}
    if raw.format == "csv":
        names = _names(_first_line(file.path))
        actual = set(names)
        if len(actual) < len(names):
            raise InputError(
                f"{file.source}/{file.name}: a column stands twice in its header.",
                cure="Correct the export.",
            )
    elif raw.format == "parquet":
        try:
            actual = set(pq.read_schema(file.path).names)
        except Exception as error:
            return replace(file, refused=str(error).splitlines()[0])
    else:
        return file
    missing = sorted(declared - actual)
    extra = sorted(actual - declared)
    if missing and actual:
        raise InputError(
            f"{file.source}/{file.name}: missing column {', '.join(missing)}"
            + (f"; the file has {', '.join(extra)} instead" if extra else ""),
            cure=f"Correct the export, or the names in sources/{file.source}/{raw.name}.yml.",
        )
    return replace(file, undeclared=",".join(extra))


def _first_line(path: str) -> str:
    with open(path, encoding="utf-8-sig", errors="replace") as lines:
        return next(lines, "").rstrip("\n")


def _names(header: str) -> list[str]:
    return next(csv.reader([header]), [])


def _by_header(paths: Sequence[str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for path in paths:
        groups.setdefault(_first_line(path), []).append(path)
    return groups


def _parse_csv(spark: SparkSession, raw: RawTable, header: str, paths: list[str]) -> DataFrame:
    names = _names(header)
    declared = [column.path for column in raw.columns if column.path in names]
    return parsed_csv(_lines(spark, paths), header, names).select(FILE, LINE, *declared, CORRUPT)


def _read_csv(spark: SparkSession, raw: RawTable, header: str, paths: list[str]) -> DataFrame:
    """Records whose fields may hold line breaks: Spark's own reader, which keeps the text of
    corrupt records only.
    """
    names = _names(header)
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
    return reader.csv(paths).select(
        _name().alias(FILE), F.lit(None).cast("string").alias(LINE), *declared, CORRUPT
    )


def _read_delta(spark: SparkSession, table: RawFile) -> DataFrame:
    version = table.digest.split()[1]
    return spark.read.format("delta").option("versionAsOf", version).load(table.path)


def _name() -> Column:
    return F.col("_metadata.file_name")


def _lines(spark: SparkSession, paths: Sequence[str]) -> DataFrame:
    """_file and _line of every line that is not blank; bytes that are no UTF-8 show as the
    replacement character.
    """
    text = spark.read.text(list(paths)).select(
        _name().alias(FILE), F.make_valid_utf8("value").alias(LINE)
    )
    return text.filter(F.trim(LINE) != "")


def _plain(uri: str) -> str:
    from urllib.parse import unquote, urlparse

    return unquote(urlparse(uri).path)
