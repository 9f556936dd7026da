"""Raw files in whatever file system Spark reads: listed by Spark, and looked into by its tasks, so
that it is the same on a cluster and through Connect. No file's content comes to this process.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import PurePosixPath
from typing import Final

from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as F

from holdfast.jobs.runtime.config.errors import InputError
from holdfast.jobs.runtime.storage.reading import literal_path
from holdfast.jobs.stages import archives, hadoop_kernels, raw_look
from holdfast.jobs.stages.hadoop_kernels import Batches, Said
from holdfast.jobs.stages.known_digests import open_known_digests
from holdfast.jobs.stages.raw_entries import Entry, Listing, assign
from holdfast.jobs.stages.raw_look import Wanted
from holdfast.transformations.sources.contract import Reading, Source

_BEFORE_PATH: Final = re.compile(r"^[^:/]+:(//[^/]*)?")  # scheme and authority
_EXCEPTION: Final = re.compile(r"[\w.]*(?:Exception|Error|Invalid): .*")
_SAID: Final = "path string, member string, said string, problem string"
_COMMITS: Final = "_delta_log/*.json"


def list_source(spark: SparkSession, source: Source) -> Listing:
    """What lies in a source's folder. Raises InputError where there is none."""
    with _explain(source.folder, source.name):
        rows = _list(spark, literal_path(source.folder))
    root = _path_of(source.folder).rstrip("/")
    is_file = [_path_of(row.path) for row in rows] == [root]
    if is_file:
        base = rows[0].path[: -len(PurePosixPath(root).name)]
    else:
        base = rows[0].path[: -len(_path_of(rows[0].path)) + len(root) + 1] if rows else ""
    tables = _list_tables(spark, source, base) if rows and not is_file else []
    inside = tuple(f"{table.name}/" for table in tables)
    files = [_entry(row, base) for row in rows]
    plain = [entry for entry in files if not entry.name.startswith(inside)] if inside else files
    return assign(base, [*tables, *_open_archives(spark, plain)], source.tables, is_file=is_file)


def read_digests(spark: SparkSession, entries: Sequence[Entry]) -> dict[str, dict[str, str]]:
    """By path of their content, the digest of each file, or of each member of an archive. Files
    that are known by size and time are not read again.
    """
    wanted = {entry.content: entry for entry in entries}
    with open_known_digests() as known:
        found = {path: known.find(path, [e.size, e.written]) for path, e in wanted.items()}
        unknown = [path for path, digests in found.items() if digests is None]
        for path, said in _ask(spark, unknown, hadoop_kernels.digest_each).items():
            found[path] = dict(said)
            known.keep(path, [wanted[path].size, wanted[path].written], dict(said))
    return {path: digests or {} for path, digests in found.items()}


def look_at(
    spark: SparkSession, wanted: Mapping[str, Sequence[Wanted]]
) -> dict[tuple[str, str], raw_look.Look]:
    """What files say of themselves, by path and member."""
    asked = _ask(spark, list(wanted), partial(hadoop_kernels.look_at_each, wanted))
    return {
        (path, member): raw_look.from_values(json.loads(text))
        for path, said in asked.items()
        for member, text in said
    }


def read_members(
    spark: SparkSession,
    names: Mapping[str, Mapping[str, str]],
    reading: Reading,
    *,
    is_multiline: bool,
) -> DataFrame:
    """`name`, `written`, `line` (from 1) and `text` of each line of members of archives, or of each
    record where fields hold line breaks; `names` are by archive and member.
    """
    kernel = partial(hadoop_kernels.read_each_line, names, reading, is_multiline)
    schema = "name string, written timestamp, line bigint, text string"
    lines = _load(spark, list(names)).mapInArrow(kernel, schema)
    # Through Connect the schema of a kernel names a collation, which other readers of Delta refuse.
    texts = {name: F.col(name).cast("string") for name in ("name", "text")}
    return lines.withColumns(texts)


