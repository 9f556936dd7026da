"""Snapshots: the days a run takes them on, and their making under any identity map."""

from collections.abc import Sequence
from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.jobs.runtime.runs.context import Context
from holdfast.transformations.consent import gated
from holdfast.transformations.features.labels import cutoffs
from holdfast.transformations.features.snapshots import snapshots
from holdfast.transformations.features.stream import FACTS, events
from holdfast.transformations.tables.silver import CONSENT_STATE, ORDERS


def gated_snapshots(ctx: Context, people: DataFrame, days: Sequence[date]) -> DataFrame:
    """All features of all days in one pass over the facts, gated by the consent of their day."""
    facts = {
        table.short_name: ctx.read(table)
        for table in FACTS
        if table is ORDERS or ctx.version_of(table) is not None
    }
    absent = {table.short_name for table in FACTS} - set(facts)
    conf = ctx.settings
    features = snapshots(
        events(facts, conf.run.currency), people, days, conf.features.partitions, absent
    )
    return gated(features, ctx.read(CONSENT_STATE), people, days, conf.consent.bases.model_dump())


def run_cutoffs(ctx: Context, orders: DataFrame) -> list[date]:
    """Cut-offs by the settings' scheme, from the first order on."""
    first = orders.agg(F.min(F.to_date("event_at")).alias("day")).collect()[0]["day"]
    conf = ctx.settings
    return cutoffs(first or ctx.as_of, ctx.as_of, conf.outcome.horizon_days, conf.features.cutoffs)
