"""Customers with their keys, orders and old ids, and the calendar."""

from typing import Final

from holdfast.transformations.tables.columns import (
    AS_OF,
    BOOL,
    CURRENCY,
    CUSTOMER,
    DATE,
    IDENTITY_RUN,
    INSTANT,
    INT,
    LONG,
    RUN,
    STRING,
    money,
    probability,
    vocabulary,
)
from holdfast.transformations.tables.table import Column, Overwrite, Table
from holdfast.transformations.tables.vocabulary import (
    ACQUIRED_THROUGH,
    CHANNELS,
    PUBLISHED_HORIZONS,
    REFUND_COUNTS,
    REFUND_KINDS,
)

CUSTOMER_360: Final = Table(
    "gold.customer_360",
    "One row per current customer.",
    "Everyone, scored or not, as of the last published run.",
    (
        CUSTOMER,
        AS_OF,
        Column(
            "score_status",
            STRING,
            "scored, too_new, no_purchase, inactive, excluded, no_consent or objected.",
            nullable=False,
        ),
        Column("first_order_on", DATE, "Day of the first order, as customer_orders has it."),
        Column("last_order_on", DATE, "Day of the last order, as customer_orders has it."),
        Column("orders", INT, "Orders so far.", nullable=False, unit="orders"),
        Column("days_since_last_order", INT, "Days from the last order to as_of.", unit="days"),
        Column("currency", STRING, "ISO 4217 code of the amounts: the main one of the snapshot."),
        money("historic_amount", "Net revenue so far, after refunds.", nullable=True, signed=True),
        money("average_order_amount", "Mean net order value.", nullable=True),
        Column("main_channel", STRING, "Channel of most orders."),
        vocabulary(
            "acquired_through",
            "How the customer came: the channel of the first touch before the first order, else "
            "that of the first order",
            ACQUIRED_THROUGH,
            nullable=True,
        ),
        probability("churn_probability", "See churn_scores."),
        Column("risk_band", STRING, "See churn_scores."),
        Column("top_reason", STRING, "See churn_reasons: the first one."),
        *(
            money(
                f"expected_{days}d_amount",
                f"Expected revenue, {days} days; customer_values says whether so long a horizon "
                "was tested (is_extrapolated).",
                nullable=True,
            )
            for days in PUBLISHED_HORIZONS
        ),
        money(
            "value_if_stays_amount",
            "Expected revenue in the horizon of churn_probability if the customer orders in it.",
            nullable=True,
        ),
        money(
            "value_at_risk_amount",
            "What leaving costs over that horizon: churn_probability x value_if_stays_amount.",
            nullable=True,
        ),
        Column(
            "parties", INT, "Source records behind the customer.", nullable=False, unit="records"
        ),
        probability("identity_confidence", "Lowest membership probability of its records."),
        IDENTITY_RUN,
        RUN,
    ),
    keys=("customer_id",),
    write=Overwrite(),
    subject="customer_id",
)

CUSTOMER_KEYS: Final = Table(
    "gold.customer_keys",
    "One row per source record.",
    "Which customer each source's own id belongs to.",
    (
        Column("party_id", STRING, "`<source>:<id>`.", nullable=False),
        Column("source", STRING, "Source.", nullable=False),
        Column("source_id", STRING, "The source's own id.", nullable=False),
        Column(
            "party_kind",
            STRING,
            "As silver.parties says: customer, guest, profile, user, device or household; of a "
            "record that no export of people lists the fact it was made from, as "
            "silver.fact_parties says: order, ticket, visitor ...",
        ),
        CUSTOMER,
        probability("probability", "Confidence of the membership.", nullable=False),
        RUN,
    ),
    keys=("party_id",),
    write=Overwrite(),
    subject="party_id",
)

CUSTOMER_ORDERS: Final = Table(
    "gold.customer_orders",
    "One row per order.",
    "Orders with their customer, to join in BI without Python.",
    (
        Column("order_id", STRING, "The order.", nullable=False),
        CUSTOMER,
        Column("ordered_on", DATE, "Day of the order, in its shop's time zone.", nullable=False),
        Column("ordered_at", INSTANT, "Instant of the order (UTC).", nullable=False),
        vocabulary("channel", "Where it was placed", CHANNELS),
        CURRENCY,
        money("net_amount", "Net revenue: without tax, shipping, tips and gift cards."),
        money("gift_card_amount", "Gift cards sold in it: a debt until they are redeemed."),
        money("discount_amount", "Discounts."),
        money("refund_amount", "Refunded so far, in the order's currency.", signed=True),
        Column("is_cancelled", BOOL, "Cancelled.", nullable=False),
        RUN,
    ),
    keys=("order_id",),
    write=Overwrite(),
    subject="customer_id",
)

CUSTOMER_REFUNDS: Final = Table(
    "gold.customer_refunds",
    "One row per refund.",
    "Refunds with their customer, and what each takes from.",
    (
        Column("refund_id", STRING, "The refund.", nullable=False),
        Column("order_id", STRING, "Its order, known or not; null where the source names none."),
        CUSTOMER,
        Column("refunded_on", DATE, "Day of the refund, as of its order.", nullable=False),
        Column("refunded_at", INSTANT, "When it was made (UTC).", nullable=False),
        CURRENCY,
        money("refund_amount", "Money given back, without tax.", signed=True),
        vocabulary("refund_kind", "What for", REFUND_KINDS, nullable=True),
        vocabulary(
            "counts_as",
            "What it takes from; only `order`, `customer` (no known order) and `other_currency` "
            "(than the order's) lower what a customer has paid",
            REFUND_COUNTS,
        ),
        RUN,
    ),
    keys=("refund_id",),
    write=Overwrite(),
    subject="customer_id",
)

CUSTOMER_REDIRECTS: Final = Table(
    "gold.customer_redirects",
    "One row per id ever published.",
    "Leads every customer id to its current one.",
    (
        CUSTOMER,
        Column("current_customer_id", LONG, "The id to use now; null if the customer is gone."),
        RUN,
    ),
    keys=("customer_id",),
    write=Overwrite(),
    subject="customer_id",
)

CALENDAR: Final = Table(
    "gold.calendar",
    "One row per day.",
    "Days with their week, month, quarter and year.",
    (
        Column("day", DATE, "The day.", nullable=False),
        Column("year", INT, "Year.", nullable=False, unit="year"),
        Column("quarter", INT, "Quarter, 1 to 4.", nullable=False, unit="quarter"),
        Column("month", INT, "Month, 1 to 12.", nullable=False, unit="month"),
        Column("month_name", STRING, "English name.", nullable=False),
        Column("iso_week", INT, "ISO week.", nullable=False, unit="week"),
        Column("weekday", INT, "1 is Monday.", nullable=False, unit="day"),
        Column("is_month_start", BOOL, "First day of a month.", nullable=False),
    ),
    keys=("day",),
    write=Overwrite(),
)

CUSTOMERS: Final = (
    CUSTOMER_360,
    CUSTOMER_KEYS,
    CUSTOMER_ORDERS,
    CUSTOMER_REFUNDS,
    CUSTOMER_REDIRECTS,
)