def cut_each(
    spark: SparkSession, wanted: Mapping[str, Sequence[Wanted]], cut: Callable[..., bytes]
) -> dict[tuple[str, str], bytes]:
    """The first rows of files as `cut` gives them, by path and member."""
    asked = _ask(spark, list(wanted), partial(hadoop_kernels.cut_each, wanted, cut))
    return {
        (path, member): bytes.fromhex(text) for path, said in asked.items() for member, text in said
    }


def _path_of(uri: str) -> str:
    return re.sub("/+", "/", _BEFORE_PATH.sub("", uri))


def _list(spark: SparkSession, pattern: str) -> list[Row]:
    found = spark.read.format("binaryFile").option("recursiveFileLookup", "true").load(pattern)
    written = F.unix_micros("modificationTime").alias("written")
    return found.select("path", "length", written).collect()


def _entry(row: Row, base: str) -> Entry:
    name = row.path[len(base) :]
    return Entry(name, content=row.path, size=row.length, written=row.written)


def _list_tables(spark: SparkSession, source: Source, base: str) -> list[Entry]:
    """Delta tables where mappings expect them, each with its newest commit."""
    depths = {len(PurePosixPath(raw.files).parts) for raw in source.tables if raw.is_table}
    newest: dict[str, Row] = {}
    for depth in sorted(depths):
        pattern = f"{literal_path(base.rstrip('/'))}/{'*/' * depth}{_COMMITS}"
        try:
            rows = _list(spark, pattern)
        except Exception as error:
            if "PATH_NOT_FOUND" not in str(error):
                raise
            rows = []
        for row in sorted(rows, key=lambda row: row.path):
            newest[str(PurePosixPath(row.path[len(base) :]).parents[1])] = row
    return [
        Entry(name, True, "", row.path, row.length, row.written) for name, row in newest.items()
    ]


def _open_archives(spark: SparkSession, entries: Sequence[Entry]) -> list[Entry]:
    """The entries, of archives their members."""
    packed = [entry for entry in entries if entry.name.lower().endswith(archives.ENDING)]
    members = read_digests(spark, packed) if packed else {}
    return [entry for entry in entries if entry not in packed] + [
        Entry(f"{one.name}/{member}", False, one.name, one.content, one.size, one.written)
        for one in packed
        for member in members[one.content]
    ]


@contextmanager
def _explain(folder: str, source: str) -> Iterator[None]:
    """What goes wrong in another file system, in words that say what to do."""
    try:
        yield
    except InputError:
        raise
    except Exception as error:
        if "PATH_NOT_FOUND" in str(error):
            raise InputError(
                f"There is no folder {folder}, where the files of {source} should lie.",
                cure="Correct the source's path in sources.instances, or --path.",
            ) from error
        said = _EXCEPTION.search(str(error))
        raise InputError(
            f"{folder}, where the files of {source} should lie, cannot be read: "
            f"{said[0] if said else str(error).partition(chr(10))[0]}",
            cure="Give Spark the jar and the settings of this file system "
            "(spark.conf; docs/operations.md).",
        ) from error


def _load(spark: SparkSession, paths: Sequence[str]) -> DataFrame:
    read = spark.read.format("binaryFile").load([literal_path(path) for path in paths])
    return read.select("path", "modificationTime", "content")


def _ask(
    spark: SparkSession, paths: Sequence[str], kernel: Callable[[Batches], Batches]
) -> dict[str, list[Said]]:
    """What a kernel says of files, by path. Raises InputError with one that it cannot read."""
    if not paths:
        return {}
    found: dict[str, list[Said]] = {path: [] for path in paths}
    with _explain(paths[0], "a source"):
        rows = _load(spark, paths).mapInArrow(kernel, _SAID).collect()
    for row in sorted(rows, key=lambda row: (row.path, row.member)):
        if row.problem and row.said:
            raise InputError(row.problem, cure=row.said)
        if row.problem:
            raise InputError(
                f"{row.path} cannot be read: {row.problem}.",
                cure="Send the file again, or take it out of the folder.",
            )
        found[row.path].append((row.member, row.said))
    return found
