"""Whether customers of today, and their scores, are like those that the churn model learnt from."""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.stages import drift as stage
from holdfast.jobs.stages.training import CHURN_MODEL
from holdfast.transformations.features.registry import SNAPSHOTS
from holdfast.transformations.tables.drift import DRIFT
from holdfast.transformations.tables.features import LABELS
from holdfast.transformations.tables.gold import CHURN_SCORES
from holdfast.transformations.tables.ops import MODEL_EVENTS, MODEL_METRICS
from holdfast.transformations.tables.silver import CONSENT_STATE, IDENTITY_MAP

PEOPLE = (SNAPSHOTS, LABELS, CHURN_SCORES, CONSENT_STATE, IDENTITY_MAP)


@job(reads=[*PEOPLE, CHURN_MODEL, MODEL_EVENTS, MODEL_METRICS], writes=[DRIFT])
def measure_drift(ctx: Context) -> None:
    """Every feature and the scores beside those of the cut-offs that were learnt from, one test
    over all features, and the gap between leavers expected and real on the held-out day.
    """
    reference = stage.find_reference(ctx)
    if reference is None:
        ctx.echo("no churn model yet: nothing that today could be compared with")
        return
    features = stage.compare_features(ctx, reference)
    scores = stage.compare_scores(ctx, reference)
    ctx.write(DRIFT, ctx.frame_of(DRIFT, [*features.rows, *scores]))
    ctx.echo(features.summary)
    stage.raise_alarm(ctx, features)
