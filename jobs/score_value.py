"""What each customer is expected to spend, with an interval, for every horizon asked."""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.stages.training import VALUE_MODEL, value_champion
from holdfast.jobs.stages.value import inputs_on
from holdfast.models.value.scoring import score
from holdfast.transformations.consent import permitted
from holdfast.transformations.features.registry import SNAPSHOTS
from holdfast.transformations.scoring.value import customer_values
from holdfast.transformations.tables.gold import CUSTOMER_VALUES
from holdfast.transformations.tables.ops import MODEL_EVENTS
from holdfast.transformations.tables.silver import CONSENT_STATE, IDENTITY_MAP, ORDERS


@job(
    reads=[ORDERS, SNAPSHOTS, CONSENT_STATE, IDENTITY_MAP, VALUE_MODEL, MODEL_EVENTS],
    writes=[CUSTOMER_VALUES],
)
def score_value(ctx: Context) -> None:
    """Score with the champion; without one there are no values."""
    held = value_champion(ctx)
    if held is None:
        ctx.echo("no value model: no values")
        ctx.write(CUSTOMER_VALUES, ctx.frame_of(CUSTOMER_VALUES, []))
        return
    people, bases = ctx.read(IDENTITY_MAP), ctx.settings.consent.bases
    asked = permitted(
        inputs_on(ctx, [ctx.as_of]), ctx.read(CONSENT_STATE), people, "analytics", bases.analytics
    )
    model, version = held[0], held[1].version
    values = score(asked, model, ctx.settings.value.horizons)
    ctx.write(
        CUSTOMER_VALUES,
        customer_values(values, people, ctx.as_of, ("value", version), ctx.run_number),
    )
