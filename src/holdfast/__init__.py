"""Holdfast: who each customer is, who is leaving and why, and what each is worth."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from holdfast.jobs.runtime.door import Door

__version__ = "0.1.0"


def open(*args: Any, **kwargs: Any) -> "Door":  # `holdfast.open(root)` is what a reader expects
    """Open a root for reading at its last published run: see `holdfast.jobs.runtime.door.open_root`."""
    from holdfast.jobs.runtime.door import open_root

    return open_root(*args, **kwargs)
