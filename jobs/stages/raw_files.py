"""Raw files: which there are, which of them are new, how many rows each has. Nothing is written."""

import csv
import fnmatch
import hashlib
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Final

import pyarrow.parquet as pq
from pyspark.sql import DataFrame

from holdfast.jobs.runtime.config.errors import InputError
from holdfast.transformations.sources.contract import RawTable, Source
from holdfast.transformations.tables.table import Table

_BLOCK: Final = 2**24
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class RawFile:
    """One input file of one raw table; `refused` says why it cannot be read."""

    source: str
    raw_table: str
    path: str
    digest: str
    is_text: bool = False
    undeclared: str = ""
    refused: str = ""

    @property
    def content(self) -> tuple[str, str, str]:
        """What is loaded once, whatever the file's name."""
        return self.source, self.raw_table, self.digest

    def is_of(self, raw: RawTable) -> bool:
        """Whether it is a file of this raw table."""
        return (self.source, self.raw_table) == (raw.source, raw.name)

    @property
    def name(self) -> str:
        """The file's own name."""
        return Path(self.path).name


def list_files(found: Sequence[Source]) -> list[RawFile]:
    """Every input file with its content digest, in order of source, table and name."""
    return [file for source in found for raw in source.tables for file in _files(source, raw)]


def list_reread(sources: Sequence[Source]) -> list[Table]:
    """Raw tables of which all rows come again with each new version."""
    return [raw.table for source in sources for raw in source.tables if raw.is_table]


def find_new_files(
    sources: Sequence[Source], root: Path, batches: DataFrame, published_runs: Set[int]
) -> list[RawFile]:
    """The files whose content no published run has loaded. Raises InputError where there is no raw
    file at all.
    """
    listed = list_files(sources)
    if not listed:
        raise InputError(
            f"There is no raw file that a mapping names, under {root / 'raw'} or where "
            "sources.instances point.",
            cure="Put exports there, or make some up: `holdfast generate`.",
        )
    loaded = {
        (row.source, row.raw_table, row.digest)
        for row in batches.select("run_number", "source", "raw_table", "digest").collect()
        if row.run_number in published_runs
    }
    fresh: dict[tuple[str, str, str], RawFile] = {}
    for file in listed:
        fresh.setdefault(file.content, file)  # equal content counts once, whatever its name
    return [file for content, file in fresh.items() if content not in loaded]


def digest(found: Sequence[Source]) -> str:
    """One digest over all input files: equal input, equal digest."""
    parts = sorted(f"{file.source}/{file.raw_table}/{file.digest}" for file in list_files(found))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def count_rows_of_file(raw: RawTable, file: RawFile) -> int:
    """Rows of a file (no Delta table), counted from its text or footer and not by the parser."""
    if raw.format == "parquet":
        return int(pq.read_metadata(file.path).num_rows)
    if raw.multiline:
        with open(file.path, encoding="utf-8-sig", errors="replace", newline="") as text:
            return max(0, sum(1 for fields in csv.reader(text) if fields) - 1)
    with open(file.path, "rb") as text:
        return _count_lines(text, has_header=raw.format == "csv")


def first_line(path: str) -> str:
    """The first line of a text file: the header of a CSV."""
    with open(path, encoding="utf-8-sig", errors="replace") as lines:
        return next(lines, "").rstrip("\n")


def names_of(header: str) -> tuple[str, ...]:
    """The names in a CSV header."""
    return tuple(next(csv.reader([header]), ()))


def _count_lines(text: BinaryIO, *, has_header: bool) -> int:
    """Lines that are neither blank nor the header, which stands anywhere in joined exports."""
    headers: set[bytes] = set()
    count = 0
    for lines in _blocks_of_lines(text):
        if has_header and not headers:
            header = lines[0].removeprefix(_BYTE_ORDER_MARK)
            headers = {header, _BYTE_ORDER_MARK + header}
        count += sum(1 for line in lines if line.strip(b" ") and line not in headers)
    return count


def _blocks_of_lines(text: BinaryIO) -> Iterator[list[bytes]]:
    """A text file's lines, some megabytes at a time; a line ends with LF, CR or both."""
    rest = b""
    while block := text.read(_BLOCK):
        block = rest + block
        end = block.rfind(b"\n") + 1
        rest = block[end:]
        if end:
            yield block[:end].splitlines()
    if rest:
        yield rest.splitlines()


def _files(source: Source, raw: RawTable) -> Iterator[RawFile]:
    folder = Path(source.folder)
    if folder.is_file():
        paths = (
            [folder] if fnmatch.fnmatch(folder.name, raw.files) or len(source.tables) == 1 else []
        )
    else:
        paths = sorted(folder.glob(raw.files)) if folder.is_dir() else []
    for path in paths:
        is_text = raw.format in ("csv", "jsonl")
        place, content = str(path.absolute()), _digest_of(path, raw)
        yield _inspect(RawFile(source.name, raw.name, place, content, is_text), raw)


def _digest_of(path: Path, raw: RawTable) -> str:
    """sha256 of a file, or a Delta table's identity and version."""
    if not raw.is_table:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    log = sorted((path / "_delta_log").glob("*.json"))
    if not log:
        raise InputError(
            f"{raw.source}/{path.name} is not a Delta table.",
            cure="Name the folder that holds _delta_log.",
        )
    return f"version {int(log[-1].stem)} {hashlib.sha256(log[-1].read_bytes()).hexdigest()}"


def _inspect(file: RawFile, raw: RawTable) -> RawFile:
    """Compare the file's own columns with the declared ones; a renamed column stops with both
    names.
    """
    declared = {column.path.partition(".")[0] for column in raw.columns}
    if raw.format == "csv":
        names = names_of(first_line(file.path))
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
