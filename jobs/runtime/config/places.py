"""Places outside the settings: the root of the tables and the user's cache."""

import os
from pathlib import Path


def resolve_root(given: str | Path, default: str) -> str:
    """The root as an absolute path or a URI: what was given, else HOLDFAST_ROOT, else `default`."""
    place = str(given or os.environ.get("HOLDFAST_ROOT") or default)
    return place if "://" in place else str(Path(place).absolute())


def cache_folder() -> Path:
    """HOLDFAST_CACHE, else a folder of the user's own cache."""
    return Path(os.environ.get("HOLDFAST_CACHE", Path.home() / ".cache" / "holdfast"))
