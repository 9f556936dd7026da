"""Digests of files that were read before, so that a run does not read all its input again to learn
that nothing is new.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from holdfast.jobs.runtime.config.places import cache_folder
from holdfast.jobs.stages.archives import find_archive

_END: Final = 2**16  # bytes at either end of a file that are looked at each time


@dataclass
class KnownDigests:
    """By path: size, time of the last change, inode, hash of both ends, and the digest that the
    file had then. Of files in another file system size and time, which is when it received them.
    """

    entries: dict[str, list[Any]] = field(default_factory=dict)
    is_changed: bool = False

    def digest_of(self, path: Path, compute: Callable[[Path], str]) -> str:
        """The digest of a file: the known one where the file is as it was, else computed."""
        file = find_archive(path) or path
        status = file.stat()
        marks = [status.st_size, status.st_mtime_ns, status.st_ino, _hash_ends(file)]
        known = self.find(str(path), marks)
        if known is not None:
            return str(known)
        digest = compute(path)
        self.keep(str(path), marks, digest)
        return digest

    def find(self, path: str, marks: list[Any]) -> Any:
        """What was kept of a file with these marks; None where it has others."""
        known = self.entries.get(path)
        return known[-1] if known is not None and known[:-1] == marks else None

    def keep(self, path: str, marks: list[Any], found: Any) -> None:
        """Keep what was found in a file."""
        self.entries[path] = [*marks, found]
        self.is_changed = True


@contextmanager
def open_known_digests() -> Iterator[KnownDigests]:
    """What the user's cache holds, kept with what was learnt; files that are gone are forgotten."""
    place = _place()
    known = KnownDigests(_load(place))
    yield known
    if known.is_changed:
        there = {path: entry for path, entry in known.entries.items() if _is_there(path)}
        place.parent.mkdir(parents=True, exist_ok=True)
        fresh = place.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps(there), encoding="utf-8")
        fresh.replace(place)


def forget_digests() -> None:
    """Have every file read again."""
    _place().unlink(missing_ok=True)


def _place() -> Path:
    return cache_folder() / "digests.json"


def _load(place: Path) -> dict[str, list[Any]]:
    """Nothing where there is none, or where it is damaged: it can always be learnt again."""
    try:
        found = json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _is_there(path: str) -> bool:
    """Of other file systems nothing is asked."""
    place = Path(path)
    return not place.is_absolute() or (find_archive(place) or place).exists()


def _hash_ends(path: Path) -> str:
    with open(path, "rb") as file:
        start = file.read(_END)
        file.seek(max(0, file.seek(0, os.SEEK_END) - _END))
        return hashlib.sha256(start + file.read()).hexdigest()
