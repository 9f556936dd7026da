"""Who is in the base: each customer's group, stage and profiles, and what they come to."""

from typing import Final

from pyspark.sql import types as T

from holdfast.transformations.tables.columns import (
    AS_OF,
    CUSTOMER,
    DATE,
    IDENTITY_RUN,
    INT,
    LONG,
    MEASURE,
    RUN,
    STRING,
    money,
    probability,
    vocabulary,
)
from holdfast.transformations.tables.table import Column, ReplaceWhere, Table
from holdfast.transformations.tables.vocabulary import (
    AFFINITIES,
    CHANNEL_PROFILES,
    DRIVERS,
    INTENTS,
    LABEL_KINDS,
    LIFECYCLES,
    PRICE_SENSITIVITIES,
    TIER_BASES,
    VALUE_TIERS,
)

PARAMETER_DECIMALS: Final = 9
_NUMBER: Final = T.DecimalType(18, PARAMETER_DECIMALS)

CUSTOMER_SEGMENTS: Final = Table(
    "gold.customer_segments",
    "One row per customer and day.",
    "What customers do, in words, on month firsts and on the day of each run; days once published "
    "are not written again. From behaviour alone: no age, sex, place or other trait is read.",
    (
        AS_OF,
        CUSTOMER,
        Column(
            "segment",
            STRING,
            "Group by how often, how much and how often at a discount somebody buys; null where "
            "there are too few customers for groups.",
        ),
        probability("segment_probability", "That the customer is of the segment."),
        vocabulary("lifecycle", "Stage", LIFECYCLES),
        probability(
            "alive_probability",
            "That the last purchase was not the last of all, by the customer's own rhythm alone; "
            "customer_values has it by the model of value.",
            nullable=False,
        ),
        Column(
            "expected_gap_days",
            MEASURE,
            "Usual days to the next purchase (median of the customer's posterior).",
            unit="days",
        ),
        Column(
            "next_order_from_on",
            DATE,
            "Four of five who stay come again from this day to next_order_to_on, one in ten "
            "earlier. Null where too few gaps between purchases were seen of anybody.",
        ),
        Column("next_order_to_on", DATE, "Who stays and has not come by then is late."),
        Column(
            "suppressed_from_on",
            DATE,
            "Of lapsed customers: the day from which they should be left alone.",
        ),
        vocabulary(
            "value_tier",
            "By the amount of the tier's horizon, among customers of the day and currency",
            VALUE_TIERS,
            nullable=True,
        ),
        vocabulary(
            "value_tier_basis",
            "Whether the amount was predicted on that day, or is the spend of the year before (of "
            "days before the first published run, and of currencies nothing is predicted in)",
            TIER_BASES,
            nullable=True,
        ),
        vocabulary(
            "channel_profile", "Where more than half of the orders are placed", CHANNEL_PROFILES
        ),
        probability("channel_probability", "That it is so.", nullable=False),
        vocabulary(
            "price_sensitivity",
            "Share of discounted orders against the base's; null where nobody has any",
            PRICE_SENSITIVITIES,
            nullable=True,
        ),
        probability("price_probability", "That it is so."),
        vocabulary(
            "affinity",
            "What takes more than half of a customer's lines, and more than 1.5 times the base's "
            "share (one category; the shop's own label; one other brand), or of the purchase days "
            "of more than a year (seasonal: three months in a row), by a probability of one half "
            "or more: the first that holds, in this order, else cross_category; null where no line "
            "has a category, brand or label, or all have the same",
            AFFINITIES,
            nullable=True,
        ),
        Column(
            "affinity_of",
            STRING,
            "The specialist's category, the first month of the season, the brand; else null.",
        ),
        probability("affinity_probability", "That it is so."),
        vocabulary(
            "driver", "First of churn_reasons that is one; null if unclear", DRIVERS, nullable=True
        ),
        vocabulary(
            "intent",
            "leaving: high or medium risk; browsing: looked without buying in 30 days; buying: "
            "ordered in 90 days",
            INTENTS,
        ),
        Column("journey", STRING, "lifecycle, value tier and intent together.", nullable=False),
        Column(
            "orders",
            INT,
            "Orders that segment, channel and price rest on.",
            nullable=False,
            unit="orders",
        ),
        IDENTITY_RUN,
        RUN,
    ),
    keys=("as_of", "customer_id"),
    write=ReplaceWhere(),
    cluster_by=("as_of",),
    subject="customer_id",
)


def _parameter(name: str, doc: str) -> Column:
    return Column(name, _NUMBER, f"{doc} (model of record).", nullable=False, unit="parameter")


PARAMETERS: Final = (
    _parameter("weight", "Weight among the groups"),
    _parameter("rate_shape", "Shape of the gamma of purchases per day"),
    _parameter("rate_scale", "Its scale in days"),
    _parameter("centre", "Mean logarithm of the order value over the currency's median order"),
    _parameter("variance", "Its variance within the group"),
    _parameter("beta_a", "Discounted orders: first figure of the beta"),
    _parameter("beta_b", "Second figure"),
    _parameter("dropout", "Log-odds that a purchase is the last, alike for all groups"),
    _parameter("order_variance", "Variance of the logarithm among orders of one customer"),
)

SEGMENT_PROFILES: Final = Table(
    "gold.segment_profiles",
    "One row per segment and day.",
    "What each segment comes to: every customer counts for each segment by the probability of "
    "being of it, so that doubt makes no segment too large. The parameters are the model that "
    "gave the segments.",
    (
        AS_OF,
        Column("segment", STRING, "Name of the segment.", nullable=False),
        Column("segment_number", INT, "Its place in the model.", nullable=False, unit="number"),
        Column("fitted_on", DATE, "Day on which the model was fitted.", nullable=False),
        Column("customers", MEASURE, "Expected members.", nullable=False, unit="customers"),
        probability("customers_share", "Of all.", nullable=False),
        Column("currency", STRING, "Currency of most customers: that of the amounts."),
        money(
            "average_order_amount",
            "Mean order; orders in other currencies by their place among orders of theirs.",
            nullable=True,
        ),
        Column("orders_a_year", MEASURE, "Of a member who has not left.", unit="orders per year"),
        probability("discounted_share", "Orders with a discount.", nullable=False),
        money(
            "expected_amount",
            "Mean of what is predicted for the tier's horizon, of customers of the currency.",
            nullable=True,
        ),
        probability("churn_probability", "Mean of gold.churn_scores, where there are scores."),
        Column("top_channel", STRING, "Channel profile of most members."),
        *PARAMETERS,
        RUN,
    ),
    keys=("as_of", "segment"),
    write=ReplaceWhere(),
)

SEGMENT_MIGRATIONS: Final = Table(
    "gold.segment_migrations",
    "One row per day, kind of label, label before and label now.",
    "How many customers went from one label to another since the cut-off before the day; customers "
    "who are new to the table come from `none`.",
    (
        AS_OF,
        Column("from_on", DATE, "The day compared with.", nullable=False),
        vocabulary("label_kind", "Which column of customer_segments", LABEL_KINDS),
        Column(
            "from_label",
            STRING,
            "Label on the earlier day, or `none`.",
            nullable=False,
        ),
        Column("to_label", STRING, "Label on the day, or `none`.", nullable=False),
        Column("customers", LONG, "Customers.", nullable=False, unit="customers"),
        RUN,
    ),
    keys=("as_of", "label_kind", "from_label", "to_label"),
    write=ReplaceWhere(),
)
