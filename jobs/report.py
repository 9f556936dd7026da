"""One page about the last published run, for people: opens anywhere, needs nothing."""

from holdfast.jobs.runtime.context import Context
from holdfast.jobs.runtime.job import job
from holdfast.jobs.runtime.report.load import TABLES, load
from holdfast.jobs.runtime.report.page import render, write


@job(previous=TABLES)
def report(ctx: Context) -> None:
    """Write the HTML page beside the tables, or where settings say."""
    conf = ctx.settings.report
    place = write(render(load(ctx, conf.callers)), ctx.store.root, conf.path)
    ctx.echo(f"report: {place}")
