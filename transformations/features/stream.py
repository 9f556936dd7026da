"""Silver facts as one stream of events: what the kernel counts.

Columns: party_id, event (name), day (of the event), known (day it became visible: the later of event and
availability), ends (day an interval closes, null while open), amount, item (hash of what distinct counts count).
Midnights bound every window, so whole UTC days are exact.
"""

from collections.abc import Mapping
from functools import reduce
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.tables.silver import (
    LOYALTY_LEDGER,
    MESSAGE_EVENTS,
    ORDER_LINES,
    ORDERS,
    REFUND_LINES,
    SUBSCRIPTION_CHARGES,
    SUBSCRIPTIONS,
    SURVEY_RESPONSES,
    TICKETS,
    WEB_EVENTS,
)

FACTS: Final = (ORDERS, ORDER_LINES, REFUND_LINES, WEB_EVENTS, MESSAGE_EVENTS, TICKETS, SURVEY_RESPONSES, SUBSCRIPTIONS,
                SUBSCRIPTION_CHARGES, LOYALTY_LEDGER)
_MACHINE: Final = "is_machine_open"


def events(facts: Mapping[str, DataFrame]) -> DataFrame:
    """All events of the silver tables in `facts` (by short name), each with its party."""
    orders = facts["orders"]
    parts = [*_orders(orders), *_lines(facts["order_lines"], orders), _refunds(facts["refund_lines"], orders),
             *_web(facts["web_events"]), *_messages(facts["message_events"]), *_tickets(facts["tickets"]),
             *_surveys(facts["survey_responses"]), *_subscriptions(facts["subscriptions"]),
             _charges(facts["subscription_charges"]), *_loyalty(facts["loyalty_ledger"])]
    return reduce(lambda a, b: a.unionByName(b), parts)


def _event(frame: DataFrame, name: str | Column, *, amount: Column | None = None, item: Column | None = None,
           when: Column | None = None, ends: Column | None = None, known: Column | None = None) -> DataFrame:
    label = F.lit(name) if isinstance(name, str) else name
    rows = frame if when is None else frame.filter(when)
    seen = F.greatest("event_at", "available_at") if known is None else F.greatest("event_at", "available_at", known)
    return rows.select(
        "party_id", label.alias("event"), _day(F.col("event_at")).alias("day"), _day(seen).alias("known"),
        (F.lit(None) if ends is None else _day(ends)).cast("int").alias("ends"),
        F.coalesce(amount if amount is not None else F.lit(1), F.lit(0)).cast("double").alias("amount"),
        (F.lit(0) if item is None else F.xxhash64(item)).cast("bigint").alias("item"))


def _day(at: Column) -> Column:
    return F.unix_date(F.to_date(at))


def _cents(amount: str) -> Column:
    return (F.col(amount) * 100).cast("bigint")


def _orders(orders: DataFrame) -> list[DataFrame]:
    """An order cancelled later counts until its cancellation: `ends` takes it out from that day on."""
    ends = F.col("cancelled_at")
    return [
        _event(orders, "order", amount=_cents("net_amount_first"), ends=ends),
        _event(orders, "discount", amount=_cents("discount_amount_first"), when=F.col("discount_amount_first") > 0),
        _event(orders, "discounted_order", when=F.col("discount_amount_first") > 0),
        _event(orders, "coupon_order", when=F.coalesce("has_coupon", F.lit(False))),
        _event(orders, "pos_order", when=F.col("channel").isin("pos", "store"))]


def _lines(lines: DataFrame, orders: DataFrame) -> list[DataFrame]:
    """A line added by a newer version of its order is known from that version on, and never before its order."""
    order = orders.select("order_id", "party_id", F.col("event_at").alias("ordered_at"),
                          F.col("available_at").alias("order_known"), F.col("version_at_first").alias("order_version"))
    joined = lines.join(order, ["order_id"], how="inner").withColumn("event_at", F.col("ordered_at"))
    late = F.when(F.col("version_at_first") > F.col("order_version"), F.col("version_at_first"))
    known = F.greatest("order_known", F.coalesce(late, F.col("order_known")))
    return [_event(joined, "line", item=F.col("product_id"), known=known),
            _event(joined, "category", item=F.col("category"), known=known, when=F.col("category").isNotNull())]


