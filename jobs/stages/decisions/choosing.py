"""A decision from its customers to their actions: what `decide` writes and a dry run shows."""

from dataclasses import dataclass

from pyspark.sql import DataFrame

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.stages.decisions import customers, planning
from holdfast.models.decisions.choices import choose_actions
from holdfast.models.decisions.options import Terms, find_options
from holdfast.models.decisions.plan import Decision
from holdfast.transformations.decisions.actions import next_best_actions
from holdfast.transformations.tables.gold import PLAY_EFFECTS

READS = (*customers.READS, PLAY_EFFECTS, planning.PLAYS)


@dataclass(frozen=True, eq=False)
class Chosen:
    """What was decided by which terms: options and actions of customers, computed once."""

    terms: Terms
    options: DataFrame
    decision: Decision
    actions: DataFrame


def choose(ctx: Context) -> Chosen:
    """Decide for everybody."""
    terms = planning.read_terms(ctx)
    people = ctx.checkpoint(customers.read_people(ctx, terms))
    options = ctx.checkpoint(find_options(customers.with_contact(ctx, people, terms), terms))
    decision = planning.make_plan(ctx, options, terms)
    chosen = choose_actions(options, terms.plays, decision.limits, decision.plan)
    actions = next_best_actions(people, chosen, terms.plays, terms.currency, ctx.as_of)
    return Chosen(terms, options, decision, ctx.checkpoint(actions))
