"""Holdfast: who each customer is, who is leaving and why, and what each is worth."""

from typing import TYPE_CHECKING, Any

from holdfast._version import __version__ as __version__

if TYPE_CHECKING:
    from holdfast.api import Door


def open(*args: Any, **kwargs: Any) -> "Door":  # `holdfast.open(root)` is what a reader expects
    """Open a root for reading at its last published run: see `holdfast.api.open_root`."""
    from holdfast.api import open_root

    return open_root(*args, **kwargs)
