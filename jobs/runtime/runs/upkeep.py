"""Upkeep of a root between runs: small files joined, files that no run needs deleted.

Nothing is published and no row changes, so that every job finds its inputs as they were. OPTIMIZE
makes a version above the published one, on which the next run that writes the table builds. VACUUM
goes by the newest version; it therefore comes first, and leaves a table alone whose newest version
has let go of files of the published one, until a run has published the table anew.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from holdfast.jobs.runtime.config.errors import BusyError
from holdfast.jobs.runtime.config.sections import MaintainSettings
from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.graph import bronze_tables
from holdfast.jobs.runtime.runs.lease import is_alive
from holdfast.jobs.runtime.runs.ledger import Ledger
from holdfast.jobs.runtime.runs.resume import name_open
from holdfast.jobs.runtime.spark.concurrency import run_concurrently
from holdfast.jobs.runtime.storage import upkeep
from holdfast.jobs.runtime.storage.catalog import Catalog
from holdfast.jobs.runtime.storage.ddl import keep_for
from holdfast.jobs.runtime.storage.upkeep import Detail, Files
from holdfast.jobs.runtime.storage.vacuum import delete_old_files
from holdfast.transformations.tables.table import Table

HOURS: Final = 24  # of a day


@dataclass(frozen=True)
class Need:
    """What a table needs: `forgets` that it would lose sight of deleted files before its contract
    says, `has_old` that files lie there that its newest version does not hold, `is_scattered` that
    its rows lie in many small files.
    """

    table: Table
    detail: Detail
    on_disk: Files
    forgets: bool
    has_old: bool
    is_scattered: bool


def refuse_open_run(ledger: Ledger) -> None:
    """Raises BusyError where a run is open, be it at work or dead."""
    run = ledger.open_run()
    if run is None:
        return
    if is_alive(run, ledger.lease):
        problem = f"Run {run.number} ({run.key}) is at work."
        raise BusyError(problem, cure="Start again when it has ended.")
    raise name_open(run)


def maintain_tables(ctx: Context, tables: Sequence[Table]) -> None:
    """Do what these tables and the raw ones need, or say what they need: a line for each, and their
    sum. Raises BusyError as `refuse_open_run` does.
    """
    refuse_open_run(ctx.ledger)
    conf, catalog = ctx.settings.maintain, ctx.store.catalog
    there = [t for t in (*bronze_tables(ctx.sources), *tables) if ctx.store.exists(t)]
    needs = list_needs(catalog, there, ctx.ledger.manifest, conf)
    ctx.echo(f"{len(there)} tables, {len(needs)} of them have files to join or to look through")
    freed, width = 0, max((len(need.table.name) for need in needs), default=0)
    for place, need in enumerate(needs, 1):
        line, size = _say(need) if conf.dry_run else _do(catalog, need, conf.keep_days)
        freed += size
        ctx.store.commits += 0 if conf.dry_run else need.forgets + need.is_scattered
        ctx.echo(f"{place:3}/{len(needs)}  {need.table.name:{width}} {line}")
    if not conf.dry_run:
        ctx.echo(f"{_megabytes(freed)} freed")


def list_needs(
    catalog: Catalog,
    tables: Sequence[Table],
    published: Mapping[str, int],
    conf: MaintainSettings,
) -> list[Need]:
    """The tables that need something; `published` has the version of each as last published."""
    details = run_concurrently(lambda table: upkeep.describe(catalog, table), tables)
    on_disk = upkeep.list_files(catalog.spark, [detail.location for detail in details])
    found = []
    for table, detail in zip(tables, details, strict=True):
        lying, held = on_disk.get(detail.location, Files()), detail.files
        is_old = time.time() - lying.oldest > 3600 * _hours(table, conf.keep_days)
        has_old = (
            is_old
            and lying.count > held.count
            and upkeep.holds_files(catalog, table, published.get(table.name))
        )
        is_scattered = held.count - -(-held.size // upkeep.LARGE) >= conf.small_files
        need = Need(table, detail, lying, detail.kept != keep_for(table), has_old, is_scattered)
        if need.forgets or has_old or is_scattered:
            found.append(need)
    return found


def _do(catalog: Catalog, need: Need, keep_days: int) -> tuple[str, int]:
    """What was done for a table, and the bytes that it freed."""
    table, held, freed = need.table, need.detail.files, 0
    if need.forgets:  # first, for VACUUM goes by it
        upkeep.keep_removals(catalog, table)
    if need.has_old:
        delete_old_files(catalog, table, _hours(table, keep_days))
        (left,) = upkeep.list_files(catalog.spark, [need.detail.location]).values() or (Files(),)
        freed = need.on_disk.size - left.size
    if need.is_scattered:
        upkeep.compact(catalog, table)
        held = upkeep.describe(catalog, table).files
    done = f"{need.detail.files.count:5} -> {held.count:4} files, {_megabytes(freed)} freed"
    return done + ("; keeps in mind what it gives up" if need.forgets else ""), freed


def _hours(table: Table, keep_days: int) -> int:
    return HOURS * min(keep_days, table.keep_days)


def _say(need: Need) -> tuple[str, int]:
    """What a table needs, and the bytes that its older versions hold."""
    older = need.on_disk.size - need.detail.files.size if need.has_old else 0
    wanted = "would be joined" if need.is_scattered else "stay as they are"
    text = f"{need.detail.files.count:5} files {wanted}; {_megabytes(older)} of older versions"
    return text, older


def _megabytes(size: int) -> str:
    return f"{size / 2**20:.1f} MB"
