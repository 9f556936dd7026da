"""Silver facts as one stream of events: what the kernel counts.

Columns: party_id, event (name), day (of the event), known (day it became visible: the later of
event and availability), ends (last day it counts, null while it lasts), amount (whole minor units),
item and group (hashes of what distinct counts count). Midnights bound every window, so whole UTC
days are exact. A table is scanned once for all its events.

Dates that come later (a cancellation, a solution) take a row out from the day on which a version
said so.
"""

from collections.abc import Mapping
from typing import Final

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from holdfast.transformations.tables.silver import (
    LOYALTY_LEDGER,
    MESSAGE_EVENTS,
    ORDER_LINES,
    ORDERS,
    PRODUCTS,
    REFUND_LINES,
    SUBSCRIPTION_CHARGES,
    SUBSCRIPTIONS,
    SURVEY_RESPONSES,
    TICKETS,
    WEB_EVENTS,
)
from holdfast.transformations.union import together

FACTS: Final = (
    ORDERS,
    ORDER_LINES,
    PRODUCTS,
    REFUND_LINES,
    WEB_EVENTS,
    MESSAGE_EVENTS,
    TICKETS,
    SURVEY_RESPONSES,
    SUBSCRIPTIONS,
    SUBSCRIPTION_CHARGES,
    LOYALTY_LEDGER,
)
MILLION: Final = (
    1_000_000  # shares are counted in millionths: sums of integers are the same in any order
)
_TOPICS: Final = ("price", "feature", "service", "quality")
_VIEWS: Final = ("product_viewed", "price_view", "competitor", "community")


def events(facts: Mapping[str, DataFrame], currency: str) -> DataFrame:
    """All events of the silver tables in `facts` (by short name), each with its party; absent
    tables have none.

    Orders of every currency count; only amounts in `currency` are summed.
    """
    makers = {
        "orders": lambda orders: _orders(orders, currency),
        "order_lines": lambda lines: _lines(lines, facts["orders"], facts.get("products")),
        "refund_lines": lambda refunds: _refunds(refunds, facts["orders"]),
        "web_events": _web,
        "message_events": _messages,
        "tickets": _tickets,
        "survey_responses": _surveys,
        "subscriptions": _subscriptions,
        "subscription_charges": _charges,
        "loyalty_ledger": _loyalty,
    }
    parts = [part for name, make in makers.items() if name in facts for part in make(facts[name])]
    return together(parts)


def _event(
    name: str | Column,
    when: Column | None = None,
    *,
    amount: Column | None = None,
    item: Column | None = None,
    group: Column | None = None,
    ends: Column | None = None,
) -> Column:
    """One event of a row, nameless where `when` does not hold."""
    label = F.lit(name) if isinstance(name, str) else name
    return F.struct(
        (label if when is None else F.when(when, label)).alias("event"),
        (F.lit(None) if ends is None else _day(ends)).cast("int").alias("ends"),
        F.coalesce(F.lit(1) if amount is None else amount, F.lit(0)).cast("bigint").alias("amount"),
        *(
            (F.lit(None) if value is None else F.when(value.isNotNull(), F.xxhash64(value)))
            .cast("bigint")
            .alias(label)
            for label, value in (("item", item), ("group", group))
        ),
    )


def _stream(frame: DataFrame, *found: Column, known: Column | None = None) -> DataFrame:
    seen = (
        F.greatest("event_at", "available_at")
        if known is None
        else F.greatest("event_at", "available_at", known)
    )
    return frame.select(
        "party_id",
        _day(F.col("event_at")).alias("day"),
        _day(seen).alias("known"),
        F.inline(F.array(*found)),
    ).filter(F.col("event").isNotNull())


def _day(at: Column) -> Column:
    return F.unix_date(F.to_date(at))


def _cents(amount: str) -> Column:
    return F.col(amount) * 100


def _millionths(share: str) -> Column:
    return F.round(F.col(share) * MILLION)


def _orders(orders: DataFrame, currency: str) -> list[DataFrame]:
    """An order counts until the day of its cancellation."""
    ends, ours = F.col("cancelled_at_first"), F.col("currency") == currency
    discounted = F.col("discount_amount_first") > 0
    return [
        _stream(
            orders,
            _event("order", ends=ends),
            _event("sale", ours, amount=_cents("net_amount_first"), ends=ends),
            _event(
                "discount", ours & discounted, amount=_cents("discount_amount_first"), ends=ends
            ),
            _event("discounted_order", discounted, ends=ends),
            _event("coupon_order", F.coalesce("has_coupon", F.lit(False)), ends=ends),
            _event("pos_order", F.col("channel").isin("pos", "store"), ends=ends),
        )
    ]


