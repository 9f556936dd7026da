"""Every KPI once: the figures of gold.kpis, docs/kpis.md and what is said of absent ones follow
from these rows.
"""

from collections.abc import Mapping
from typing import Final

from holdfast.transformations.kpis.bases import (
    MESSAGES,
    STANDING,
    SURVEYS,
    TRADE,
)
from holdfast.transformations.kpis.kpi import Base, Kpi
from holdfast.transformations.kpis.worth import ACQUIRED, MARGIN, VALUE
from holdfast.transformations.tables.vocabulary import LABEL_KINDS

DIMENSIONS: Final[Mapping[str, str]] = {
    "all": "Not cut.",
    "acquired_through": "Channel that first brought the customer, as gold.customer_360 has it.",
    "channel": "Channel of the order; of a return that of its order.",
    "product_line": "Category of lines: of an order those of its lines, of a customer those of the "
    "last order. The 50 with most lines; the rest is `other`.",
    "tenure": "Days since the first order as the period began.",
    "message_channel": "Channel by which the message was sent.",
    "value_decile": "Tenth of the day's customers by expected amount in the currency; 10 is the "
    "highest.",
    **{
        kind: f"The customer's {kind} in gold.customer_segments as the period began; every KPI but "
        "those of acquisition is cut by it."
        for kind in LABEL_KINDS
    },
}

_ORDERS: Final = "orders"
_MESSAGES: Final = "events of messages (silver.message_events)"
_CUSTOMER: Final = ("acquired_through",)
_ORDER: Final = ("acquired_through", "channel", "product_line")
_LINES: Final = ("product_line",)

_TRADE: Final = (
    Kpi(
        "net_revenue", TRADE, "amount", None, "sum", "currency", "lagging",
        "how much was sold",
        "Revenue of the period's orders, net of refunds.",
        _ORDERS, ("acquired_through", "channel"), money="numerator",
    ),
    Kpi(
        "orders", TRADE, "orders", None, "sum", "orders", "lagging",
        "how much was sold",
        "Orders of the period.",
        _ORDERS, _ORDER, _LINES,
    ),
    Kpi(
        "active_customers", TRADE, "is_first_in_period", None, "sum", "customers", "lagging",
        "size of the base",
        "Customers with an order in the period.",
        _ORDERS, _CUSTOMER,
    ),
    Kpi(
        "new_customers", TRADE, "is_new", None, "sum", "customers", "leading",
        "growth of the base",
        "Customers whose first order of all lies in the period.",
        _ORDERS, ("acquired_through", "channel"),
    ),
    Kpi(
        "traced_share", TRADE, "is_traced", "is_new", "share", "share", "leading",
        "how much of what campaigns bring is seen",
        "Of customers whose first order of all lies in the period, those whose first touch is "
        "known. Campaigns brought others, too: what a customer costs is at most the figure, its "
        "value per cost at least.",
        "first touches (silver.acquisition_touches)", ("channel",), has_own_source=True,
    ),
    Kpi(
        "average_order_value", TRADE, "amount", "orders", "ratio", "currency", "lagging",
        "pricing and baskets",
        "Revenue per order of the period, net of refunds.",
        _ORDERS, _ORDER, _LINES, money="numerator",
    ),
    Kpi(
        "order_frequency", TRADE, "orders", "is_first_in_period", "ratio", "orders per customer",
        "leading", "habit",
        "Orders per customer who ordered in the period.",
        _ORDERS, _CUSTOMER,
    ),
    Kpi(
        "repeat_purchase_rate", TRADE, "is_repeat", "is_first_in_period", "share", "share",
        "lagging", "loyalty of buyers",
        "Of customers who ordered in the period, those who had ordered before or did so again in "
        "it.",
        _ORDERS, _CUSTOMER,
    ),
    Kpi(
        "second_order_rate", TRADE, "came_back", "is_new", "share", "share", "leading",
        "quality of a cohort",
        "Repeat purchase by cohort: of customers who first ordered in the period, those with a "
        "second order within the horizon.",
        _ORDERS, _ORDER, _LINES, is_final="end + horizon",
    ),
    Kpi(
        "days_to_second_order", TRADE, "days_to_second", "is_second", "ratio", "days", "leading",
        "when to ask for the next order",
        "Mean days from the first order to the second, of second orders placed in the period.",
        _ORDERS, _ORDER, _LINES,
    ),
    Kpi(
        "return_rate", TRADE, "returns", "coalesce(lines_of_value, lines)", "ratio",
        "returns per line", "leading", "quality of goods and descriptions",
        "Lines given back in the period per line sold in it.",
        "order lines and refunds (silver.order_lines, silver.refund_lines)",
        _ORDER, has_own_source=True,
    ),
)  # fmt: skip

