"""Files for another system: profiles that it does not know yet, with addresses from the vault."""

from datetime import UTC, datetime
from pathlib import Path

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.stages.exports.destinations import read_destination
from holdfast.jobs.stages.exports.files import write_files
from holdfast.jobs.stages.exports.profiles import READS, describe_export, plan_export
from holdfast.transformations.tables.sent_profiles import SENT_PROFILES


@job(reads=READS, writes=[SENT_PROFILES], in_graph=False)
def export(ctx: Context) -> None:
    """Write what changed for a destination, then record it: one that dies between the two is
    made again.
    """
    conf = ctx.settings.export
    planned = plan_export(ctx, read_destination(conf.destination, conf.folder), full=conf.full)
    name = planned.destination.id
    place = Path(conf.out).absolute() / f"{name}-{planned.number:04d}"
    about = {
        "root": str(ctx.root),
        "destination": name,
        "export_number": planned.number,
        "run_number": ctx.run_number,
        "written_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "profiles": planned.counts,
    }
    if planned.is_empty:
        ctx.echo(describe_export(planned, place, {}))
        return
    files = write_files(planned.profiles(), planned.destination, place, about)
    ctx.write(SENT_PROFILES, planned.rows, part=f"{name}-{planned.number}")
    ctx.echo(describe_export(planned, place, files))
