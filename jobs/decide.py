"""For each customer the next best action or none, within budget, capacity and consent."""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.stages.decisions import customers as stage
from holdfast.jobs.stages.decisions.planning import describe_limits, make_catalogue, make_plan
from holdfast.jobs.stages.plays import read_plays
from holdfast.models.decisions.options import find_options
from holdfast.models.decisions.plan import decide as decide_rows
from holdfast.transformations.decisions import actions as tables
from holdfast.transformations.tables import gold

WRITES = (
    gold.ACTION_EFFECTS,
    gold.NEXT_BEST_ACTIONS,
    gold.CALL_QUEUE,
    gold.ALLOCATIONS,
    gold.DECISION_LOG,
)


@job(reads=stage.READS, writes=WRITES, previous=[gold.DECISION_LOG])
def decide(ctx: Context) -> None:
    """Choose by expected gain, with the price of each limit and the chance of each choice."""
    conf = ctx.settings.decide
    plays = read_plays(conf.plays, conf.vulnerable, conf.protected).plays
    currency = stage.find_currency(ctx)
    people = ctx.checkpoint(stage.read_people(ctx, plays, currency))
    asked = stage.with_contact(ctx, people, plays)
    options = ctx.checkpoint(find_options(asked, make_catalogue(ctx, plays, currency)))
    decision = make_plan(ctx, options, plays)
    decided = decide_rows(options, plays, decision.limits, decision.plan)
    actions = ctx.checkpoint(tables.next_best_actions(people, decided, plays, currency, ctx.as_of))
    horizon = ctx.settings.outcome.horizon_days
    ctx.write_each(
        {
            gold.ACTION_EFFECTS: tables.action_effects(options, plays, currency, horizon),
            gold.NEXT_BEST_ACTIONS: actions,
            gold.CALL_QUEUE: tables.call_queue(actions),
            gold.ALLOCATIONS: ctx.frame_of(gold.ALLOCATIONS, describe_limits(decision, currency)),
            gold.DECISION_LOG: tables.decision_log(actions, "plays-0/effects-prior/lagrange-1"),
        }
    )
