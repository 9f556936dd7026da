"""Which source records are one person, and the customer id each person keeps."""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.stages.identity import identified
from holdfast.jobs.stages.parameters import identity_parameters
from holdfast.models.identity.resolution import resolved
from holdfast.transformations.tables.silver import (
    HOUSEHOLDS,
    IDENTITY_EDGES,
    IDENTITY_EVENTS,
    IDENTITY_MAP,
    PARTIES,
    PII_VAULT,
)


@job(
    reads=[PARTIES, PII_VAULT],
    writes=[IDENTITY_EDGES, IDENTITY_MAP, HOUSEHOLDS, IDENTITY_EVENTS],
    previous=[IDENTITY_MAP, IDENTITY_EVENTS],
    uses_as_of=False,
)
def resolve_identity(ctx: Context) -> None:
    """Compare, group, and write down what changed since the last published run."""
    found = resolved(
        ctx.read(PARTIES), ctx.read(PII_VAULT), identity_parameters(ctx.settings), ctx.checkpoint
    )
    people = identified(ctx, found)
    ctx.write_each(
        {
            IDENTITY_EDGES: people.edges(),
            IDENTITY_MAP: people.memberships(),
            HOUSEHOLDS: people.households(),
            IDENTITY_EVENTS: people.log(),
        }
    )
