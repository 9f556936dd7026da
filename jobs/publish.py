"""Make what the run wrote the state that everyone reads."""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.transformations.tables.gold import PUBLISHED_RUNS


@job(writes=[PUBLISHED_RUNS])
def publish(ctx: Context) -> None:
    """Append the manifest: readers, exports and the next run's `previous` see the run
    from here on.
    """
    ctx.publish()
