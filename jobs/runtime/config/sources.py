"""Sources and their mappings: those that settings name, else every folder of raw files that has a
mapping.
"""

from importlib.resources import files
from pathlib import Path
from typing import Any

from holdfast.jobs.runtime.config.errors import InputError, UsageError
from holdfast.jobs.runtime.config.sections import SourcesSettings
from holdfast.jobs.runtime.config.settings import read_yaml
from holdfast.transformations.sources.contract import Source
from holdfast.transformations.sources.mapping import raw_table
from holdfast.transformations.sources.types import MappingError


def load_sources(
    settings: SourcesSettings, root: str, only: str = "", path: str = ""
) -> list[Source]:
    """The configured sources with their mappings, else every folder under `<root>/raw` that has
    one.

    Raises InputError with the problems of every mapping at once.
    """
    own = Path(settings.folder) if settings.folder else None
    found: dict[str, tuple[str, str]] = {
        name: (spec.mapping or name, spec.path or f"{root}/raw/{name}")
        for name, spec in settings.instances.items()
    }
    raw = Path(root) / "raw"
    for folder in sorted(raw.iterdir()) if raw.is_dir() and not found else []:
        if folder.is_dir() and _mappings(folder.name, own):
            found[folder.name] = (folder.name, str(folder))
    if only:
        mapping, place = found.get(only, (only, f"{root}/raw/{only}"))
        found = {only: (mapping, path or place)}
    problems: list[str] = []
    result = []
    for name, (mapping, place) in sorted(found.items()):
        entries = _mappings(mapping, own)
        if not entries:
            raise UsageError(
                f"There is no mapping for the source {mapping}.",
                cure="Write one (docs/sources.md) and name its folder with --mappings.",
            )
        tables = []
        for table, spec in entries.items():
            try:
                tables.append(raw_table(name, table, spec))
            except MappingError as error:
                problems.append(str(error))
        result.append(Source(name, place, tuple(tables)))
    if problems:
        raise InputError(
            "\n".join(problems), cure="Mend the mapping: docs/sources.md shows each key."
        )
    return result


def _mappings(name: str, own: Path | None) -> dict[str, Any]:
    folders: list[Any] = [own / name] if own else []
    folders.append(files("holdfast").joinpath("conf", "sources", name))
    for folder in folders:
        if folder.is_dir():
            entries = sorted(
                (e for e in folder.iterdir() if e.name.endswith(".yml")), key=lambda e: e.name
            )
            return {entry.name.removesuffix(".yml"): read_yaml(entry) for entry in entries}
    return {}
