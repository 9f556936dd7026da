"""How likely each active customer is to leave, by model and by the written rules, and why."""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.stages.churn_scoring import Scorer
from holdfast.jobs.stages.training import CHURN_MODEL, VALUE_MODEL
from holdfast.transformations.consent import permitted
from holdfast.transformations.features.registry import SNAPSHOTS
from holdfast.transformations.scoring.churn import active
from holdfast.transformations.tables.gold import CHURN_REASONS, CHURN_SCORES
from holdfast.transformations.tables.ops import MODEL_EVENTS
from holdfast.transformations.tables.silver import CONSENT_STATE, IDENTITY_MAP, ORDERS


@job(
    reads=[SNAPSHOTS, ORDERS, CONSENT_STATE, IDENTITY_MAP, CHURN_MODEL, VALUE_MODEL, MODEL_EVENTS],
    writes=[CHURN_SCORES, CHURN_REASONS],
)
def score_churn(ctx: Context) -> None:
    """Score with the champion; where there is none, with P(alive) or the rules alone,
    and say so.
    """
    conf = ctx.settings
    asked = active(ctx.read(SNAPSHOTS), ctx.as_of, conf.features.eligible_days)
    customers = permitted(
        asked,
        ctx.read(CONSENT_STATE),
        ctx.read(IDENTITY_MAP),
        "analytics",
        conf.consent.bases.analytics,
    )
    scorer = Scorer(ctx, ctx.checkpoint(customers))
    ctx.write(CHURN_SCORES, scorer.scores())
    ctx.write(CHURN_REASONS, scorer.reasons())
