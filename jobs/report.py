"""One page about the last published run, for people: opens anywhere, needs nothing."""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.stages.report.at_risk import order_by_risk, read_people_at_risk
from holdfast.jobs.stages.report.lists import list_parts, list_people, write_lists
from holdfast.jobs.stages.report.page import locate_page, render, write_page
from holdfast.jobs.stages.report.population import main_currency
from holdfast.jobs.stages.report.queries import TABLES, load_report_data
from holdfast.transformations.tables.gold import CUSTOMER_360


@job(previous=TABLES, in_graph=False)
def report(ctx: Context) -> None:
    """Write the HTML page beside the tables, or where settings say, and its lists beside it."""
    conf = ctx.settings.report
    place = locate_page(ctx.root, conf.path)
    folder = place.with_suffix("")
    data = load_report_data(ctx, conf.top_customers)
    people = order_by_risk(read_people_at_risk(ctx), main_currency(data.customers))
    write_lists([list_people(people, CUSTOMER_360), *list_parts(data)], folder)
    write_page(render(data, folder.name), place)
    ctx.echo(f"report: {place}, its lists in {folder}/")
