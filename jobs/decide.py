"""For each customer the next best action or none, within budget, capacity and consent."""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.stages.decisions import choosing, planning
from holdfast.transformations.decisions import actions as tables
from holdfast.transformations.tables import gold

LIVE = (gold.ACTION_EFFECTS, gold.NEXT_BEST_ACTIONS, gold.CALL_QUEUE)


@job(
    reads=choosing.READS,
    writes=[*LIVE, gold.ALLOCATIONS, gold.DECISION_LOG],
    previous=[gold.DECISION_LOG],
)
def decide(ctx: Context) -> None:
    """Choose by expected gain, with the price of each limit and the chance of each choice."""
    made, horizon = choosing.choose(ctx), ctx.settings.outcome.horizon_days
    terms, actions = made.terms, made.actions
    wording = terms.plays, terms.currency, horizon
    limits = planning.list_limits(made.decision, terms)
    ctx.write_each(
        {
            gold.ACTION_EFFECTS: tables.action_effects(made.options, *wording),
            gold.NEXT_BEST_ACTIONS: actions,
            gold.CALL_QUEUE: tables.call_queue(actions),
            gold.ALLOCATIONS: ctx.frame_of(gold.ALLOCATIONS, limits),
            gold.DECISION_LOG: tables.decision_log(actions, planning.name_policy(terms)),
        }
    )
