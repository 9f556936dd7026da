"""The value model: BG/NBD and gamma-gamma, corrected by trees where that does better on a later
period.
"""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.stages.parameters import value_parameters
from holdfast.jobs.stages.training import VALUE_MODEL, is_due, record, value_champion
from holdfast.jobs.stages.value import metric_rows, newest_known, teaching
from holdfast.models.value.training import fit
from holdfast.transformations.features.registry import NAMES, SNAPSHOTS
from holdfast.transformations.tables.features import LABELS, PURCHASE_CELLS
from holdfast.transformations.tables.ops import MODEL_EVENTS, MODEL_METRICS
from holdfast.transformations.tables.silver import CONSENT_STATE, IDENTITY_MAP, ORDERS


@job(
    reads=[ORDERS, PURCHASE_CELLS, SNAPSHOTS, LABELS, CONSENT_STATE, IDENTITY_MAP, MODEL_EVENTS],
    writes=[VALUE_MODEL, MODEL_METRICS, MODEL_EVENTS],
)
def train_value(ctx: Context) -> None:
    """Fit, judge on the newest day whose outcome is known, write down the decision."""
    held, newest = value_champion(ctx), newest_known(ctx)
    if held is not None and not is_due(ctx, newest, held[1].judged_on):
        ctx.echo("nothing new to learn: the champion stays")
        return
    if ctx.read(PURCHASE_CELLS).isEmpty():
        ctx.echo("no purchase was ever seen: no value model")
        return
    params, old = value_parameters(ctx.settings), held[0] if held else None
    trained = fit(teaching(ctx), ctx.read(PURCHASE_CELLS), NAMES, params, old, ctx.checkpoint)
    record(
        ctx,
        "value",
        trained.model.to_artifacts(),
        {"horizon_days": params.horizon_days, "trees": params.growing.trees},
        metric_rows(trained),
        promote=trained.is_better,
        why=trained.why,
        trained_through_on=trained.trained_through,
    )
