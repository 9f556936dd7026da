"""Which files of a source's folder each of its mappings reads, and which none does."""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePath
from typing import Final

from holdfast.jobs.runtime.config.errors import InputError
from holdfast.jobs.stages import archives
from holdfast.transformations.sources.contract import RawTable, Source

TEXT: Final = ("csv", "jsonl")
_PACKED: Final = ".gz"  # what Spark unpacks while it reads text


@dataclass(frozen=True)
class Listing:
    """Files by the name of the raw table that reads them, and `unread`: those that none reads.

    A Delta table is its folder; every other path is a file.
    """

    base: Path
    files: dict[str, list[Path]]
    unread: list[Path]

    def name_of(self, path: Path) -> str:
        """The path within the source's folder."""
        return path.relative_to(self.base).as_posix()


def list_source(source: Source) -> Listing:
    """What lies in the folder of a source, in order of name. Hidden files and markers (names that
    begin with a point or an underscore) are nobody's.
    """
    place = Path(source.folder).absolute()
    if place.is_file():
        return _list_file(source, place)
    found = _walk(place) if place.is_dir() else []
    files = {
        raw.name: [path for path in found if _reads(raw, path.relative_to(place), path)]
        for raw in source.tables
    }
    read = {path for paths in files.values() for path in paths}
    return Listing(place, files, [path for path in found if path not in read])


def _list_file(source: Source, place: Path) -> Listing:
    """A source that is one file: of the mapping that names it, or of the only one there is."""
    found = _open_archive(place)
    base, only = place.parent, len(source.tables) == 1
    files = {
        raw.name: [path for path in found if only or _reads(raw, path.relative_to(base), path)]
        for raw in source.tables
    }
    read = {path for paths in files.values() for path in paths}
    return Listing(base, files, [path for path in found if path not in read])


def _walk(folder: Path) -> list[Path]:
    """Files below a folder, and Delta tables as their folders."""
    paths: list[Path] = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "_")):
            continue
        if path.is_dir() and not (path / "_delta_log").is_dir():
            paths += _walk(path)
        else:
            paths += _open_archive(path)
    return paths


def _open_archive(path: Path) -> list[Path]:
    """The members of an archive, else the path itself."""
    if path.suffix.lower() != archives.ENDING or not path.is_file():
        return [path]
    try:
        return archives.list_members(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise InputError(
            f"{path} cannot be read: {error}.",
            cure="Send the file again, or take it out of the folder.",
        ) from error


def _reads(raw: RawTable, name: PurePath, path: Path | None = None) -> bool:
    """Whether a raw table reads a file: its name matches, or that of a folder or an archive it is
    part of. Only text is read from archives.
    """
    if path is not None and path.is_dir() != raw.is_table:
        return False
    names: Sequence[PurePath] = [name] if raw.is_table else [name, *name.parents[:-1]]
    if path is not None and archives.find_archive(path) is not None:
        return raw.format in TEXT and any(
            _matches(each, PurePath(raw.files)) for each in (PurePath(name.name), *names)
        )
    if raw.format in TEXT and name.suffix.lower() == _PACKED:
        names = [*names, name.with_suffix("")]
    return any(_matches(each, PurePath(raw.files)) for each in names)


def _matches(name: PurePath, pattern: PurePath) -> bool:
    return len(name.parts) == len(pattern.parts) and all(
        fnmatchcase(part.lower(), wanted.lower())
        for part, wanted in zip(name.parts, pattern.parts, strict=True)
    )
