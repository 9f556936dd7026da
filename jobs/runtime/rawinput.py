"""Raw files and mappings: which there are, what they contain, how Spark reads them. Nothing is written here."""

import csv
import fnmatch
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from holdfast.jobs.runtime.errors import InputError, UsageError
from holdfast.jobs.runtime.settings import read_yaml
from holdfast.transformations.ingest.parse import CORRUPT, FILE, raw_schema
from holdfast.transformations.sources import MappingError, RawTable, Source, raw_table


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


def sources(values: Any, root: str, only: str = "", path: str = "") -> list[Source]:
    """The configured sources with their mappings, else every folder under `<root>/raw` that has one.

    Raises InputError with the problems of every mapping at once.
    """
    own = Path(values.sources.folder) if values.sources.folder else None
    found: dict[str, tuple[str, str]] = {
        name: (spec.get("mapping", name), spec.get("path", f"{root}/raw/{name}"))
        for name, spec in values.sources.instances.items()
    }
    raw = Path(root) / "raw"
    for folder in sorted(raw.iterdir()) if raw.is_dir() and not found else []:
        if folder.is_dir() and _mappings(folder.name, own):
            found[folder.name] = (folder.name, str(folder))
    if only:
        mapping, place = found.get(only, (only, f"{root}/raw/{only}"))
        found = {only: (mapping, path or place)}
    problems: list[str] = []
    result = []
    for name, (mapping, place) in sorted(found.items()):
        entries = _mappings(mapping, own)
        if not entries:
            raise UsageError(f"There is no mapping for the source {mapping}.",
                             cure="Write one (docs/sources.md) and name its folder with --sources.")
        tables = []
        for table, spec in entries.items():
            try:
                tables.append(raw_table(name, table, spec))
            except MappingError as error:
                problems.append(str(error))
        result.append(Source(name, place, tuple(tables)))
    if problems:
        raise InputError("\n".join(problems), cure="Mend the mapping: docs/sources.md shows each key.")
    return result


def listing(found: Sequence[Source]) -> list[RawFile]:
    """Every input file with its content digest, in order of source, table and name."""
    return [file for source in found for raw in source.tables for file in _files(source, raw)]


def digest(found: Sequence[Source], _root: str = "") -> str:
    """One digest over all input files: equal input, equal digest."""
    parts = sorted(f"{file.source}/{file.raw_table}/{file.digest}" for file in listing(found))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def read(spark: SparkSession, raw: RawTable, inputs: Sequence[RawFile]) -> DataFrame:
    """The rows of some files in the shape of `raw_schema`, with `_file`."""
    wanted = raw_schema(raw)
    if raw.format == "csv":
        frames = [_read_csv(spark, raw, header, paths) for header, paths in _by_header(inputs).items()]
        frame = frames[0]
        for other in frames[1:]:
            frame = frame.unionByName(other, allowMissingColumns=True)
        return frame
    paths = [file.path for file in inputs]
    if raw.format == "jsonl":
        reader = spark.read.schema(wanted).option("mode", "PERMISSIVE").option("columnNameOfCorruptRecord", CORRUPT)
        return reader.json(paths).select("*", F.col("_metadata.file_name").alias(FILE))
    frame = spark.read.option("mergeSchema", "true").parquet(*paths)
    return frame.select("*", F.col("_metadata.file_name").alias(FILE), F.lit(None).cast("string").alias(CORRUPT))


def count_rows(spark: SparkSession, inputs: Sequence[RawFile], formats: Mapping[tuple[str, str], str]) -> dict[str, int]:
    """Rows of each file by path, counted from the text or the footer and not by the parser."""
    counts: dict[str, int] = {}
    texts = []
    for file in inputs:
        if formats[file.source, file.raw_table] == "parquet":
            counts[file.path] = 0 if file.refused else pq.read_metadata(file.path).num_rows
        else:
            texts.append(file)
            counts[file.path] = 0
    if texts:
        lines = spark.read.text([file.path for file in texts]).filter(F.trim("value") != "")
        by_file = lines.groupBy(F.col("_metadata.file_path").alias("path")).count().collect()
        found = {_plain(row.path): row["count"] for row in by_file}
        for file in texts:
            header = formats[file.source, file.raw_table] == "csv"
            counts[file.path] = max(0, found.get(file.path, 0) - int(header))
    return counts


def _mappings(name: str, own: Path | None) -> dict[str, Any]:
    folders: list[Any] = [own / name] if own else []
    folders.append(files("holdfast").joinpath("conf", "sources", name))
    for folder in folders:
        if folder.is_dir():
            entries = sorted((e for e in folder.iterdir() if e.name.endswith(".yml")), key=lambda e: e.name)
            return {entry.name.removesuffix(".yml"): read_yaml(entry) for entry in entries}
    return {}


def _files(source: Source, raw: RawTable) -> Iterator[RawFile]:
    folder = Path(source.folder)
    if folder.is_file():
        paths = [folder] if fnmatch.fnmatch(folder.name, raw.files) or len(source.tables) == 1 else []
    else:
        paths = sorted(folder.glob(raw.files)) if folder.is_dir() else []
    for path in paths:
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        yield _inspected(RawFile(source.name, raw.name, str(path.absolute()), sha256), raw)


def _inspected(file: RawFile, raw: RawTable) -> RawFile:
    """Compare the file's own columns with the declared ones; a renamed column stops with both names."""
    declared = {column.path.partition(".")[0] for column in raw.columns}
    if raw.format == "csv":
        actual = set(_header(file.path))
    elif raw.format == "parquet":
        try:
            actual = set(pq.read_schema(file.path).names)
        except Exception as error:
            return RawFile(file.source, file.raw_table, file.path, file.digest, refused=str(error).splitlines()[0])
    else:
        return file
    missing = sorted(declared - actual)
    extra = sorted(actual - declared)
    if missing and actual:
        raise InputError(f"{file.source}/{file.name}: missing column {', '.join(missing)}"
                         + (f"; the file has {', '.join(extra)} instead" if extra else ""),
                         cure=f"Correct the export, or the names in sources/{file.source}/{raw.name}.yml.")
    return RawFile(file.source, file.raw_table, file.path, file.digest, undeclared=",".join(extra))


def _header(path: str) -> tuple[str, ...]:
    with open(path, encoding="utf-8-sig", errors="replace", newline="") as lines:
        return tuple(next(csv.reader(lines), ()))


def _by_header(inputs: Sequence[RawFile]) -> dict[tuple[str, ...], list[str]]:
    groups: dict[tuple[str, ...], list[str]] = {}
    for file in inputs:
        groups.setdefault(_header(file.path), []).append(file.path)
    return groups


def _read_csv(spark: SparkSession, raw: RawTable, header: tuple[str, ...], paths: list[str]) -> DataFrame:
    """Columns by the file's own header: order does not matter, and a ragged row is corrupt, never shifted."""
    schema = T.StructType([*(T.StructField(name, T.StringType()) for name in header),
                           T.StructField(CORRUPT, T.StringType())])
    reader = (spark.read.schema(schema).option("header", True).option("mode", "PERMISSIVE").option("escape", '"')
              .option("columnNameOfCorruptRecord", CORRUPT).option("multiLine", raw.multiline))
    declared = [column.path for column in raw.columns if column.path in header]
    return reader.csv(paths).select(*declared, CORRUPT, F.col("_metadata.file_name").alias(FILE))


def _plain(uri: str) -> str:
    from urllib.parse import unquote, urlparse

    return unquote(urlparse(uri).path)
