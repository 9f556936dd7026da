"""Snapshots: the days a run takes them on, and their making under any identity map."""

from collections.abc import Mapping, Sequence
from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.jobs.runtime.runs.context import Context
from holdfast.transformations.consent import Consent
from holdfast.transformations.features.cutoffs import Scheme, list_cutoffs
from holdfast.transformations.features.snapshots import snapshots
from holdfast.transformations.features.stream import FACTS, stream_events
from holdfast.transformations.tables.silver import FACT_STATES, ORDERS
from holdfast.transformations.tables.table import Table


def read_facts(ctx: Context) -> dict[Table, DataFrame]:
    """The facts that some source has filled; orders and states always, be they empty."""
    always = (ORDERS, FACT_STATES)
    return {
        table: ctx.read(table)
        for table in (*FACTS, FACT_STATES)
        if table in always or ctx.version_of(table) is not None
    }


def build_snapshots(
    facts: Mapping[Table, DataFrame],
    consent: Consent,
    cutoffs: Sequence[date],
) -> DataFrame:
    """Snapshots of all cut-offs in one pass over the facts, masked by the consent of their day.

    Customers and the time zone are those of `consent`; features of facts not given are null.
    """
    absent = set(FACTS) - set(facts)
    events = stream_events(facts, consent.time_zone)
    features = snapshots(events, consent.identity_map, cutoffs, absent)
    return consent.mask_features(features, cutoffs)


def plan_cutoffs(orders: DataFrame, as_of: date, horizon_days: int, scheme: Scheme) -> list[date]:
    """Cut-offs by the settings' scheme, from the first order on; `orders` are silver.orders."""
    first = orders.agg(F.min("ordered_on").alias("day")).collect()[0]["day"]
    return list_cutoffs(first or as_of, as_of, horizon_days, scheme)
