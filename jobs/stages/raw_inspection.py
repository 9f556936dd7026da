"""New files compared with what their mappings declare."""

import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import IO

from pyspark.sql import SparkSession

from holdfast.jobs.runtime.config.errors import InputError
from holdfast.jobs.stages import hadoop_files, raw_columns, raw_text
from holdfast.jobs.stages.raw_entries import TEXT
from holdfast.jobs.stages.raw_file import RawFile
from holdfast.jobs.stages.raw_listing import is_remote
from holdfast.jobs.stages.raw_look import Look, Wanted, look
from holdfast.transformations.sources.contract import RawTable, Source


def look_into(
    sources: Sequence[Source], files: Sequence[RawFile], spark: SparkSession | None = None
) -> list[RawFile]:
    """The files with what they say of their columns and rows: a pass over each, so that it is for
    new ones alone. Raises InputError where a declared column is missing.
    """
    raws = {(raw.source, raw.name): raw for source in sources for raw in source.tables}
    pairs = [(file, raws[file.source, file.raw_table]) for file in files]
    wanted: dict[str, list[Wanted]] = defaultdict(list)
    for file, raw in pairs:
        if is_remote(file.path) and not raw.is_table:
            one = Wanted(file.member, f"{file.source}/{file.name}", replace(raw, targets=()))
            wanted[file.archive or file.path].append(one)
    looks = hadoop_files.look_at(spark, wanted) if wanted and spark else {}
    return [file if raw.is_table else _compare(file, raw, looks) for file, raw in pairs]


@contextmanager
def explain(name: str) -> Iterator[None]:
    """What goes wrong while a file is opened, with its name and the cure."""
    try:
        yield
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        raise InputError(
            f"{name} cannot be read: {error}.",
            cure="Send the file again, or take it out of the folder.",
        ) from error


def open_raw(raw: RawTable, path: Path) -> IO[bytes]:
    """What a file of this machine holds."""
    return raw_text.open_file(path) if raw.format in TEXT else open(path, "rb")


def _compare(file: RawFile, raw: RawTable, looks: Mapping[tuple[str, str], Look]) -> RawFile:
    """What a file says of itself, its own columns compared with the declared ones."""
    title = f"{file.source}/{file.name}"
    if is_remote(file.path):
        seen = looks[file.archive or file.path, file.member]
    else:
        with explain(title):
            seen = look(partial(open_raw, raw, Path(file.path)), title, raw)
    names = seen.names
    if raw.format == "csv":
        raw_columns.check_header(seen.header, title, raw)
        names = raw_text.names_of(seen.header, raw.reading.delimiter)
    said = {name: value for name, value in vars(seen).items() if name != "names"}
    undeclared = raw_columns.find_undeclared(title, set(names), raw, seen.header) if names else ""
    return replace(file, **said, undeclared=undeclared)
