"""Parties made from facts: whom orders, tickets or visits name and no export of people lists."""

from collections.abc import Mapping
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.identity.party_id import source_id, source_of
from holdfast.transformations.states import select_standing
from holdfast.transformations.tables.silver import (
    ACQUISITION_TOUCHES,
    CONSENT_EVENTS,
    LOYALTY_LEDGER,
    MESSAGE_EVENTS,
    ORDERS,
    PARTIES,
    REFUND_LINES,
    REVIEWS,
    SUBSCRIPTION_CHARGES,
    SUBSCRIPTIONS,
    SURVEY_RESPONSES,
    TICKETS,
    TREATMENTS,
    WEB_EVENTS,
)
from holdfast.transformations.tables.table import Table
from holdfast.transformations.tables.vocabulary import FACT_PARTY_KINDS
from holdfast.transformations.union import union_by_name

KINDS: Final[Mapping[Table, str]] = {
    ORDERS: "order",
    REFUND_LINES: "refund",
    SUBSCRIPTIONS: "subscription",
    SUBSCRIPTION_CHARGES: "subscription",
    LOYALTY_LEDGER: "loyalty",
    TICKETS: "ticket",
    SURVEY_RESPONSES: "survey",
    REVIEWS: "review",
    MESSAGE_EVENTS: "message",
    TREATMENTS: "treatment",
    CONSENT_EVENTS: "consent",
    WEB_EVENTS: "visitor",
    ACQUISITION_TOUCHES: "visitor",
}


def fact_parties(silver: Mapping[Table, DataFrame]) -> DataFrame | None:
    """silver.fact_parties from the tables as they stand; None where no fact is there.

    A party is known from its first fact on, be that withdrawn since. Nothing else is known of it:
    its names and addresses are what the vault holds of the facts' own rows, its consent is what it
    said, if it said any.
    """
    facts = {**silver, **_loose_refunds(silver)}
    named = [_named_by(facts[table], table) for table in KINDS if table in facts]
    if not named:
        return None
    found = (
        union_by_name(named)
        .groupBy("party_id")
        .agg(
            F.min("event_at").alias("event_at"),
            F.min("available_at").alias("available_at"),
            F.min("strength").alias("strength"),
        )
    )
    if PARTIES in silver:
        listed = select_standing(silver[PARTIES]).select("party_id")
        found = found.join(listed, on=["party_id"], how="left_anti")
    kinds = F.array(*map(F.lit, FACT_PARTY_KINDS))
    return found.select(
        "party_id",
        source_of("party_id").alias("source"),
        "event_at",
        "available_at",
        kinds[F.col("strength")].alias("party_kind"),
    )


def _loose_refunds(silver: Mapping[Table, DataFrame]) -> dict[Table, DataFrame]:
    """Refunds of no known order: all others are of their order's party."""
    if REFUND_LINES not in silver or ORDERS not in silver:
        return {}
    known = silver[ORDERS].select("order_id")
    return {REFUND_LINES: silver[REFUND_LINES].join(known, on=["order_id"], how="left_anti")}


def _named_by(facts: DataFrame, table: Table) -> DataFrame:
    """Each fact's party, with the place of its kind in FACT_PARTY_KINDS."""
    strength = F.lit(FACT_PARTY_KINDS.index(KINDS[table]))
    if table is ORDERS:
        guest = F.lit(FACT_PARTY_KINDS.index("guest"))
        strength = F.when(_is_named_after_order(), guest).otherwise(strength)
    return facts.select("party_id", "event_at", "available_at", strength.alias("strength"))


def _is_named_after_order() -> Column:
    """The party's id is the order's, or ends in it after a mark, as `guest-7` of order 7 does: the
    order has nobody's id.
    """
    party, order = source_id("party_id"), source_id("order_id")
    before = F.substring(party, F.lit(1), F.length(party) - F.length(order))
    return F.endswith(party, order) & before.rlike("^$|[^A-Za-z0-9]$")
