"""Destinations, read from their files."""

from collections.abc import Mapping
from importlib.resources.abc import Traversable
from typing import Any

from pydantic import ValidationError

from holdfast.jobs.runtime.config.errors import InputError, UsageError
from holdfast.jobs.runtime.config.settings import SettingsError, read_yaml
from holdfast.jobs.stages.exports.destination import Destination
from holdfast.jobs.stages.packaged import list_files
from holdfast.transformations.plays.catalogue import explain_faults


def read_destination(name: str, folder: str) -> Destination:
    """A destination by its name. Raises UsageError where there is none, and as
    `read_destinations`.
    """
    known = read_destinations(folder)
    if name not in known:
        raise UsageError(
            f"There is no destination {name}: there are {', '.join(known)}.",
            cure=f"Name one of them, or write {name}.yml as docs/destinations.md shows and name "
            "its folder: --set export.folder=FOLDER.",
        )
    return known[name]


def read_destinations(folder: str) -> Mapping[str, Destination]:
    """The destinations that come with the package, each replaced by the file of its name in
    `folder` where there is one, and those that only `folder` has; no folder: the packaged ones.

    Raises InputError with everything that is wrong with any of them.
    """
    problems: list[str] = []
    entries = list_files("destinations", folder)
    destinations = {name: _parse(entry, problems) for name, entry in entries.items()}
    if problems:
        raise InputError(
            "\n".join(problems), cure="Mend the destinations: docs/destinations.md shows each key."
        )
    return {name: known for name, known in destinations.items() if known}


def _parse(entry: Traversable, problems: list[str]) -> Destination | None:
    """The destination of a file, or None and a line of its faults among the problems."""
    name = entry.name.removesuffix(".yml")
    try:
        content: Any = read_yaml(entry)
        if not isinstance(content, dict):
            raise TypeError(f"destinations/{entry.name}: not keys and values")
        if content.get("id", name) != name:
            problems.append(f"destinations/{entry.name}: id: write {name}, as the file is called")
        return Destination.model_validate(content)
    except (SettingsError, TypeError) as error:
        problems.append(str(error))
    except ValidationError as error:
        problems.append(f"destinations/{entry.name}: {'; '.join(explain_faults(error))}")
    return None
