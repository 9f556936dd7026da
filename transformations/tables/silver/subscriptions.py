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
    reference,
)
from holdfast.transformations.tables.table import Column, Scd2, Table, Upsert

SUBSCRIPTIONS: Final = Table(
    "silver.subscriptions",
    "One row per state of a subscription over an interval.",
    "Type-2 history by the source's update time.",
    (
        key("subscription_id", "The subscription."),
        PARTY,
        *FACT,
        Column("status", STRING, "active, paused or cancelled.", nullable=False),
        reference("product_id", "What is delivered."),
        CURRENCY,
        money("price_amount", "Price per delivery."),
        Column("quantity", INT, "Units per delivery.", unit="units"),
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
        Column("status", STRING, "paid, failed, refunded or skipped.", nullable=False),
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
        Column("entry_type", STRING, "earn, redeem, expire or adjust.", nullable=False),
    ),
    keys=("entry_id",),
    write=Upsert(),
    subject="party_id",
)
