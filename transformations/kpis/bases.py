"""The rows that KPIs are counted over, and what each of their columns says."""

from typing import Final

from holdfast.transformations.kpis.kpi import Base

TRADE: Final = Base(
    "trade",
    "One row per order that was not cancelled, on its day, and per line given back, on the day of "
    "the refund. Amounts are net of what was refunded of the order before as_of.",
    {
        "orders": "1 for an order",
        "amount": "revenue of the order",
        "is_first_in_period": "the customer's first order of the period",
        "is_repeat": "the same, of a customer who ordered before or again in the period",
        "is_new": "the customer's first order of all",
        "is_traced": "the same of a customer whose first touch is known",
        "came_back": "the same, with the second order within the horizon",
        "is_second": "the customer's second order",
        "days_to_second": "days from the first order to it",
        "lines": "lines of the order, without gift cards",
        "lines_of_value": "those of them in a product line, where the figure is cut by it",
        "returns": "1 for a line given back",
        "sold": "revenue of the order's lines, net of what was given back of them",
        "costed": "the same, of lines whose unit cost is known in their currency",
        "margin": "the same, less the unit costs of the goods kept",
    },
)

STANDING: Final = Base(
    "standing",
    "One row per customer and first day of a period, of those with an order before it: how the "
    "customer stood as the day began, and when the next order came.",
    {
        "recency_days": "days since the last order",
        "is_active": "with an order in the eligible days (features.eligible_days) before the day",
        "is_churned": "the same, without an order in the horizon from the day on",
        "was_active": "with an order in the period before",
        "is_retained": "the same, with an order in this period, too",
        "is_dormant": "without an order in the eligible days before the day",
        "is_reactivated": "the same, with an order in this period",
    },
    is_per_customer=True,
)

MESSAGES: Final = Base(
    "messages",
    "One row per customer, month and channel with events of messages.",
    {
        "received": "messages received",
        "receivable": "the same, by a channel whose opens can be known (e-mail, push)",
        "clickable": "the same, by a channel with links (e-mail, SMS, push)",
        "opened": "opens by hand, not by a mail proxy",
        "clicked": "clicks",
        "unsubscribed": "unsubscriptions and reports of spam",
    },
)

SURVEYS: Final = Base(
    "surveys",
    "One row per answer with a score, on its day.",
    {
        "nps_answers": "1 for an answer to an NPS survey",
        "nps_points": "100 for a promoter (9 or 10 of 10), -100 for a detractor (6 or less)",
        "csat_answers": "1 for an answer to a CSAT survey",
        "satisfied": "1 for one in the upper part of its scale (4 or 5 of 5)",
    },
)

RISK: Final = Base(
    "risk",
    "One row per customer with a churn probability and a value if it stays, on the newest scored "
    "day of the period; only of customers who allow analytics.",
    {"at_risk": "churn probability x value if the customer stays"},
    is_per_customer=True,
)

FORECASTS: Final = Base(
    "forecasts",
    "One row per customer valued on a day, the newest of the period whose horizon has ended; only "
    "of customers who allow analytics.",
    {
        "expected": "expected amount of the horizon",
        "realised": "revenue of the orders placed in the horizon",
    },
    is_per_customer=True,
)

ACQUISITION: Final = Base(
    "acquisition",
    "One row per channel and day on which campaigns of it cost something, and per customer on the "
    "day of the first order, in its currency. Margin is revenue x the share that the cost of goods "
    "leaves of it, of all orders of those who came by the channel, of all orders in the currency "
    "where no cost of theirs is known.",
    {
        "spent": "what the channel's campaigns charged",
        "spent_with_margin": "the same, where margin is known",
        "spent_with_value": "the same, where values are expected in the currency, too",
        "acquired": "1 for a customer whose channel has costs in the currency on that day, or "
        "before and after it",
        "early_margin": "margin of what the customer paid in the currency within the horizon of "
        "the first order",
        "customer_value": "margin of what the customer paid in it before as_of and is expected to "
        "pay in the year after; of those who do not allow analytics, of what was paid",
        "valued": "1 for a customer of whom it is known",
    },
    is_per_customer=True,
    is_cut_by_labels=False,
)

BASES: Final = (TRADE, STANDING, MESSAGES, SURVEYS, RISK, FORECASTS, ACQUISITION)
