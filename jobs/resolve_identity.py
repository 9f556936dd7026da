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
HELD = (IDENTITY_MAP, IDENTITY_EVENTS)
WRITES = (*HELD, silver.IDENTITY_EDGES, silver.HOUSEHOLDS, silver.SHARED_CONTACTS)


@job(reads=[*RECORDS, silver.PII_VAULT], writes=WRITES, previous=HELD, uses_as_of=False)
def resolve_identity(ctx: Context) -> None:
    """Compare records, group them into customers, and write what changed since the last run."""
    listed, from_facts, values = map(ctx.read, RECORDS)
    known = party_records(all_parties(listed, from_facts), values, read_vault(ctx))
    records, parameters = ctx.checkpoint(known), identity_parameters(ctx.settings)
    resolution = resolve_records(records, parameters)
    before, events = map(ctx.read_published, HELD)
    found = identity.assign_customers(resolution, before, events)
    ctx.write_each(
        {
            silver.IDENTITY_EDGES: identity.identity_edges(resolution.pairs),
            IDENTITY_MAP: identity.identity_map_changes(ctx, found.members, before),
            silver.HOUSEHOLDS: identity.households(found),
            silver.SHARED_CONTACTS: identity.find_shared_contacts(
                records, found.members, parameters
            ),
            IDENTITY_EVENTS: found.events,
        }
    )
    if resolution.note:
        ctx.echo(resolution.note)
