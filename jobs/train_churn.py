"""The churn model: a challenger trained when there is something new to learn, promoted only if it
is better.
"""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.stages.parameters import churn_parameters
from holdfast.jobs.stages.training import (
    CHURN_MODEL,
    churn_champion,
    is_due,
    record,
    split_of,
)
from holdfast.models.churn.training import fit
from holdfast.transformations.consent import permitted
from holdfast.transformations.features.registry import NAMES, SNAPSHOTS
from holdfast.transformations.scoring.churn import with_outcome
from holdfast.transformations.tables.features import LABELS
from holdfast.transformations.tables.ops import MODEL_EVENTS, MODEL_METRICS
from holdfast.transformations.tables.silver import CONSENT_STATE, IDENTITY_MAP


@job(
    reads=[SNAPSHOTS, LABELS, CONSENT_STATE, IDENTITY_MAP, MODEL_EVENTS],
    writes=[CHURN_MODEL, MODEL_METRICS, MODEL_EVENTS],
)
def train_churn(ctx: Context) -> None:
    """Search, fit, calibrate, judge; write down the decision."""
    asked, labels = churn_parameters(ctx.settings), ctx.read(LABELS)
    split, held = split_of(ctx, labels, asked.horizon_days), churn_champion(ctx)
    old = held[0] if held else None
    if split is None or not is_due(ctx, split.held_out, old.judged_on if old else None):
        ctx.echo(
            "too little history to train on"
            if split is None
            else "nothing new to learn: the champion stays"
        )
        return
    rows = with_outcome(ctx.read(SNAPSHOTS), labels, asked.horizon_days)
    basis = ctx.settings.consent.bases.analytics
    allowed = permitted(rows, ctx.read(CONSENT_STATE), ctx.read(IDENTITY_MAP), "analytics", basis)
    trained = fit(
        allowed,
        NAMES,
        split,
        asked,
        old,
        ctx.tracking.trials(f"churn-{ctx.run_number}"),
        ctx.checkpoint,
    )
    if isinstance(trained, str):
        ctx.echo(f"no model trained: {trained}")
        return
    record(
        ctx,
        "churn",
        trained.model.to_artifacts(),
        trained.params,
        trained.metrics,
        promote=trained.is_better,
        why=trained.why,
        trained_through_on=trained.model.judged_on,
    )