def _refunds(refunds: DataFrame, orders: DataFrame) -> DataFrame:
    joined = refunds.join(orders.select("order_id", "party_id"), ["order_id"], how="inner")
    return _event(joined, "refund", amount=_cents("refund_amount_first"))


def _web(web: DataFrame) -> list[DataFrame]:
    """Visits are cut at midnight and at availability, so that a later page changes no earlier day."""
    visit = web.filter(F.col("session_id").isNotNull()).groupBy(
        "party_id", "session_id", F.to_date("event_at").alias("on"), F.to_date("available_at").alias("known_on")).agg(
        F.min("event_at").alias("first_at"), F.max("event_at").alias("event_at"),
        F.max("available_at").alias("available_at"))
    seconds = F.unix_timestamp("event_at") - F.unix_timestamp("first_at")
    plain = ("product_viewed", "price_view", "competitor", "community")
    return [
        _event(visit, "session", amount=seconds),
        _event(web, "page", when=F.col("event_type").isin("page", "product_viewed", "price_view", "search")),
        _event(web, F.col("event_type"), when=F.col("event_type").isin(*plain)),
        _event(web, "core_use", when=(F.col("event_type") == "feature_use") & F.coalesce("is_core_feature", F.lit(True))),
        _event(web, "adopted", item=F.col("feature"), when=F.col("event_type") == "feature_adopted")]


def _messages(messages: DataFrame) -> list[DataFrame]:
    engaged = F.col("event_type").isin("clicked", "redeemed") | (
        (F.col("event_type") == "opened") & ~F.coalesce(_MACHINE, F.lit(False)))
    return [_event(messages, "email_received", when=F.col("event_type") == "received"),
            _event(messages, "email_engaged", when=engaged),
            _event(messages, "unsubscribed", when=F.col("event_type").isin("unsubscribed", "spam"))]


def _tickets(tickets: DataFrame) -> list[DataFrame]:
    urgent = F.col("priority_first").isin("urgent", "high")
    return [
        _event(tickets, "ticket"), _event(tickets, "urgent_ticket", when=urgent),
        _event(tickets, "open_ticket", ends=F.col("solved_at")),
        _event(tickets, "open_urgent_ticket", ends=F.col("solved_at"), when=urgent),
        _event(tickets, "ticket_negativity", amount=F.col("negativity"), when=F.col("negativity").isNotNull()),
        _event(tickets, F.concat("topic", F.lit("_ticket")), when=F.col("topic").isin("price", "feature", "service",
                                                                                      "quality"))]


def _surveys(surveys: DataFrame) -> list[DataFrame]:
    return [_event(surveys, "survey", amount=F.col("score_share"), when=F.col("score_share").isNotNull()),
            _event(surveys, "survey_negativity", amount=F.col("negativity"), when=F.col("negativity").isNotNull())]


def _subscriptions(states: DataFrame) -> list[DataFrame]:
    """A state is an interval from when it was known; its end is read as null before it comes."""
    dated = states.withColumn("event_at", F.col("valid_from"))
    ends = F.col("valid_to")
    return [_event(dated, "active_subscription", ends=ends, when=F.col("status") == "active"),
            _event(dated, "paused_subscription", ends=ends, when=F.col("status") == "paused"),
            _event(dated, "cancelled_subscription", when=F.col("status") == "cancelled")]


def _charges(charges: DataFrame) -> DataFrame:
    return _event(charges, "failed_charge", when=F.col("status_first") == "failed")


def _loyalty(ledger: DataFrame) -> list[DataFrame]:
    return [_event(ledger, "points_earned", amount=F.col("points"), when=F.col("points") > 0),
            _event(ledger, "points_used", amount=-F.col("points"), when=F.col("points") < 0)]