def _lines(lines: DataFrame, orders: DataFrame, products: DataFrame | None) -> list[DataFrame]:
    """A line added by a newer version of its order is known from that version on, and never before
    its order.

    Its category is the line's own, else the product's where the product was known by then.
    """
    order = orders.select(
        "order_id",
        "party_id",
        "cancelled_at_first",
        F.col("event_at").alias("ordered_at"),
        F.col("available_at").alias("order_known"),
        F.col("version_at_first").alias("order_version"),
    )
    joined = lines.join(order, ["order_id"], how="inner").withColumn(
        "event_at", F.col("ordered_at")
    )
    late = F.when(F.col("version_at_first") > F.col("order_version"), F.col("version_at_first"))
    category = F.col("category")
    if products is not None:
        known_by = F.greatest("event_at", "available_at").alias("product_known")
        joined = joined.join(
            products.select("product_id", F.col("category_first").alias("shelf"), known_by),
            ["product_id"],
            how="left",
        )
        category = F.coalesce(
            category, F.when(F.col("product_known") <= F.col("ordered_at"), F.col("shelf"))
        )
    line = _event(
        "line",
        item=F.col("product_id"),
        group=category,
        ends=F.least("cancelled_at_first", "removed_at_first"),
    )
    return [_stream(joined, line, known=F.greatest("order_known", late))]


def _refunds(refunds: DataFrame, orders: DataFrame) -> list[DataFrame]:
    """Goods given back; the refund of a cancellation is no return."""
    joined = refunds.join(orders.select("order_id", "party_id"), ["order_id"], how="inner")
    return [
        _stream(joined, _event("refund", F.coalesce("refund_kind", F.lit("return")) != "cancel"))
    ]


def _web(web: DataFrame) -> list[DataFrame]:
    """Visits are cut at midnight and at availability, so that a later page changes no
    earlier day.
    """
    visit = (
        web.filter(F.col("session_id").isNotNull())
        .groupBy(
            "party_id",
            "session_id",
            F.to_date("event_at").alias("on"),
            F.to_date("available_at").alias("known_on"),
        )
        .agg(
            F.min("event_at").alias("first_at"),
            F.max("event_at").alias("event_at"),
            F.max("available_at").alias("available_at"),
        )
    )
    seconds = F.unix_timestamp("event_at") - F.unix_timestamp("first_at")
    kind = F.col("event_type")
    return [
        _stream(visit, _event("session", amount=seconds)),
        _stream(
            web,
            _event("page", kind.isin("page", "product_viewed", "price_view", "search")),
            _event(kind, kind.isin(*_VIEWS)),
            _event(
                "core_use", (kind == "feature_use") & F.coalesce("is_core_feature", F.lit(True))
            ),
            _event("adopted", kind == "feature_adopted", item=F.col("feature")),
        ),
    ]


def _messages(messages: DataFrame) -> list[DataFrame]:
    kind = F.col("event_type")
    by_hand = (kind == "opened") & ~F.coalesce("is_machine_open", F.lit(False))
    return [
        _stream(
            messages,
            _event("email_received", kind == "received"),
            _event("email_engaged", kind.isin("clicked", "redeemed") | by_hand),
            _event("unsubscribed", kind.isin("unsubscribed", "spam")),
        )
    ]


def _tickets(tickets: DataFrame) -> list[DataFrame]:
    urgent = F.col("priority_first").isin("urgent", "high")
    ends, topic, tone = F.col("solved_at_first"), F.col("topic"), F.col("negativity")
    return [
        _stream(
            tickets,
            _event("ticket"),
            _event("open_ticket", ends=ends),
            _event("open_urgent_ticket", urgent, ends=ends),
            _event("ticket_negativity", tone.isNotNull(), amount=_millionths("negativity")),
            _event(F.concat(topic, F.lit("_complaint")), topic.isin(*_TOPICS)),
        )
    ]


def _surveys(surveys: DataFrame) -> list[DataFrame]:
    """An answer that is negative on the whole complains about its topic; praise does not."""
    score, tone, topic = F.col("score_share"), F.col("negativity"), F.col("topic")
    complains = topic.isin(*_TOPICS) & (tone > 0.5)
    return [
        _stream(
            surveys,
            _event("survey", score.isNotNull(), amount=_millionths("score_share")),
            _event("survey_negativity", tone.isNotNull(), amount=_millionths("negativity")),
            _event(F.concat(topic, F.lit("_complaint")), complains),
        )
    ]


def _subscriptions(states: DataFrame) -> list[DataFrame]:
    """A state lasts from when it was known until any later state is: one that arrives late ends
    nothing before it came.
    """
    known = F.greatest("valid_from", "available_at")
    later = (
        Window.partitionBy("subscription_id")
        .orderBy("valid_from")
        .rowsBetween(1, Window.unboundedFollowing)
    )
    dated = states.withColumns(
        {"event_at": F.col("valid_from"), "followed_at": F.min(known).over(later)}
    )
    ends, status = F.col("followed_at"), F.col("status")
    return [
        _stream(
            dated,
            _event("active_subscription", status == "active", ends=ends),
            _event("paused_subscription", status == "paused", ends=ends),
            _event("cancelled_subscription", status == "cancelled"),
        )
    ]


def _charges(charges: DataFrame) -> list[DataFrame]:
    return [_stream(charges, _event("failed_charge", F.col("status_first") == "failed"))]


def _loyalty(ledger: DataFrame) -> list[DataFrame]:
    return [_stream(ledger, _event("points_earned", F.col("points") > 0, amount=F.col("points")))]
