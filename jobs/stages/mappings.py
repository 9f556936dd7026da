"""Mappings that say other than when their rows were last mapped."""

from collections.abc import Mapping, Sequence

from holdfast.jobs.runtime.config.errors import UsageError
from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.fingerprint import digest_mappings
from holdfast.jobs.runtime.spark.concurrency import run_concurrently
from holdfast.transformations.tables.table import Table


def begin_anew(ctx: Context, tables: Sequence[Table]) -> bool:
    """Whether all rows are to be mapped: nothing was yet, or a mapping has changed since this job
    was last done; then the tables are emptied, and it is said why. Raises UsageError where sources
    of that time are not read now.
    """
    before, now = ctx.last_read.get("mappings", {}), digest_mappings(ctx.sources)
    ctx.read_versions["mappings"] = {**before, **now}
    if changed := list_changed(before, now):
        ctx.echo(f"mapped anew, since the mapping has changed: {', '.join(changed)}")
        run_concurrently(ctx.clear, [table for table in tables if ctx.has(table)])
    return bool(changed) or not ctx.last_read


def list_changed(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Exports of both times whose digests differ. Raises UsageError where any has changed and
    another is not there: rows of that one would be lost.
    """
    changed = sorted(name for name in before.keys() & now.keys() if before[name] != now[name])
    missing = sorted(before.keys() - now.keys())
    if changed and missing:
        raise UsageError(
            f"The mapping of {', '.join(changed)} has changed, so all rows are mapped anew, but "
            f"there is no mapping of {', '.join(missing)} in this run.",
            cure="Run once with all sources, without --only-source.",
        )
    return changed
