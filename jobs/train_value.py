"""The value model: BG/NBD and gamma-gamma, corrected by trees where a later period bears it out."""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.stages import training
from holdfast.jobs.stages.consent import read_consent
from holdfast.jobs.stages.orders import DATED_ORDERS, read_customer_orders
from holdfast.jobs.stages.parameters import value_parameters
from holdfast.jobs.stages.value import OUTCOMES, read_leaving, training_frame
from holdfast.models.value.model import ValueModel
from holdfast.models.value.training import fit
from holdfast.transformations.features.cutoffs import select_ended
from holdfast.transformations.features.registry import NAMES, SNAPSHOTS
from holdfast.transformations.tables.features import LABELS, PURCHASE_CELLS
from holdfast.transformations.tables.ops import MODEL_EVENTS, MODEL_METRICS
from holdfast.transformations.tables.silver import IDENTITY_MAP
from holdfast.transformations.tables.vocabulary import Purpose


@job(
    reads=[*DATED_ORDERS, *OUTCOMES, training.CHURN_MODEL, MODEL_EVENTS],
    writes=[training.VALUE_MODEL, MODEL_METRICS, MODEL_EVENTS],
)
def train_value(ctx: Context) -> None:
    """Fit, evaluate on the newest day whose outcome is known, record the decision."""
    config, labels = value_parameters(ctx.settings), ctx.read(LABELS)
    cutoffs = select_ended(training.collect_cutoffs(labels), config.horizon_days, ctx.as_of)
    newest = max(cutoffs, default=None)
    champion = training.read_champion(ctx, training.VALUE_MODEL, ValueModel)
    if not training.is_due(ctx.force, newest, champion):
        ctx.echo(training.NOTHING_NEW)
        return
    orders, days = read_customer_orders(ctx, ctx.read(IDENTITY_MAP)), [*cutoffs, ctx.as_of]
    rows = training_frame(orders, ctx.read(SNAPSHOTS), labels, days, config.horizon_days)
    allowed = read_consent(ctx).filter_rows(rows, Purpose.ANALYTICS)
    model = champion.model if champion else None
    cells, leaving = ctx.read(PURCHASE_CELLS), read_leaving(ctx)
    result = fit(allowed, cells, NAMES, config, champion=model, leaving=leaving)
    training.record_model(ctx, training.VALUE_MODEL, result)
