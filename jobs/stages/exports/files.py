"""The files of an export: split where the destination asks for it, there all at once or not at all.

They are written to a folder beside their place, which is then renamed. They hold addresses: the
folder is its owner's alone.
"""

import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final, Self

from holdfast.jobs.runtime.config.errors import UsageError
from holdfast.jobs.stages.exports.destination import CSV, EMAIL, EXTERNAL_ID, Destination
from holdfast.jobs.stages.exports.lines import check_value, csv_cells, csv_line, json_line

MANIFEST: Final = "export.json"
_UNFINISHED: Final = ".unfinished"


@dataclass(frozen=True)
class Profile:
    """A line of a file: who, and the text of each property in the destination's order."""

    customer_id: int
    external_id: str | None
    email: str | None
    values: tuple[str | None, ...]


@dataclass
class _Files:
    """Files of one export; the next is begun where a line would not fit. `rows` counts each."""

    folder: Path
    name: str
    destination: Destination
    rows: dict[str, int] = field(default_factory=dict)
    _open: BinaryIO | None = None
    _bytes: int = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self._open is not None:
            self._open.close()

    def write(self, line: bytes) -> None:
        """Put a line behind the others."""
        if self._open is None or self._is_full(len(line)):
            self._begin()
        self._put(line)
        self.rows[self._newest] += 1

    @property
    def _newest(self) -> str:
        return next(reversed(self.rows))

    def _begin(self) -> None:
        self.__exit__()
        name = f"{self.name}-{len(self.rows) + 1:03d}.{self.destination.format}"
        Path(self.folder, name).touch(mode=0o600)
        self._open = Path(self.folder, name).open("wb")  # noqa: SIM115  # closed by the next, or at the end
        self.rows[name], self._bytes = 0, 0
        if self.destination.format == CSV:
            self._put(csv_line(self.destination.names))

    def _is_full(self, more: int) -> bool:
        rows, limits = self.rows[self._newest], self.destination
        return (limits.max_rows is not None and rows >= limits.max_rows) or (
            limits.max_bytes is not None and rows > 0 and self._bytes + more > limits.max_bytes
        )

    def _put(self, line: bytes) -> None:
        assert self._open is not None
        self._open.write(line)
        self._bytes += len(line)


def write_files(
    profiles: Iterable[Profile],
    destination: Destination,
    place: Path,
    about: Mapping[str, Any],
) -> Mapping[str, int]:
    """Write profiles to the folder `place` and `about` to its manifest; the rows of each file.

    A folder of the same export that was never recorded is replaced. Raises UsageError where what
    lies there is something else.
    """
    check_place(place, about)
    unfinished = place.with_name(place.name + _UNFINISHED)
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    unfinished.chmod(0o700)
    try:
        with _Files(unfinished, place.name, destination) as files:
            for profile in profiles:
                files.write(format_profile(profile, destination))
        manifest = {**about, "files": files.rows}
        Path(unfinished, MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        if place.exists():
            shutil.rmtree(place)
        unfinished.rename(place)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return files.rows


def check_place(place: Path, about: Mapping[str, Any]) -> None:
    """Raises UsageError where a folder lies there that is not of this very export."""
    if not place.exists():
        return
    try:
        there = json.loads(Path(place, MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        there = {}
    mine = ("root", "destination", "export_number")
    if any(there.get(key) != about[key] for key in mine):
        raise UsageError(
            f"{place} is there already, and is not of this export.",
            cure="Name another folder with --out, or move that one away.",
        )


def format_profile(profile: Profile, destination: Destination) -> bytes:
    """The line of a profile. Raises ValueError where a value is not of its property's type."""
    known = {
        "customer_id": str(profile.customer_id),
        EXTERNAL_ID: profile.external_id,
        EMAIL: profile.email,
    }
    ids = {name: known[entry.holds] for name, entry in destination.identifiers.items()}
    shape = destination.shape
    values = {
        name: check_value(name, shape[name], text)
        for name, text in zip(shape, profile.values, strict=True)
    }
    if destination.format == CSV:
        return csv_line(csv_cells(ids, values, shape))
    return json_line(ids, values, shape)
