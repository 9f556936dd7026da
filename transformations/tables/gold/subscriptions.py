"""What running subscriptions will bring."""

from typing import Final

from holdfast.transformations.tables.columns import (
    AS_OF,
    CURRENCY,
    CUSTOMER,
    HORIZON,
    IDENTITY_RUN,
    INT,
    MEASURE,
    RUN,
    key,
    money,
    probability,
)
from holdfast.transformations.tables.table import Column, ReplaceWhere, Table

SUBSCRIPTION_VALUES: Final = Table(
    "gold.subscription_values",
    "One row per running subscription, day and horizon.",
    "Renewals to be expected, by how others of the same interval were renewed before (shifted "
    "beta-geometric). Where a shop books each charge as an order, customer_values holds that money "
    "too: never add the two.",
    (
        AS_OF,
        key("subscription_id", "The subscription."),
        CUSTOMER,
        HORIZON,
        CURRENCY,
        Column("interval_days", INT, "Days between deliveries.", nullable=False, unit="days"),
        money("price_amount", "Price per delivery."),
        Column(
            "expected_charges",
            MEASURE,
            "Renewals expected in the horizon, of those due in it.",
            nullable=False,
            unit="charges",
        ),
        money("expected_amount", "Times the price: before what fails or is refunded."),
        probability("renewal_probability", "Probability of the next renewal.", nullable=False),
        probability(
            "survival_probability",
            "Probability of every renewal due in the horizon.",
            nullable=False,
        ),
        IDENTITY_RUN,
        RUN,
    ),
    keys=("as_of", "subscription_id", "horizon_days"),
    write=ReplaceWhere(),
    subject="customer_id",
)
