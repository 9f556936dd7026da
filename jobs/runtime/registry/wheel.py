"""The package itself as a wheel, so that a model can be served where Holdfast is not installed."""

import hashlib
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from importlib.metadata import distribution
from importlib.resources import files
from os import walk
from pathlib import Path
from typing import Final

from holdfast._version import __version__

NAME: Final = f"holdfast-{__version__}-py3-none-any.whl"
_INFO: Final = f"holdfast-{__version__}.dist-info"
_KIND: Final = "Wheel-Version: 1.0\nGenerator: holdfast\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
_DATED: Final = (1980, 1, 1, 0, 0, 0)  # the same code gives the same bytes


def build_wheel(folder: Path) -> Path:
    """A wheel of the package as it is installed here, also from a checkout. Format: PEP 427."""
    folder.mkdir(parents=True, exist_ok=True)
    found = distribution("holdfast")
    members = {
        **dict(_read_package()),
        f"{_INFO}/METADATA": (found.read_text("METADATA") or "").encode(),
        f"{_INFO}/entry_points.txt": (found.read_text("entry_points.txt") or "").encode(),
        f"{_INFO}/WHEEL": _KIND.encode(),
    }
    record = f"{_INFO}/RECORD"
    lines = [f"{name},{_hash(content)},{len(content)}" for name, content in members.items()]
    members[record] = "\n".join([*lines, f"{record},,", ""]).encode()
    with zipfile.ZipFile(folder / NAME, "w", zipfile.ZIP_DEFLATED) as wheel:
        for name, content in members.items():
            wheel.writestr(zipfile.ZipInfo(name, _DATED), content, zipfile.ZIP_DEFLATED)
    return folder / NAME


def _read_package() -> Iterator[tuple[str, bytes]]:
    """Each file of the package but what Python makes of it; in a checkout its rooms are links."""
    package = Path(str(files("holdfast")))
    for folder, rooms, names in walk(package, followlinks=True):
        rooms[:] = sorted(room for room in rooms if room != "__pycache__")
        for path in sorted(Path(folder, name) for name in names):
            yield f"holdfast/{path.relative_to(package).as_posix()}", path.read_bytes()


def _hash(content: bytes) -> str:
    return "sha256=" + urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
