"""Whether a job has anything to do: its input versions, settings, day and package, as one hash."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from holdfast._version import __version__
from holdfast.jobs.runtime.config.product import Settings
from holdfast.jobs.runtime.config.sections import RunSettings
from holdfast.jobs.runtime.runs.graph import bronze_tables
from holdfast.jobs.runtime.runs.job import BRONZE, RAW, Folder, Job, TrainedModel
from holdfast.jobs.runtime.runs.ledger import Ledger
from holdfast.jobs.runtime.runs.records import Run
from holdfast.transformations.sources.contract import Reading, Source
from holdfast.transformations.tables.table import Table

# What no table depends on; the day of `run` is a part of its own.
_NOT_IN_RESULT: Final = ("spark", "report", "evaluation", "maintain")
_NOT_IN_RESULT_OF_RUN: Final = ("root", "catalog", "as_of", "lease_minutes")


def read_versions(
    job: Job,
    ledger: Ledger,
    run: Run | None,
    sources: Sequence[Source],
    settings: Settings,
    raw_digest: Callable[[], str],
    model_version: Callable[[TrainedModel], int | None],
) -> dict[str, Any]:
    """What the job would read: each edge to its version, that of the open run before the last
    manifest's; shared logs are left out.
    """
    tables: list[Table] = []
    versions: dict[str, Any] = {}
    for edge in job.reads:
        if edge == BRONZE:
            tables.extend(bronze_tables(sources))
            versions["mappings"] = digest_mappings(sources)
        elif edge == RAW:
            versions["raw"] = raw_digest()
        elif isinstance(edge, TrainedModel):
            versions[f"model.{edge.name}"] = model_version(edge)
        elif isinstance(edge, Folder):
            versions[edge.name] = digest_folder(edge, settings)
        elif isinstance(edge, Table) and not edge.shared:
            tables.append(edge)
    done = ledger.done(run).values() if run else ()
    written = {name: version for row in done for name, version in row.written_versions.items()}
    for table in tables:
        versions[table.name] = written.get(table.name, ledger.manifest.get(table.name))
    return versions


def digest_mappings(sources: Sequence[Source]) -> dict[str, str]:
    """Of each export, by `<source>/<table>`, a digest of what its mapping makes of loaded rows."""
    found = {}
    for source in sources:
        for raw in source.tables:
            rules = replace(
                raw,
                doc="",
                files="",
                party="",
                columns=(),
                reading=Reading(),
                record=None,
                not_loaded=(),
            )
            digest = hashlib.sha256(repr(rules).encode()).hexdigest()
            found[f"{source.name}/{raw.name}"] = digest
    return found


def digest_folder(folder: Folder, settings: Settings) -> str:
    """Of the files that stand in it, by name and content; empty where there is no such folder."""
    section, key = folder.name.split(".")
    named = getattr(getattr(settings, section), key)
    if not named or not Path(named).is_dir():
        return ""
    files = sorted(entry for entry in Path(named).iterdir() if entry.is_file())
    parts = [(file.name, hashlib.sha256(file.read_bytes()).hexdigest()) for file in files]
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def today(time_zone: str) -> date:
    """The day that it is in a time zone (an IANA name)."""
    return datetime.now(ZoneInfo(time_zone)).date()


def day_of(
    job: Job, run_settings: RunSettings, run: Run | None, published: Run | None
) -> date | str | None:
    """The day the job would speak about; None where its result does not depend on it."""
    if not job.uses_as_of:
        return None
    setting, known = run_settings.as_of, run.as_of if run else None
    day = known or (published.as_of if published and setting == "latest" else setting)
    return today(run_settings.time_zone) if day == "today" else day


def fingerprint(
    job: Job,
    versions: Mapping[str, Any],
    day: date | str | None,
    settings: Mapping[str, Any],
    sources: Sequence[Source],
) -> str:
    """One hash over everything the job's result depends on."""
    kept = {name: value for name, value in settings.items() if name not in _NOT_IN_RESULT}
    run = settings["run"].items()
    kept["run"] = {key: value for key, value in run if key not in _NOT_IN_RESULT_OF_RUN}
    names = [source.name for source in sources]
    parts = [job.name, __version__, versions, str(day), kept, names]
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
