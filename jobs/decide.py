"""For each customer the next best action or none, within budget, capacity and consent."""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.stages.decisions import customers, planning
from holdfast.models.decisions.choices import choose_actions
from holdfast.models.decisions.options import find_options
from holdfast.transformations.decisions import actions as tables
from holdfast.transformations.tables import gold

LIVE = (gold.ACTION_EFFECTS, gold.NEXT_BEST_ACTIONS, gold.CALL_QUEUE)


@job(
    reads=[*customers.READS, gold.PLAY_EFFECTS, planning.PLAYS],
    writes=[*LIVE, gold.ALLOCATIONS, gold.DECISION_LOG],
    previous=[gold.DECISION_LOG],
)
def decide(ctx: Context) -> None:
    """Choose by expected gain, with the price of each limit and the chance of each choice."""
    terms = planning.read_terms(ctx)
    people = ctx.checkpoint(customers.read_people(ctx, terms))
    options = ctx.checkpoint(find_options(customers.with_contact(ctx, people, terms), terms))
    decision = planning.make_plan(ctx, options, terms)
    chosen = choose_actions(options, terms.plays, decision.limits, decision.plan)
    wording, horizon = (terms.plays, terms.currency), ctx.settings.outcome.horizon_days
    actions = ctx.checkpoint(tables.next_best_actions(people, chosen, *wording, ctx.as_of))
    ctx.write_each(
        {
            gold.ACTION_EFFECTS: tables.action_effects(options, *wording, horizon),
            gold.NEXT_BEST_ACTIONS: actions,
            gold.CALL_QUEUE: tables.call_queue(actions),
            gold.ALLOCATIONS: planning.describe_limits(ctx, decision, terms),
            gold.DECISION_LOG: tables.decision_log(actions, planning.name_policy(terms)),
        }
    )
