"""Which source records are one person, and the customer id each person keeps."""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.stages import identity
from holdfast.jobs.stages.keys import read_vault
from holdfast.jobs.stages.parameters import identity_parameters
from holdfast.models.identity.resolution import resolve_records
from holdfast.transformations.identity.parties import all_parties
from holdfast.transformations.identity.party_records import party_records
from holdfast.transformations.tables import silver
from holdfast.transformations.tables.silver import IDENTITY_EVENTS, IDENTITY_MAP

RECORDS = (silver.PARTIES, silver.FACT_PARTIES, silver.PARTY_VALUES)
WRITES = (silver.IDENTITY_EDGES, IDENTITY_MAP, silver.HOUSEHOLDS, IDENTITY_EVENTS)


@job(
    reads=[*RECORDS, silver.PII_VAULT],
    writes=WRITES,
    previous=[IDENTITY_MAP, IDENTITY_EVENTS],
    uses_as_of=False,
)
def resolve_identity(ctx: Context) -> None:
    """Compare records, group them into customers, and write what changed since the last run."""
    listed, from_facts, values = map(ctx.read, RECORDS)
    records = party_records(all_parties(listed, from_facts), values, read_vault(ctx))
    resolution = resolve_records(records, identity_parameters(ctx.settings))
    spark, run, previous = ctx.spark, ctx.run_number, ctx.read_published(IDENTITY_MAP)
    found = identity.assign_customers(resolution, previous, ctx.read_published(IDENTITY_EVENTS))
    ctx.write_each(
        {
            silver.IDENTITY_EDGES: identity.identity_edges(spark, found),
            IDENTITY_MAP: identity.identity_map_changes(spark, found, previous, ctx.opened_at, run),
            silver.HOUSEHOLDS: identity.households(spark, found),
            IDENTITY_EVENTS: ctx.frame_of(IDENTITY_EVENTS, identity.event_rows(found.events)),
        }
    )
    if resolution.note:
        ctx.echo(resolution.note)
