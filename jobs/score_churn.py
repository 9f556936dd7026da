"""How likely each active customer is to leave, by model and by the written rules, and why."""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.stages import churn_scoring as scoring
from holdfast.jobs.stages.consent import read_consent
from holdfast.jobs.stages.orders import DATED_ORDERS, read_customer_orders
from holdfast.jobs.stages.training import CHURN_MODEL, VALUE_MODEL, read_champion
from holdfast.models.churn.model import ChurnModel
from holdfast.models.value.model import ValueModel
from holdfast.transformations.features.registry import SNAPSHOTS
from holdfast.transformations.scoring.churn import active
from holdfast.transformations.tables.gold import CHURN_REASONS, CHURN_SCORES, CHURN_SIGNS
from holdfast.transformations.tables.ops import MODEL_EVENTS
from holdfast.transformations.tables.silver import CONSENT_STATE, IDENTITY_MAP
from holdfast.transformations.tables.vocabulary import Purpose


@job(
    reads=[*DATED_ORDERS, SNAPSHOTS, CONSENT_STATE, CHURN_MODEL, VALUE_MODEL, MODEL_EVENTS],
    writes=[CHURN_SCORES, CHURN_REASONS, CHURN_SIGNS],
)
def score_churn(ctx: Context) -> None:
    """Score with the best there is, say so where that is no churn model, and give the reasons."""
    conf, identity_map = ctx.settings, ctx.read(IDENTITY_MAP)
    churn = read_champion(ctx, CHURN_MODEL, ChurnModel)
    value = None if churn else read_champion(ctx, VALUE_MODEL, ValueModel)
    scorer = scoring.choose_scorer(churn, value)
    if scorer.notice:
        ctx.echo(scorer.notice)
    customers = active(ctx.read(SNAPSHOTS), ctx.as_of, conf.features.eligible_days)
    customers = ctx.checkpoint(read_consent(ctx).filter_rows(customers, Purpose.ANALYTICS))
    orders = read_customer_orders(ctx, identity_map) if scorer.value else None
    answers = scoring.answer(scorer, customers, orders, ctx.as_of)
    answers = ctx.checkpoint(answers) if scorer.churn else answers
    ctx.write(CHURN_SCORES, scoring.score_rows(scorer, customers, answers, conf))
    reasons = scoring.reason_rows(scorer, customers, conf)
    signs = scoring.sign_rows(scorer, customers, answers, conf)
    for table, rows in ((CHURN_REASONS, reasons), (CHURN_SIGNS, signs)):
        ctx.write(table, ctx.frame_of(table, []) if rows is None else rows)