_CUSTOMER_AT_START: Final = ("acquired_through", "tenure", "product_line")
_RECENCY: Final = ((0, 30), (31, 90), (91, 180), (181, 365), (366, None))


def _recency(low: int, high: int | None) -> Kpi:
    """The share of customers in a bucket of recency: buckets add up to all customers and carry
    intervals, which quartiles do not, and they say how large the tail is, which a mean does not.
    """
    ends = f"between {low} and {high}" if high is not None else f">= {low}"
    name = f"{low}_{high}" if high is not None else f"from_{low}"
    days = f"{low} to {high} days" if high is not None else f"{low} days or more"
    return Kpi(
        f"recency_{name}_share", STANDING, f"cast(recency_days {ends} as int)", "1", "share",
        "share", "leading", "how the base ages",
        f"Of customers with an order before the period, those whose last one was {days} ago as it "
        "began.",
        _ORDERS, _CUSTOMER_AT_START, _LINES, is_final="start",
    )  # fmt: skip


_STANDING: Final = (
    Kpi(
        "churn_rate", STANDING, "is_churned", "is_active", "share", "share", "lagging",
        "how many leave",
        "Of customers with an order in the eligible days before the period, those without one in "
        "the horizon from its first day on, whatever its length: the labels' definition, by the "
        "orders that stand today.",
        _ORDERS, _CUSTOMER_AT_START, _LINES, is_final="start + horizon",
    ),
    Kpi(
        "retention_rate", STANDING, "is_retained", "was_active", "share", "share", "lagging",
        "how many stay",
        "Of customers with an order in the period before, those with one in this period.",
        _ORDERS, _CUSTOMER_AT_START, _LINES,
    ),
    Kpi(
        "reactivation_rate", STANDING, "is_reactivated", "is_dormant", "share", "share", "lagging",
        "what winning back brings",
        "Of customers without an order in the eligible days before the period, those with one in "
        "it.",
        _ORDERS, _CUSTOMER_AT_START, _LINES,
    ),
    *(_recency(*bucket) for bucket in _RECENCY),
)  # fmt: skip

_CONTACT: Final = (
    Kpi(
        "message_open_rate", MESSAGES, "opened", "receivable", "ratio", "opens per message",
        "leading", "interest",
        "Opens by hand per message received, by e-mail or push.",
        _MESSAGES, ("message_channel",), has_own_source=True,
    ),
    Kpi(
        "message_click_rate", MESSAGES, "clicked", "clickable", "ratio", "clicks per message",
        "leading", "interest",
        "Clicks per message received, by e-mail, SMS or push.",
        _MESSAGES, ("message_channel",), has_own_source=True,
    ),
    Kpi(
        "message_unsubscribe_rate", MESSAGES, "unsubscribed", "received", "ratio",
        "unsubscriptions per message", "leading", "too many messages",
        "Unsubscriptions and reports of spam per message received.",
        _MESSAGES, ("message_channel",), has_own_source=True,
    ),
    Kpi(
        "nps", SURVEYS, "nps_points", "nps_answers", "ratio", "points", "leading",
        "would they recommend us",
        "Net promoter score: per cent of promoters less per cent of detractors among answers.",
        "answers to NPS surveys (silver.survey_responses)", _CUSTOMER,
    ),
    Kpi(
        "csat", SURVEYS, "satisfied", "csat_answers", "share", "share", "leading",
        "are they satisfied",
        "Answers in the upper part of the scale among answers to CSAT surveys.",
        "answers to CSAT surveys (silver.survey_responses)", _CUSTOMER,
    ),
)  # fmt: skip

DEFINITIONS: Final = (*_TRADE, *MARGIN, *_STANDING, *_CONTACT, *VALUE, *ACQUIRED)
BY_NAME: Final = {kpi.name: kpi for kpi in DEFINITIONS}


def kpis_of(base: Base) -> tuple[Kpi, ...]:
    """The KPIs that are counted over a base."""
    return tuple(kpi for kpi in DEFINITIONS if kpi.base is base)
