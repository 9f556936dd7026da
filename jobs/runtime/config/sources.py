"""Sources and their mappings: those that settings name, else every folder of raw files that has a
mapping; and what is held apart for audits, by the source whose people it is about.
"""

from dataclasses import replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

from holdfast.jobs.runtime.config.errors import InputError, UsageError
from holdfast.jobs.runtime.config.sections import SourceInstance, SourcesSettings
from holdfast.jobs.runtime.config.settings import read_yaml
from holdfast.transformations.sources.contract import RawTable, Source
from holdfast.transformations.sources.mapping import parse_mapping
from holdfast.transformations.sources.types import MappingError
from holdfast.transformations.tables.audit import ATTRIBUTES

AUDIT: Final = ATTRIBUTES.layer  # the folder of a root, and of conf


def load_sources(
    settings: SourcesSettings, root: str, only: str = "", path: str = ""
) -> list[Source]:
    """The configured sources with their mappings, else every folder under `<root>/raw` that has
    one; and the folders under `<root>/audit`, each under the name of the source of its people.

    Raises InputError with the problems of every mapping at once.
    """
    own = Path(settings.folder) if settings.folder else None
    instances = settings.instances or _found_folders(Path(root) / "raw", own)
    if only:
        known = instances.get(only, SourceInstance())
        instances = {only: known.model_copy(update={"path": path or known.path})}
    problems: list[str] = []
    result = []
    for name, spec in sorted(instances.items()):
        entries = _mappings(spec.mapping or name, own)
        if not entries:
            raise UsageError(
                f"There is no mapping for the source {spec.mapping or name}.",
                cure="Write one (docs/sources.md) and name its folder with --mappings.",
            )
        tables = []
        for table, values in entries.items():
            try:
                tables.append(_of_shop(parse_mapping(name, table, values), spec))
            except MappingError as error:
                problems.append(str(error))
        result.append(Source(name, spec.path or f"{root}/raw/{name}", tuple(tables)))
    if problems:
        raise InputError(
            "\n".join(problems), cure="Mend the mapping: docs/sources.md shows each key."
        )
    return result + _found_audits(Path(root) / AUDIT, only)


def load_packaged() -> list[RawTable]:
    """The raw tables of every mapping that comes with the package."""
    return [
        parse_mapping(folder.name, table, values)
        for folder in files("holdfast").joinpath("conf", "sources").iterdir()
        for table, values in _mappings(folder.name, None).items()
    ]


def _of_shop(raw: RawTable, spec: SourceInstance) -> RawTable:
    """The raw table with what the instance says of its shop, which goes before its mapping."""
    return replace(
        raw,
        time_zone=spec.time_zone or raw.time_zone,
        currency=spec.currency or raw.currency,
        country=spec.country or raw.country,
    )


def _found_folders(raw: Path, own: Path | None) -> dict[str, SourceInstance]:
    """Folders of raw files that have mappings of their name."""
    folders = sorted(raw.iterdir()) if raw.is_dir() else []
    return {
        folder.name: SourceInstance()
        for folder in folders
        if folder.is_dir() and _mapping_files(folder.name, own)
    }


def _found_audits(folder: Path, only: str) -> list[Source]:
    """The folders of attributes, all read by the one mapping of the package."""
    table = ATTRIBUTES.short_name
    entries = sorted(folder.iterdir()) if folder.is_dir() else []
    names = [entry.name for entry in entries if entry.is_dir() and entry.name != table]
    mapping = read_yaml(files("holdfast").joinpath("conf", AUDIT, f"{table}.yml")) if names else {}
    return [
        Source(name, str(folder / name), (parse_mapping(name, table, mapping),))
        for name in names
        if only in ("", name)
    ]


def _mappings(name: str, own: Path | None) -> dict[str, Any]:
    found = _mapping_files(name, own)
    return {entry.name.removesuffix(".yml"): read_yaml(entry) for entry in found}


def _mapping_files(name: str, own: Path | None) -> list[Traversable]:
    """The files of a source's mapping: one's own, else the packaged ones."""
    folders: list[Traversable] = [own / name] if own else []
    folders.append(files("holdfast").joinpath("conf", "sources", name))
    for folder in folders:
        if folder.is_dir():
            entries = (entry for entry in folder.iterdir() if entry.name.endswith(".yml"))
            return sorted(entries, key=lambda entry: entry.name)
    return []
