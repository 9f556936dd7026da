"""What a decision would do under other settings, shown and written nowhere."""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.stages.decisions import choosing, planning
from holdfast.jobs.stages.decisions.preview import list_plays, show
from holdfast.transformations.tables.gold import DECISION_LOG


@job(reads=choosing.READS, previous=[DECISION_LOG], in_graph=False)
def preview_decision(ctx: Context) -> None:
    """Decide on the last published run, and show the plays and what binds them."""
    made = choosing.choose(ctx)
    limits = planning.list_limits(made.decision, made.terms)
    ctx.echo(show(list_plays(made.actions), limits, made.terms.currency))
