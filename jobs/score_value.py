"""What each customer is expected to spend, with an interval, for every horizon of the settings; in
agreement with the chance that the customer leaves.
"""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.stages.orders import DATED_ORDERS
from holdfast.jobs.stages.training import VALUE_MODEL, read_champion
from holdfast.jobs.stages.value import read_inputs
from holdfast.models.value.model import ValueModel
from holdfast.models.value.scoring import score
from holdfast.transformations.features.registry import SNAPSHOTS, VALUE_INPUTS
from holdfast.transformations.scoring.value import customer_values
from holdfast.transformations.tables.gold import CHURN_SCORES, CUSTOMER_VALUES
from holdfast.transformations.tables.ops import MODEL_EVENTS
from holdfast.transformations.tables.silver import CONSENT_STATE, IDENTITY_MAP


@job(
    reads=[*DATED_ORDERS, SNAPSHOTS, CONSENT_STATE, VALUE_MODEL, MODEL_EVENTS, CHURN_SCORES],
    writes=[CUSTOMER_VALUES, VALUE_INPUTS],
)
def score_value(ctx: Context) -> None:
    """Score with the champion; without one there are no values."""
    champion = read_champion(ctx, VALUE_MODEL, ValueModel)
    if champion is None:
        ctx.echo("no value model: no values")
        for table in (CUSTOMER_VALUES, VALUE_INPUTS):
            ctx.write(table, ctx.frame_of(table, []))
        return
    asked = ctx.checkpoint(read_inputs(ctx))
    ctx.write(VALUE_INPUTS, asked)
    values = score(asked, champion.model, ctx.settings.value.horizons)
    by = (champion.name, champion.version)
    ctx.write(CUSTOMER_VALUES, customer_values(values, ctx.read(IDENTITY_MAP), by))
