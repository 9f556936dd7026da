"""One run's identities: groups of records given the ids their records had, as rows of tables."""

from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.jobs.runtime.runs.context import Context
from holdfast.models.fitting import keep_computed
from holdfast.models.identity.grouping import Resolution
from holdfast.models.identity.ids import assign
from holdfast.models.identity.matching import IdentityConfig
from holdfast.models.identity.shared_homes import find_households
from holdfast.transformations.identity.join import current
from holdfast.transformations.identity.scd2 import membership_changes
from holdfast.transformations.identity.shared_contacts import list_shared_contacts
from holdfast.transformations.identity.shared_keys import without_placeholders


@dataclass(frozen=True, eq=False)
class Assignment:
    """A resolution, the customer of each of its groups (group, customer_id), party_id, customer_id
    and probability of every party, and the events that led there.
    """

    resolution: Resolution
    customers: DataFrame
    members: DataFrame
    events: DataFrame


def assign_customers(resolution: Resolution, previous: DataFrame, events: DataFrame) -> Assignment:
    """Give the groups of a resolution their customer ids.

    `previous` is silver.identity_map and `events` silver.identity_events, both as last published.
    """
    customer = F.greatest("customer_id", F.coalesce("other_customer_id", "customer_id"))
    highest = events.agg(F.max(customer)).collect()[0][0] or 0
    records = resolution.records
    ids = assign(records, current(previous), highest)
    customers = ids.customers.select("group", "customer_id")
    members = records.join(customers, ["group"], how="inner").select(
        "party_id", "customer_id", F.least("probability", F.lit(1.0)).alias("probability")
    )
    return Assignment(resolution, customers, keep_computed(members), ids.events)


def identity_map_changes(ctx: Context, members: DataFrame, previous: DataFrame) -> DataFrame:
    """silver.identity_map of the parties whose customer changed since `previous` was published."""
    return membership_changes(previous, members, ctx.opened_at, ctx.run_number)


def find_shared_contacts(
    records: DataFrame, members: DataFrame, parameters: IdentityConfig
) -> DataFrame:
    """silver.shared_contacts, of all addresses but those that stand for none."""
    own = without_placeholders(records, parameters.placeholder_mailboxes)
    return list_shared_contacts(own, members)


def identity_edges(pairs: DataFrame) -> DataFrame:
    """silver.identity_edges: the pairs that hold groups together, of a resolution."""
    weight = F.col("match_weight")
    return pairs.select(
        F.col("left").alias("left_party_id"),
        F.col("right").alias("right_party_id"),
        "edge_kind",
        F.col("match_probability").cast("decimal(9,6)").alias("match_probability"),
        F.when(~F.isnan(weight), weight).alias("match_weight"),
        "pattern",
    )


def households(assigned: Assignment) -> DataFrame:
    """silver.households: customers joined by pairs of people of one household."""
    a, b = (
        assigned.customers.select(F.col("group").alias(side), F.col("customer_id").alias(name))
        for side, name in (("left", "a"), ("right", "b"))
    )
    pairs = assigned.resolution.households.join(a, ["left"], how="inner")
    found = find_households(pairs.join(b, ["right"], how="inner").select("a", "b", "probability"))
    return found.withColumn("probability", F.col("probability").cast("decimal(9,6)"))
