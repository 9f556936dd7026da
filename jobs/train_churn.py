"""The churn model: a challenger trained when there is something new to learn, promoted only if it
is better.
"""

from dataclasses import replace

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.stages import churn_training as stage
from holdfast.jobs.stages import training
from holdfast.jobs.stages.parameters import churn_parameters
from holdfast.models.churn.model import ChurnModel
from holdfast.models.churn.split import time_split
from holdfast.models.churn.training import fit
from holdfast.transformations.features.registry import NAMES
from holdfast.transformations.tables.features import LABELS
from holdfast.transformations.tables.gold import CHURN_SCORES
from holdfast.transformations.tables.ops import MODEL_EVENTS, MODEL_METRICS


@job(
    reads=[*stage.READS, MODEL_EVENTS],
    writes=[training.CHURN_MODEL, MODEL_METRICS, MODEL_EVENTS],
    previous=[CHURN_SCORES],
)
def train_churn(ctx: Context) -> None:
    """Search, fit, calibrate, evaluate; record the decision."""
    config, days = churn_parameters(ctx.settings), training.collect_cutoffs(ctx.read(LABELS))
    split = time_split(days, config.horizon_days, ctx.as_of, config.evaluation_days)
    champion = training.read_champion(ctx, training.CHURN_MODEL, ChurnModel)
    if split is None or not training.is_due(ctx.force, split.held_out, champion):
        ctx.echo(training.NOTHING_NEW if split else "too little history to train on")
        return
    trials, rows = ctx.tracking.trials(f"churn-{ctx.run_number}"), stage.read_training_rows(ctx)
    model = champion.model if champion else None
    result = fit(rows, NAMES, config, split=split, champion=model, trials=trials)
    warnings = stage.rate_published_warnings(ctx, rows, split.held_out)
    result = replace(result, metrics=[*result.metrics, *warnings])
    training.record_model(ctx, training.CHURN_MODEL, result, trials)
