"""One page about the last published run, for people: opens anywhere, needs nothing."""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.stages.report.page import render, write_page
from holdfast.jobs.stages.report.queries import TABLES, load_report_data


@job(previous=TABLES, in_graph=False)
def report(ctx: Context) -> None:
    """Write the HTML page beside the tables, or where settings say."""
    conf = ctx.settings.report
    place = write_page(render(load_report_data(ctx, conf.top_customers)), ctx.root, conf.path)
    ctx.echo(f"report: {place}")
