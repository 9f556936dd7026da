"""What lies in a source's folder, and which of its mappings reads what."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Final

from holdfast.jobs.stages.raw_text import PACKED
from holdfast.transformations.sources.contract import RawTable

TEXT: Final = ("csv", "jsonl")


@dataclass(frozen=True)
class Entry:
    """A file or a Delta table by its path within the source's folder. `archive` is that of the zip
    archive in which it lies.

    In another file system than this machine's, `content` is the path of the file that says what it
    holds (itself, its archive, the newest commit of a table), `size` and `written` those of that
    file, in bytes and microseconds.
    """

    name: str
    is_table: bool = False
    archive: str = ""
    content: str = ""
    size: int = 0
    written: int = 0

    @property
    def member(self) -> str:
        """Its name within its archive."""
        return self.name[len(self.archive) + 1 :] if self.archive else ""


@dataclass(frozen=True)
class Listing:
    """Entries by the name of the raw table that reads them, and `unread`, those that none reads;
    `base` is what stands before their names.
    """

    base: str
    files: dict[str, list[Entry]]
    unread: list[Entry]


def assign(
    base: str, entries: Sequence[Entry], tables: Sequence[RawTable], *, is_file: bool = False
) -> Listing:
    """Which raw table reads which entry. A source that `is_file` belongs to the mapping that names
    it, or to the only one there is.
    """
    found = [entry for entry in _in_order(entries) if not _is_hidden(entry)]
    only = is_file and len(tables) == 1
    files = {raw.name: [e for e in found if only or _reads(raw, e)] for raw in tables}
    read = {entry for chosen in files.values() for entry in chosen}
    return Listing(base, files, [entry for entry in found if entry not in read])


def _in_order(entries: Sequence[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: PurePosixPath(entry.name).parts)


def _is_hidden(entry: Entry) -> bool:
    """Hidden files and markers are nobody's."""
    return any(part.startswith((".", "_")) for part in PurePosixPath(entry.name).parts)


def _reads(raw: RawTable, entry: Entry) -> bool:
    """Whether a raw table reads an entry: its name matches, or that of a folder or an archive it is
    part of. Only text is read from archives.
    """
    if entry.is_table != raw.is_table or (entry.archive and raw.format not in TEXT):
        return False
    pattern = PurePosixPath(raw.files)
    return any(_matches(name, pattern) for name in _names(raw, entry))


def _names(raw: RawTable, entry: Entry) -> Iterator[PurePosixPath]:
    name = PurePosixPath(entry.name)
    yield name
    if raw.is_table:
        return
    yield from name.parents[:-1] if len(name.parts) > 1 else ()
    if entry.archive:
        yield PurePosixPath(name.name)
    elif raw.format in TEXT and name.suffix.lower() == PACKED:
        yield name.with_suffix("")


def _matches(name: PurePosixPath, pattern: PurePosixPath) -> bool:
    return len(name.parts) == len(pattern.parts) and all(
        fnmatchcase(part.lower(), wanted.lower())
        for part, wanted in zip(name.parts, pattern.parts, strict=True)
    )
