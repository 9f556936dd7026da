"""One run's identities: records resolved, groups given the ids their records had, changes written
down.
"""

from dataclasses import dataclass
from typing import Any

import pandas as pd
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.jobs.runtime.runs.context import Context
from holdfast.models.identity.clusters import components
from holdfast.models.identity.ids import IdentityEvent, assign
from holdfast.models.identity.resolution import Resolution
from holdfast.transformations.identity.join import current
from holdfast.transformations.identity.scd2 import changed_memberships
from holdfast.transformations.tables.silver import IDENTITY_EVENTS, IDENTITY_MAP


@dataclass(frozen=True, eq=False)
class Identities:
    """Customers of this run's records, and the events that led to them."""

    ctx: Context
    found: Resolution
    customers: dict[str, int]
    events: list[IdentityEvent]

    def memberships(self) -> DataFrame:
        """Changed rows of silver.identity_map."""
        records = self.found.records
        frame = pd.DataFrame(
            {
                "party_id": records["party_id"],
                "customer_id": records["party_id"].map(self.customers),
                "probability": records["probability"].clip(0, 1).astype(float),
            }
        )
        assigned = self.ctx.spark.createDataFrame(
            frame, "party_id string, customer_id long, probability double"
        )
        return changed_memberships(
            self.ctx.read_published(IDENTITY_MAP), assigned, self.ctx.opened_at, self.ctx.run_number
        )

    def edges(self) -> DataFrame:
        """silver.identity_edges."""
        kept = self.found.pairs
        frame = pd.DataFrame(
            {
                "left_party_id": kept["left"],
                "right_party_id": kept["right"],
                "edge_kind": kept["edge_kind"],
                "match_probability": kept["match_probability"].astype(float),
                "match_weight": kept["match_weight"].astype(float),
                "pattern": kept["pattern"],
            }
        )
        made = self.ctx.spark.createDataFrame(
            frame,
            "left_party_id string, right_party_id string, edge_kind string, "
            "match_probability double, match_weight double, pattern string",
        )
        weight = F.when(~F.isnan("match_weight"), F.col("match_weight"))
        return made.withColumns(
            {
                "match_probability": F.col("match_probability").cast("decimal(9,6)"),
                "match_weight": weight,
                "run_number": self._run(),
            }
        )

    def households(self) -> DataFrame:
        """silver.households: customers joined by pairs of one household, named by the smallest
        customer id.
        """
        together = self.found.households
        pairs = pd.DataFrame(
            {
                "a": together["left"].map(self.customers),
                "b": together["right"].map(self.customers),
                "probability": together["probability"].astype(float),
            }
        )
        rows = household_rows(pairs[pairs["a"] != pairs["b"]])
        made = self.ctx.spark.createDataFrame(
            rows, "customer_id long, household_id long, probability double"
        )
        return made.withColumns(
            {"probability": F.col("probability").cast("decimal(9,6)"), "run_number": self._run()}
        )

    def log(self) -> DataFrame:
        """silver.identity_events of this run."""
        values = [
            {
                "run_number": self.ctx.run_number,
                "event_type": event.kind,
                "customer_id": event.customer,
                "other_customer_id": event.other,
                "parties": event.parties,
            }
            for event in self.events
        ]
        return self.ctx.frame_of(IDENTITY_EVENTS, values)

    def _run(self) -> Any:
        return F.lit(self.ctx.run_number).cast("bigint")


def household_rows(pairs: pd.DataFrame) -> list[tuple[int, int, float]]:
    """customer, household, probability from pairs of customers (columns a, b, probability)."""
    people = sorted({*pairs["a"], *pairs["b"]})
    number = {customer: place for place, customer in enumerate(people)}
    left, right = (pairs[side].map(number).to_numpy(dtype="int64") for side in ("a", "b"))
    home = components(len(people), left, right)
    surest = (
        pd.concat(
            [
                pairs[["a", "probability"]].rename(columns={"a": "c"}),
                pairs[["b", "probability"]].rename(columns={"b": "c"}),
            ]
        )
        .groupby("c")["probability"]
        .max()
    )
    return [
        (int(customer), int(people[home[place]]), float(surest[customer]))
        for place, customer in enumerate(people)
    ]


def identified(ctx: Context, found: Resolution) -> Identities:
    """Give the groups of a resolution their customer ids, by what was last published."""
    before = {
        row.party_id: row.customer_id
        for row in current(ctx.read_published(IDENTITY_MAP))
        .select("party_id", "customer_id")
        .collect()
    }
    highest = (
        ctx.read_published(IDENTITY_EVENTS)
        .agg(F.max(F.greatest("customer_id", F.coalesce("other_customer_id", "customer_id"))))
        .collect()[0][0]
    )
    groups = dict(zip(found.records["party_id"], found.records["group"], strict=True))
    customers, events = assign(groups, before, highest or 0)
    if found.note:
        ctx.echo(found.note)
    return Identities(ctx, found, customers, events)
