"""Raw files to bronze: each content once, each row accounted for, personal values behind tokens."""

from pyspark.sql import functions as F

from holdfast.jobs.runtime.context import Context
from holdfast.jobs.runtime.delivery import deliveries
from holdfast.jobs.runtime.job import BRONZE, RAW, job
from holdfast.transformations.ingest import batch
from holdfast.transformations.ingest.bronze import bronze_rows
from holdfast.transformations.ingest.vault import vault_rows
from holdfast.transformations.tables.ops import BATCHES, QUARANTINE
from holdfast.transformations.tables.silver import PII_VAULT


@job(reads=[RAW], writes=[BRONZE, PII_VAULT, BATCHES, QUARANTINE], uses_as_of=False)
def ingest(ctx: Context) -> None:
    """Load what is new, after the equation of every file has been checked."""
    delivery = deliveries(ctx)
    if not delivery.parsed:
        ctx.echo("no new files")
        return
    at = F.lit(ctx.opened_at)
    run = F.lit(ctx.run_number).cast("bigint")
    accounts = delivery.accounts()
    rejects = batch.together([batch.refused(frame, raw, ctx.run_number, at) for raw, frame in delivery.parsed])
    if any(account["rows_quarantined"] for account in accounts):
        rejects = batch.with_lines(rejects, delivery.lines(accounts))
    values = [batch.values_of(frame, raw, at) for raw, frame in delivery.parsed]
    minted = vault_rows(batch.together([*values, batch.raw_values(rejects)]), delivery.keys, ctx.settings.ingest.country_code)
    vault = ctx.insert_missing(PII_VAULT, minted.withColumn("run_number", run))
    for raw, frame in delivery.parsed:
        ctx.write(raw.table, bronze_rows(frame, raw, vault, ctx.run_number, at))
    ctx.write(QUARANTINE, batch.quarantine(rejects, vault))
    ctx.write(BATCHES, ctx.rows(BATCHES, accounts))
