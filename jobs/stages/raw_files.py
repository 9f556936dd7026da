"""Raw files: which there are, which of them are new, how many rows each has. Nothing is written."""

import hashlib
import zipfile
import zlib
from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pyarrow.parquet as pq
from pyspark.sql import DataFrame

from holdfast.jobs.runtime.config.errors import InputError
from holdfast.jobs.stages import raw_columns, raw_parquet, raw_text
from holdfast.jobs.stages.known_digests import KnownDigests, open_known_digests
from holdfast.jobs.stages.raw_listing import TEXT, Listing, list_source
from holdfast.transformations.sources.contract import RawTable, Source
from holdfast.transformations.tables.table import Table


@dataclass(frozen=True)
class RawFile:
    """One input file of one raw table, `name` being its path within the source's folder.

    `header` is the first line of a CSV, `shape` names the declared columns of a Parquet file with
    their types, `refused` says why a file cannot be read at all. `rows` are counted without the
    parser (None: a Delta table, which Spark counts); text is counted by `look_into`, which also
    says whether a file `is_text` that is read by lines, `is_multiline` or has a `stray_line`
    (`raw_text.TextFile`).
    """

    source: str
    raw_table: str
    path: str
    name: str
    digest: str
    header: str = ""
    shape: tuple[tuple[str, str], ...] = ()
    rows: int | None = None
    is_text: bool = False
    is_multiline: bool = False
    stray_line: int | None = None
    undeclared: str = ""
    refused: str = ""

    @property
    def folder(self) -> str:
        """What stands before its name in its path."""
        return self.path.removesuffix(self.name)

    @property
    def content(self) -> tuple[str, str, str]:
        """What is loaded once, whatever the file's name."""
        return self.source, self.raw_table, self.digest

    def is_of(self, raw: RawTable) -> bool:
        """Whether it is a file of this raw table."""
        return (self.source, self.raw_table) == (raw.source, raw.name)


def list_files(found: Sequence[Source]) -> list[RawFile]:
    """Every input file with its content digest, in order of source, table and name."""
    listings = [(source, list_source(source)) for source in found]
    with open_known_digests() as known:
        return [
            file
            for source, listing in listings
            for raw in source.tables
            for file in _files(source, raw, listing, known)
        ]


def list_reread(sources: Sequence[Source]) -> list[Table]:
    """Raw tables of which all rows come again with each new version."""
    return [raw.table for source in sources for raw in source.tables if raw.is_table]


def check_any(sources: Sequence[Source], root: Path) -> None:
    """Raises InputError where there is no raw file at all, with the files and folders that no
    mapping reads.
    """
    if not any(paths for source in sources for paths in list_source(source).files.values()):
        raise _nothing_to_read(sources, root)


def _nothing_to_read(sources: Sequence[Source], root: Path) -> InputError:
    unread = "; ".join(describe_unread(sources, root))
    return InputError(
        f"There is no raw file that a mapping names, under {root / 'raw'} or where "
        f"sources.instances point{f': {unread}' if unread else ''}.",
        cure="Put exports there under the name of their source (docs/sources.md), write a mapping "
        "(`holdfast sources suggest FILE`), or make exports up: `holdfast generate`.",
    )


def find_new_files(
    sources: Sequence[Source], root: Path, batches: DataFrame, published_runs: Set[int]
) -> list[RawFile]:
    """The files whose content no published run has loaded, looked into. Raises InputError where
    there is no raw file at all.
    """
    listed = list_files(sources)
    if not listed:
        raise _nothing_to_read(sources, root)
    loaded = {
        (row.source, row.raw_table, row.digest)
        for row in batches.select("run_number", "source", "raw_table", "digest").collect()
        if row.run_number in published_runs
    }
    fresh: dict[tuple[str, str, str], RawFile] = {}
    for file in listed:
        fresh.setdefault(file.content, file)  # equal content counts once, whatever its name
    return look_into(sources, [f for content, f in fresh.items() if content not in loaded])


