"""What each customer is expected to spend, with an interval, for every horizon of the settings; in
agreement with the chance that the customer leaves.
"""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.stages.consent import read_consent
from holdfast.jobs.stages.orders import DATED_ORDERS, read_customer_orders
from holdfast.jobs.stages.training import VALUE_MODEL, read_champion
from holdfast.jobs.stages.value import inputs_on
from holdfast.models.value.model import ValueModel
from holdfast.models.value.scoring import score
from holdfast.transformations.features.registry import SNAPSHOTS
from holdfast.transformations.scoring.value import customer_values, with_churn
from holdfast.transformations.tables.gold import CHURN_SCORES, CUSTOMER_VALUES
from holdfast.transformations.tables.ops import MODEL_EVENTS
from holdfast.transformations.tables.silver import CONSENT_STATE, IDENTITY_MAP
from holdfast.transformations.tables.vocabulary import Purpose


@job(
    reads=[*DATED_ORDERS, SNAPSHOTS, CONSENT_STATE, VALUE_MODEL, MODEL_EVENTS, CHURN_SCORES],
    writes=[CUSTOMER_VALUES],
)
def score_value(ctx: Context) -> None:
    """Score with the champion; without one there are no values."""
    champion = read_champion(ctx, VALUE_MODEL, ValueModel)
    if champion is None:
        ctx.echo("no value model: no values")
        ctx.write(CUSTOMER_VALUES, ctx.frame_of(CUSTOMER_VALUES, []))
        return
    conf, identity_map = ctx.settings, ctx.read(IDENTITY_MAP)
    orders = read_customer_orders(ctx, identity_map)
    inputs = inputs_on(orders, ctx.read(SNAPSHOTS), [ctx.as_of])
    allowed = read_consent(ctx).filter_rows(inputs, Purpose.ANALYTICS)
    asked = with_churn(allowed, ctx.read(CHURN_SCORES), conf.outcome.horizon_days)
    values = score(asked, champion.model, conf.value.horizons)
    by = (champion.name, champion.version)
    ctx.write(CUSTOMER_VALUES, customer_values(values, identity_map, by))
