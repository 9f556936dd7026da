"""The run before the one that the page is about, as it was published."""

from pyspark.sql import functions as F

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.stages.evaluation.metrics import select_champion_metrics
from holdfast.jobs.stages.report.model import Earlier
from holdfast.jobs.stages.report.parts import collect_cube
from holdfast.transformations.tables.gold import CUSTOMER_360
from holdfast.transformations.tables.ops import MODEL_EVENTS, MODEL_METRICS


def find_earlier_run(ctx: Context) -> int | None:
    """The number of the run published before this one."""
    return max((number for number in ctx.published_runs if number < ctx.run_number), default=None)


def read_earlier(ctx: Context) -> Earlier | None:
    """Customers and metrics of the run published before; None where there is none, or where its
    version of gold.customer_360 was vacuumed since.
    """
    run = find_earlier_run(ctx)
    if run is None:
        return None
    try:
        customers = collect_cube(ctx.read_published(CUSTOMER_360, run))
    except Exception as error:  # Spark, Delta and delta-rs each have their own for a missing file
        reason = str(error).partition("\n")[0]
        ctx.echo(f"report: run {run} is not compared, it cannot be read: {reason}")
        return None
    events = ctx.read_published(MODEL_EVENTS).filter(F.col("run_number").isin(*ctx.published_runs))
    metrics = select_champion_metrics(ctx.read_published(MODEL_METRICS), events, run)
    return Earlier(ctx.published_runs[run], customers, metrics)
