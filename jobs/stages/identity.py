"""One run's identities: groups of records given the ids their records had, as rows of tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from holdfast.jobs.runtime.runs.context import Context
from holdfast.models.identity.grouping import Resolution
from holdfast.models.identity.households import household_rows
from holdfast.models.identity.ids import IdentityEvent, assign
from holdfast.models.identity.matching import IdentityConfig
from holdfast.transformations.identity.join import current
from holdfast.transformations.identity.scd2 import membership_changes
from holdfast.transformations.identity.shared_contacts import list_shared_contacts
from holdfast.transformations.identity.shared_keys import without_placeholders


@dataclass(frozen=True, eq=False)
class Assignment:
    """A resolution, the customer of each record (by party_id), and the events that led there."""

    resolution: Resolution
    customers: Mapping[str, int]
    events: Sequence[IdentityEvent]


def assign_customers(resolution: Resolution, previous: DataFrame, events: DataFrame) -> Assignment:
    """Give the groups of a resolution their customer ids.

    `previous` is silver.identity_map and `events` silver.identity_events, both as last published.
    """
    members = current(previous).select("party_id", "customer_id").collect()
    customer = F.greatest("customer_id", F.coalesce("other_customer_id", "customer_id"))
    highest = events.agg(F.max(customer)).collect()[0][0]
    records = resolution.records
    groups = dict(zip(records["party_id"], records["group"], strict=True))
    before = {row.party_id: row.customer_id for row in members}
    return Assignment(resolution, *assign(groups, before, highest or 0))


def memberships(spark: SparkSession, assigned: Assignment) -> DataFrame:
    """party_id, customer_id and probability of every party."""
    records = assigned.resolution.records
    rows = pd.DataFrame(
        {
            "party_id": records["party_id"],
            "customer_id": records["party_id"].map(assigned.customers),
            "probability": records["probability"].clip(0, 1).astype(float),
        }
    )
    schema = "party_id string, customer_id long, probability double"
    return spark.createDataFrame(rows, schema)


def identity_map_changes(ctx: Context, members: DataFrame, previous: DataFrame) -> DataFrame:
    """silver.identity_map of the parties whose customer changed since `previous` was published."""
    return membership_changes(previous, members, ctx.opened_at, ctx.run_number)


def find_shared_contacts(
    records: DataFrame, members: DataFrame, parameters: IdentityConfig
) -> DataFrame:
    """silver.shared_contacts, of all addresses but those that stand for none."""
    own = without_placeholders(records, parameters.placeholder_mailboxes)
    return list_shared_contacts(own, members)


def identity_edges(spark: SparkSession, assigned: Assignment) -> DataFrame:
    """silver.identity_edges: the pairs that hold groups together."""
    pairs = assigned.resolution.pairs
    rows = pd.DataFrame(
        {
            "left_party_id": pairs["left"],
            "right_party_id": pairs["right"],
            "edge_kind": pairs["edge_kind"],
            "match_probability": pairs["match_probability"].astype(float),
            "match_weight": pairs["match_weight"].astype(float),
            "pattern": pairs["pattern"],
        }
    )
    schema = (
        "left_party_id string, right_party_id string, edge_kind string, "
        "match_probability double, match_weight double, pattern string"
    )
    return spark.createDataFrame(rows, schema).withColumns(
        {
            "match_probability": F.col("match_probability").cast("decimal(9,6)"),
            "match_weight": F.when(~F.isnan("match_weight"), F.col("match_weight")),
        }
    )


def households(spark: SparkSession, assigned: Assignment) -> DataFrame:
    """silver.households: customers joined by pairs of people of one household."""
    pairs = assigned.resolution.households
    rows = household_rows(
        pd.DataFrame(
            {
                "a": pairs["left"].map(assigned.customers),
                "b": pairs["right"].map(assigned.customers),
                "probability": pairs["probability"].astype(float),
            }
        )
    )
    schema = "customer_id long, household_id long, probability double"
    probability = F.col("probability").cast("decimal(9,6)")
    return spark.createDataFrame(rows, schema).withColumn("probability", probability)


def event_rows(events: Sequence[IdentityEvent]) -> list[dict[str, Any]]:
    """Rows of silver.identity_events of one run."""
    return [
        {
            "event_type": event.kind,
            "customer_id": event.customer,
            "other_customer_id": event.other,
            "parties": event.parties,
        }
        for event in events
    ]
