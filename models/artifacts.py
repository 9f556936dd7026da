"""Models as files: plain JSON and Parquet, with a mark of the format they were written in."""

import json
from collections.abc import Mapping
from typing import Any, Final

Artifacts = Mapping[str, bytes]  # file name to content

FORMAT: Final = 6  # raised with each change of what a model's files hold
TRAIN_AGAIN: Final = (
    "train it again with this version (`holdfast run` in a new root), or load it with the version "
    "that trained it"
)


class IncompatibleModelError(ValueError):
    """A model's files were written by a version of Holdfast with another format."""


def pack_values(values: Mapping[str, Any]) -> bytes:
    """Plain values as JSON, with the format they are in."""
    return json.dumps({**values, "format": FORMAT}, sort_keys=True).encode()


def unpack_values(content: bytes) -> dict[str, Any]:
    """The inverse of `pack_values`. Raises IncompatibleModelError for another format."""
    values: dict[str, Any] = json.loads(content)
    if (format_ := values.pop("format", 1)) != FORMAT:
        raise IncompatibleModelError(
            f"this model has format {format_}, this version of Holdfast reads format {FORMAT}: "
            f"{TRAIN_AGAIN}"
        )
    return values