def look_into(sources: Sequence[Source], files: Sequence[RawFile]) -> list[RawFile]:
    """The files with what their text says of rows and quotes: a pass over each, so that it is for
    new ones alone.
    """
    raws = {(raw.source, raw.name): raw for source in sources for raw in source.tables}
    return [_look_into(file, raws[file.source, file.raw_table]) for file in files]


def digest(found: Sequence[Source]) -> str:
    """One digest over all input files: equal input, equal digest."""
    parts = sorted(f"{file.source}/{file.raw_table}/{file.digest}" for file in list_files(found))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def describe_unread(sources: Sequence[Source], root: Path) -> list[str]:
    """A sentence for each file in the sources' folders that no mapping reads, and for each folder
    under raw/ that is no source's.
    """
    listings = [(source.name, list_source(source)) for source in sources]
    files = [f"{name}/{found.name_of(path)}" for name, found in listings for path in found.unread]
    taken = {listing.base for _, listing in listings}
    raw = root.absolute() / "raw"
    folders = [path for path in sorted(raw.iterdir()) if path.is_dir()] if raw.is_dir() else []
    strange = [f"the folder raw/{path.name}" for path in folders if path not in taken]
    return [f"{name} is read by no mapping" for name in (*files, *strange)]


def _files(source: Source, raw: RawTable, found: Listing, known: KnownDigests) -> Iterator[RawFile]:
    for path in found.files.get(raw.name, []):
        name = found.name_of(path)
        with _named(f"{source.name}/{name}"):
            file = _identify(path, name, raw, known)
        yield file


@contextmanager
def _named(name: str) -> Iterator[None]:
    """What goes wrong while a file is opened, with its name and the cure."""
    try:
        yield
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        raise InputError(
            f"{name} cannot be read: {error}.",
            cure="Send the file again, or take it out of the folder.",
        ) from error


def _identify(path: Path, name: str, raw: RawTable, known: KnownDigests) -> RawFile:
    """A file with its digest and its columns."""
    file = partial(RawFile, raw.source, raw.name, str(path), name)
    if raw.is_table:
        return file(_version_of(path, raw))
    if raw.format == "parquet":
        return _inspect_parquet(file(known.digest_of(path, _digest_of)), raw)
    digest, title = known.digest_of(path, raw_text.digest_of), f"{raw.source}/{name}"
    if raw.format != "csv":
        raw_columns.check_lines(path, title)
        return file(digest)
    header = raw_columns.read_header(path, title, raw)
    actual = set(raw_text.names_of(header, raw.reading.delimiter))
    undeclared = raw_columns.find_undeclared(title, actual, raw, header) if actual else ""
    return file(digest, header, undeclared=undeclared)


def _look_into(file: RawFile, raw: RawTable) -> RawFile:
    if raw.format not in TEXT:
        return file
    with _named(f"{file.source}/{file.name}"):
        seen = raw_text.look_at(Path(file.path), raw)
    return replace(
        file,
        rows=seen.rows,
        is_text=not seen.is_multiline,
        is_multiline=seen.is_multiline,
        stray_line=seen.stray_line,
    )


def _version_of(path: Path, raw: RawTable) -> str:
    """A Delta table's identity and version."""
    log = sorted((path / "_delta_log").glob("*.json"))
    if not log:
        raise InputError(
            f"{raw.source}/{path.name} is not a Delta table.",
            cure="Name the folder that holds _delta_log.",
        )
    return f"version {int(log[-1].stem)} {hashlib.sha256(log[-1].read_bytes()).hexdigest()}"


def _digest_of(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _inspect_parquet(file: RawFile, raw: RawTable) -> RawFile:
    title = f"{file.source}/{file.name}"
    try:
        opened = pq.ParquetFile(file.path)
        actual, rows = set(opened.schema_arrow.names), int(opened.metadata.num_rows)
    except Exception as error:
        return replace(file, rows=0, refused=str(error).splitlines()[0])
    undeclared = raw_columns.find_undeclared(title, actual, raw)
    read = raw_parquet.list_kinds(opened, raw, title)
    return replace(file, rows=rows, shape=read, undeclared=undeclared)
