"""The key of keyed hashes. It reaches Spark as a column of a one-row frame only."""

import hashlib
import hmac
import os
import re
import secrets
from pathlib import Path
from typing import Final

from holdfast.jobs.runtime.config.errors import UsageError

_BYTES: Final = 32
_FORM: Final = re.compile(rf"[0-9a-fA-F]{{{2 * _BYTES}}}")


def make_key() -> Path | None:
    """Make the user's own key, a private file outside every root, where none is given and none is
    there; its place, None where it made none.
    """
    place = _key_file()
    if os.environ.get("HOLDFAST_KEY") or place.exists():
        return None
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.write(fresh, secrets.token_hex(_BYTES).encode())
    os.close(fresh)
    return place


def hash_key() -> bytes:
    """HOLDFAST_KEY, else the user's own. Raises UsageError where it is no key."""
    given = os.environ.get("HOLDFAST_KEY")
    text = given or _key_file().read_text(encoding="ascii", errors="replace")
    if not _FORM.fullmatch(text.strip()):
        raise UsageError(
            f"{'HOLDFAST_KEY' if given else _key_file()} is not {2 * _BYTES} hexadecimal digits.",
            cure="Give the key that the root was loaded with; for a new root: openssl rand -hex "
            f"{_BYTES}.",
        )
    return bytes.fromhex(text.strip())


def key_fingerprint() -> str:
    """Which key it is, without telling it: 16 hexadecimal digits."""
    return hmac.new(hash_key(), b"holdfast key fingerprint", hashlib.sha256).hexdigest()[:16]


def _key_file() -> Path:
    home = Path(os.environ.get("XDG_CONFIG_HOME", Path.home() / ".config"))
    return home / "holdfast" / "key"
