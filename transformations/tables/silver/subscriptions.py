"""Subscriptions, their charges, and loyalty points."""

from typing import Final

from holdfast.transformations.tables.columns import (
    CURRENCY,
    FACT,
    INSTANT,
    INT,
    PARTY,
    STRING,
    key,
    money,
    quantity,
    reference,
    vocabulary,
)
from holdfast.transformations.tables.table import Column, Scd2, Table, Upsert
from holdfast.transformations.tables.vocabulary import (
    CHARGE_STATUSES,
    LOYALTY_ENTRY_TYPES,
    SUBSCRIPTION_STATUSES,
)

SUBSCRIPTIONS: Final = Table(
    "silver.subscriptions",
    "One row per state of a subscription over an interval.",
    "Type-2 history by the source's update time.",
    (
        key("subscription_id", "The subscription."),
        PARTY,
        *FACT,
        vocabulary("status", "How it stands", SUBSCRIPTION_STATUSES),
        reference("product_id", "What is delivered."),
        CURRENCY,
        money("price_amount", "Price per delivery."),
        quantity("Units per delivery.", nullable=True),
        Column("interval_days", INT, "Days between deliveries.", unit="days"),
        Column("next_charge_at", INSTANT, "When the next charge is planned."),
        Column("row_hash", STRING, "Keyed hash of the state's declared values.", nullable=False),
        Column("valid_from", INSTANT, "Start of the state.", nullable=False),
        Column("valid_to", INSTANT, "End of the state; null while it lasts."),
    ),
    keys=("subscription_id", "valid_from"),
    write=Scd2(),
    subject="party_id",
)

SUBSCRIPTION_CHARGES: Final = Table(
    "silver.subscription_charges",
    "One row per charge of a subscription.",
    "Paid and failed charges.",
    (
        key("charge_id", "The charge."),
        PARTY,
        *FACT,
        reference("subscription_id", "The subscription charged."),
        vocabulary("status", "What became of it", CHARGE_STATUSES),
        CURRENCY,
        money("amount", "Amount charged."),
        Column("attempts", INT, "Attempts so far.", unit="attempts"),
        Column("error_type", STRING, "Why it failed."),
    ),
    keys=("charge_id",),
    write=Upsert(mutable=("status", "attempts", "error_type"), dated="status"),
    subject="party_id",
)

LOYALTY_LEDGER: Final = Table(
    "silver.loyalty_ledger",
    "One row per movement of points.",
    "The balance is the sum of the points.",
    (
        key("entry_id", "The movement."),
        PARTY,
        *FACT,
        Column("points", INT, "Points earned (+) or used (-).", nullable=False, unit="points"),
        vocabulary("entry_type", "Why", LOYALTY_ENTRY_TYPES),
    ),
    keys=("entry_id",),
    write=Upsert(),
    subject="party_id",
)
