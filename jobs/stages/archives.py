"""Zip archives among raw files: their members are files, named as if the archive were a folder."""

import shutil
import zipfile
from pathlib import Path, PurePosixPath
from typing import IO, Final

ENDING: Final = ".zip"


def list_members(archive: Path | IO[bytes]) -> list[str]:
    """The names of the files in an archive, in order. Hidden ones and what systems put beside them
    are nobody's. Raises zipfile.BadZipFile where it is none.
    """
    with zipfile.ZipFile(archive) as opened:
        names = sorted(info.filename for info in opened.infolist() if not info.is_dir())
    return [name for name in names if _is_file_of_ours(PurePosixPath(name))]


def find_archive(path: Path) -> Path | None:
    """The archive that a path leads into; None where it is a file of its own."""
    return next((p for p in path.parents if p.suffix.lower() == ENDING and p.is_file()), None)


def open_member(member: str, archive: Path | IO[bytes]) -> IO[bytes]:
    """The bytes of a member, read as they come. Raises OSError where it is locked by a password or
    packed in a way that nobody here unpacks, zipfile.BadZipFile where it is damaged.
    """
    with zipfile.ZipFile(archive) as opened:  # an open member keeps the file open
        try:
            return opened.open(member)
        except (RuntimeError, NotImplementedError) as error:  # how zipfile says locked, unknown
            raise OSError(str(error)) from error


def unpack(path: Path, archive: Path, place: Path) -> None:
    """Write a member to `place`, a file for Spark to read; it is as old as its archive."""
    place.parent.mkdir(parents=True, exist_ok=True)
    member = path.relative_to(archive).as_posix()
    with open_member(member, archive) as packed, open(place, "wb") as file:
        shutil.copyfileobj(packed, file)
    shutil.copystat(archive, place)


def _is_file_of_ours(name: PurePosixPath) -> bool:
    """A name that leads out of the archive's own folder is none."""
    return not name.is_absolute() and not any(
        part == ".." or part.startswith((".", "_")) for part in name.parts
    )
