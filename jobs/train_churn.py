"""The churn model: a challenger trained when there is something new to learn, promoted only if it
is better.
"""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.stages import training
from holdfast.jobs.stages.consent import read_consent
from holdfast.jobs.stages.parameters import churn_parameters, rule_thresholds
from holdfast.models.churn.model import ChurnModel
from holdfast.models.churn.split import time_split
from holdfast.models.churn.training import fit
from holdfast.transformations.features.registry import NAMES, SNAPSHOTS
from holdfast.transformations.scoring.churn import training_rows
from holdfast.transformations.tables.features import LABELS
from holdfast.transformations.tables.ops import MODEL_EVENTS, MODEL_METRICS
from holdfast.transformations.tables.silver import CONSENT_STATE, IDENTITY_MAP
from holdfast.transformations.tables.vocabulary import Purpose


@job(
    reads=[SNAPSHOTS, LABELS, CONSENT_STATE, IDENTITY_MAP, MODEL_EVENTS],
    writes=[training.CHURN_MODEL, MODEL_METRICS, MODEL_EVENTS],
)
def train_churn(ctx: Context) -> None:
    """Search, fit, calibrate, evaluate; record the decision."""
    config, labels = churn_parameters(ctx.settings), ctx.read(LABELS)
    days = training.collect_cutoffs(labels)
    split = time_split(days, config.horizon_days, ctx.as_of, config.evaluation_days)
    champion = training.read_champion(ctx, training.CHURN_MODEL, ChurnModel)
    if split is None or not training.is_due(ctx.force, split.held_out, champion):
        ctx.echo(training.NOTHING_NEW if split else "too little history to train on")
        return
    thresholds = rule_thresholds(ctx.settings)
    rows = training_rows(ctx.read(SNAPSHOTS), labels, config.horizon_days, thresholds)
    allowed = read_consent(ctx).filter_rows(rows, Purpose.ANALYTICS)
    trials = ctx.tracking.trials(f"churn-{ctx.run_number}")
    model = champion.model if champion else None
    result = fit(allowed, NAMES, config, split=split, champion=model, trials=trials)
    training.record_model(ctx, training.CHURN_MODEL, result, trials)
