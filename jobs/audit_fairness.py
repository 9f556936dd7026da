"""Whether groups of people are scored and treated alike: the one job that knows what people are."""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.stages import fairness as stage
from holdfast.transformations.tables.audit import ATTRIBUTES
from holdfast.transformations.tables.gold import FAIRNESS_AUDITS


@job(reads=[ATTRIBUTES, *stage.TREATED, *stage.REALISED, *stage.ALLOWED], writes=[FAIRNESS_AUDITS])
def audit_fairness(ctx: Context) -> None:
    """Scores, bands, actions, what they cost, and errors of past scores, by group."""
    if not ctx.has(ATTRIBUTES):
        ctx.echo("no attributes: a file in audit/<source> shows whether groups are treated alike")
        return
    scope = stage.find_scope(ctx)
    findings = stage.compare_groups(ctx, stage.sum_groups(ctx, scope))
    rows = [stage.as_row(ctx, one, scope) for one in findings]
    ctx.write(FAIRNESS_AUDITS, ctx.frame_of(FAIRNESS_AUDITS, rows))
    stage.report_findings(ctx, findings)
