"""The catalogue of plays, read from its files."""

from collections.abc import Collection, Mapping
from importlib.resources.abc import Traversable
from typing import Any

from holdfast.jobs.runtime.config.errors import InputError
from holdfast.jobs.runtime.config.settings import SettingsError, read_yaml
from holdfast.jobs.stages.packaged import list_files
from holdfast.transformations.plays.catalogue import Catalogue, PlayError, parse_catalogue
from holdfast.transformations.plays.play import HasBounds


def read_plays(
    folder: str, vulnerable: Mapping[str, HasBounds], protected: Collection[str]
) -> Catalogue:
    """The families that come with the package, each replaced by the file of its name in `folder`
    where there is one, and those that only `folder` has; no folder: the packaged ones.

    Raises InputError with everything that is wrong with any of them, or unfair given who is
    `vulnerable` and what is `protected`.
    """
    problems: list[str] = []
    entries = list_files("plays", folder)
    contents = {name: _read(entry, problems) for name, entry in entries.items()}
    try:
        catalogue = parse_catalogue(contents, vulnerable, protected)
    except PlayError as error:
        problems.append(str(error))
    if problems:
        raise InputError("\n".join(problems), cure="Mend the plays: docs/plays.md shows each key.")
    return catalogue


def _read(entry: Traversable, problems: list[str]) -> Any:
    """The content of a file; what is no YAML is a problem, and no family."""
    try:
        return read_yaml(entry)
    except SettingsError as error:
        problems.append(error.problem)
        return {"family": entry.name.removesuffix(".yml"), "plays": []}
