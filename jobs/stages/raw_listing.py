"""What lies in the folder of a source: on this machine, or wherever Spark reads."""

import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from pyspark.sql import SparkSession

from holdfast.jobs.runtime.config.errors import InputError
from holdfast.jobs.stages import archives, hadoop_files
from holdfast.jobs.stages.raw_entries import Entry, Listing, assign
from holdfast.transformations.sources.contract import Source

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
_OF_THIS_MACHINE: Final = re.compile(r"file:/+", re.IGNORECASE)


def is_remote(path: str) -> bool:
    """Whether a path names a file system (`s3a://bucket/exports`) other than this machine's."""
    return bool(_SCHEME.match(path)) and not _OF_THIS_MACHINE.match(path)


def any_remote(sources: Sequence[Source]) -> bool:
    """Whether Spark has to list the files of any source."""
    return any(is_remote(source.folder) for source in sources)


def local_path(folder: str) -> Path:
    """A folder of this machine, be it written as `file:///exports`."""
    return Path(_OF_THIS_MACHINE.sub("/", folder)).absolute()


def list_source(source: Source, spark: SparkSession | None = None) -> Listing:
    """What lies in the folder of a source, in order of name. Hidden files and markers (names that
    begin with a point or an underscore) are nobody's. Raises InputError where the folder is of
    another file system and not there.
    """
    if is_remote(source.folder):
        assert spark is not None
        return hadoop_files.list_source(spark, source)
    place = local_path(source.folder)
    if place.is_file():
        entries = list(_open_archive(place, place.parent))
        return assign(f"{place.parent}/", entries, source.tables, is_file=True)
    entries = list(_walk(place, place)) if place.is_dir() else []
    return assign(f"{place}/".replace("//", "/"), entries, source.tables)


def _walk(folder: Path, base: Path) -> Iterator[Entry]:
    """Files below a folder, and Delta tables as their folders."""
    for path in folder.iterdir():
        if path.name.startswith((".", "_")):
            continue
        if not path.is_dir():
            yield from _open_archive(path, base)
        elif (path / "_delta_log").is_dir():
            yield Entry(path.relative_to(base).as_posix(), is_table=True)
        else:
            yield from _walk(path, base)


def _open_archive(path: Path, base: Path) -> Iterator[Entry]:
    """The members of an archive, else the file itself."""
    name = path.relative_to(base).as_posix()
    if path.suffix.lower() != archives.ENDING:
        yield Entry(name)
        return
    try:
        members = archives.list_members(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise InputError(
            f"{path} cannot be read: {error}.",
            cure="Send the file again, or take it out of the folder.",
        ) from error
    yield from (Entry(f"{name}/{member}", archive=name) for member in members)
