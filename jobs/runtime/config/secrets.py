"""The root's key and what follows from it. Keys reach Spark as columns of a one-row frame only."""

import hmac
import os
import re
import secrets
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap

from holdfast.jobs.runtime.config.errors import UsageError

ROWS: Final = "row hashes"
DIGESTS: Final = "digests of personal values"
VALUES: Final = "personal values"
_WRAPPING: Final = "keys under the key"
_BYTES: Final = 32
_FORM: Final = re.compile(rf"[0-9a-fA-F]{{{2 * _BYTES}}}")
_FRESH: Final = f"openssl rand -hex {_BYTES}"


def make_key() -> Path | None:
    """Make the user's own key, a private file outside every root, where none is given and none is
    there; its place, None where it made none.
    """
    place = _key_file()
    if has_key():
        return None
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.write(fresh, secrets.token_hex(_BYTES).encode())
    os.close(fresh)
    return place


def has_key() -> bool:
    """Whether a key is given, or the user has one."""
    return bool(os.environ.get("HOLDFAST_KEY")) or _key_file().exists()


def root_key() -> bytes:
    """HOLDFAST_KEY, else the user's own. Raises UsageError where there is none, it is no key, or
    others may read its file.
    """
    if given := os.environ.get("HOLDFAST_KEY"):
        return _parse(given, "HOLDFAST_KEY")
    place = _key_file()
    if not place.exists():
        raise UsageError(
            f"There is no key: HOLDFAST_KEY is not set, and {place} is not there.",
            cure="Set HOLDFAST_KEY to the key that the root was loaded with.",
        )
    if place.stat().st_mode & 0o077:
        raise UsageError(f"Others may read the key {place}.", cure=f"chmod 600 {place}")
    return _parse(place.read_text(encoding="ascii", errors="replace"), str(place))


def new_key() -> bytes:
    """HOLDFAST_NEW_KEY, the key that is to follow. Raises UsageError where it is none."""
    if not (given := os.environ.get("HOLDFAST_NEW_KEY")):
        raise UsageError(
            "HOLDFAST_NEW_KEY is not set.",
            cure=f"Set it to the key that is to follow; a fresh one: {_FRESH}.",
        )
    return _parse(given, "HOLDFAST_NEW_KEY")


def fingerprint_key(key: bytes) -> str:
    """Which key it is, without telling it: 16 hexadecimal digits."""
    return hmac.digest(key, b"holdfast key fingerprint", "sha256").hex()[:16]


def derive_key(key: bytes, use: str) -> bytes:
    """A key of 32 bytes for one use, from which neither the key nor that of another use follows.

    Source: HKDF-Expand (RFC 5869) with SHA-256, one block; the key is random, so that nothing has
    to be extracted.
    """
    return hmac.digest(key, f"holdfast {use}".encode() + b"\x01", "sha256")


def wrap_key(held: bytes, key: bytes) -> str:
    """A key under another one, in hexadecimal digits (RFC 3394)."""
    return aes_key_wrap(derive_key(key, _WRAPPING), held).hex()


def unwrap_key(wrapped: str, key: bytes) -> bytes:
    """What `wrap_key` wrapped under this very key."""
    return aes_key_unwrap(derive_key(key, _WRAPPING), bytes.fromhex(wrapped))


def _parse(text: str, place: str) -> bytes:
    if not _FORM.fullmatch(text.strip()):
        raise UsageError(
            f"{place} is not {2 * _BYTES} hexadecimal digits.",
            cure=f"Give the key that the root was loaded with; for a new root: {_FRESH}.",
        )
    return bytes.fromhex(text.strip())


def _key_file() -> Path:
    home = Path(os.environ.get("XDG_CONFIG_HOME", Path.home() / ".config"))
    return home / "holdfast" / "key"
