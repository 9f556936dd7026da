"""The key of keyed hashes. It reaches Spark as a column of a one-row frame only."""

import os
import secrets
from pathlib import Path


def hash_key() -> bytes:
    """HOLDFAST_KEY (hex), else a private file of the user's, made on first use,
    outside every root.
    """
    given = os.environ.get("HOLDFAST_KEY")
    if given:
        return bytes.fromhex(given)
    place = Path(os.environ.get("XDG_CONFIG_HOME", Path.home() / ".config")) / "holdfast" / "key"
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        fresh = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        os.write(fresh, secrets.token_hex(32).encode())
        os.close(fresh)
    return bytes.fromhex(place.read_text(encoding="ascii").strip())
