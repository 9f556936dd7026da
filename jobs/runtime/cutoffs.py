"""The days a run takes snapshots on."""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.jobs.runtime.context import Context
from holdfast.transformations.labels import cutoffs


def run_cutoffs(ctx: Context, orders: DataFrame) -> list[date]:
    """Cut-offs by the settings' scheme, from the first order on."""
    first = orders.agg(F.min(F.to_date("event_at")).alias("day")).collect()[0]["day"]
    features = ctx.settings.features
    return cutoffs(first or ctx.as_of, ctx.as_of, features.horizon_days, features.cutoffs)
