"""Raw files to bronze: each content once, each row accounted for, personal values behind tokens."""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import BRONZE, RAW, job
from holdfast.jobs.stages.ingest import deliveries
from holdfast.transformations.tables.ops import BATCHES, QUARANTINE
from holdfast.transformations.tables.silver import PII_VAULT


@job(reads=[RAW], writes=[BRONZE, PII_VAULT, BATCHES, QUARANTINE], uses_as_of=False)
def ingest(ctx: Context) -> None:
    """Load what is new, after the equation of every file has been checked."""
    delivery = deliveries(ctx)
    if not delivery.files:
        ctx.echo("no new files")
        return
    accounts = delivery.accounts
    delivery.keep_personal_values()
    ctx.write_each({raw.table: delivery.bronze(raw, frame) for raw, frame in delivery.parsed})
    refused = delivery.quarantine()
    if refused is not None:
        ctx.write(QUARANTINE, refused)
    ctx.write(BATCHES, ctx.frame_of(BATCHES, accounts))
    delivery.release()
