"""Every feature once: the snapshot's contract, the docs page, reasons and consent follow from these rows."""

from typing import Final

from holdfast.transformations.features.feature import PERSONALISATION, SENSITIVE, Feature, Measure, change, shift
from holdfast.transformations.tables.columns import AS_OF, CURRENCY, CUSTOMER, DOUBLE, IDENTITY_RUN, RUN
from holdfast.transformations.tables.table import Column, Replace, Table

_OPINIONS: Final = "tickets or survey_responses"


def _windows(event: str, aggregate: str, *days: int, name: str = "", of: str = "item") -> list[Measure]:
    return [Measure(f"{name or event}_{day}d", event, aggregate, day, of) for day in days]


MEASURES: Final[tuple[Measure, ...]] = (
    Measure("tenure_days", "order", "age"), Measure("recency_days", "order", "days_since"),
    Measure("orders_all", "order", "count"),
    *_windows("order", "count", 30, 90, 365, name="orders"), *_windows("sale", "count", 90, 365, name="sales"),
    *_windows("sale", "sum", 90, 365, name="spend"), *_windows("discount", "sum", 365),
    *_windows("coupon_order", "count", 90), *_windows("discounted_order", "count", 90, 365),
    *_windows("pos_order", "count", 365),
    *_windows("line", "distinct", 365, name="products"),
    *_windows("line", "distinct", 90, 365, name="categories", of="group"),
    *_windows("refund", "count", 90, 365),
    *_windows("session", "count", 30, 365, name="visits"), *_windows("session", "mean", 30, 365, name="visit_seconds"),
    *_windows("page", "count", 30, 365, name="pages"), *_windows("product_viewed", "count", 30, name="views"),
    *_windows("price_view", "count", 90, 365, name="price_views"), *_windows("competitor", "count", 90),
    *_windows("core_use", "count", 90, 365), *_windows("adopted", "distinct", 90, 365),
    *_windows("community", "count", 90, 365),
    *_windows("email_received", "count", 90, 365), *_windows("email_engaged", "count", 90, 365),
    Measure("unsubscribed_all", "unsubscribed", "count"), *_windows("unsubscribed", "count", 90),
    *_windows("ticket", "count", 90, 365),
    Measure("open_tickets", "open_ticket", "open"), Measure("open_urgent_tickets", "open_urgent_ticket", "open"),
    *_windows("ticket_negativity", "mean", 180), *_windows("quality_complaint", "count", 180),
    *_windows("service_complaint", "count", 180), *_windows("price_complaint", "count", 180),
    *_windows("feature_complaint", "count", 180),
    *_windows("survey", "mean", 180, 365, name="survey_score"), *_windows("survey_negativity", "mean", 180),
    Measure("active_subscriptions", "active_subscription", "open"),
    Measure("paused_subscriptions", "paused_subscription", "open"),
    *_windows("cancelled_subscription", "count", 180), *_windows("failed_charge", "count", 90),
    *_windows("points_earned", "sum", 90, 365),
)

_ORDERS, _LINES, _WEB = "orders", "order_lines", "web_events"
_GAP = "greatest((tenure_days - recency_days) / greatest(orders_all - 1, 1), 7)"

FEATURES: Final[tuple[Feature, ...]] = (
    # J01-J10 and RFM
    Feature("tenure_days", "tenure_days", _ORDERS, "days", "recency", "Days since the first order.", "J01"),
    Feature("recency_days", "recency_days", _ORDERS, "days", "recency", "Days since the last order.", "E01"),
    Feature("orders_90d", "orders_90d", _ORDERS, "orders", "value", "Orders of 90 days.", "E01"),
    Feature("orders_365d", "orders_365d", _ORDERS, "orders", "value", "Orders of a year.", "E01"),
    Feature("spend_365d", "spend_365d / 100.0", _ORDERS, "currency", "value",
            "Net spend of a year, in the snapshot's currency.", "E01"),
    Feature("velocity_change", change("orders_90d", "orders_365d", 90), _ORDERS, "log ratio", "recency",
            "Orders of 90 days against the customer's own year.", "J02"),
    Feature("frequency_drop_share", "1 - orders_90d / nullif((orders_365d - orders_90d) * 90.0 / "
            "greatest(least(tenure_days, 365) - 90, 90), 0)", _ORDERS, "share", "recency",
            "Share by which 90 days fall short of the customer's own earlier rate.", "D23"),
    Feature("products_365d", "products_365d", _LINES, "products", "value", "Different products of a year.", "J03"),
    Feature("discount_share_365d", "discount_365d / nullif(discount_365d + spend_365d, 0)", _ORDERS, "share", "price",
            "Discounts as a share of list value, a year.", "J04"),
    Feature("categories_365d", "categories_365d", _LINES, "categories", "value", "Different categories of a year.", "J05"),
    Feature("return_rate_365d", "refund_365d / nullif(orders_365d, 0)", "refund_lines", "returns an order", "quality",
            "Returned lines an order, a year.", "J06"),
    Feature("engagement_90d", "email_engaged_90d + visits_30d", "message_events", "events", "engagement",
            "Opens and clicks of 90 days and visits of 30.", "J07"),
    Feature("response_rate_365d", "email_engaged_365d / nullif(email_received_365d, 0)", "message_events", "ratio",
            "engagement", "Opens and clicks for each message received, a year.", "J08"),
    Feature("season_month", "month(as_of)", "calendar", "month", "recency", "Month of the cut-off.", "J09"),
    Feature("cohort_year", "year(date_sub(as_of, cast(tenure_days as int)))", "calendar", "year", "value",
            "Year of the first order.", "J10"),
    Feature("store_share_365d", "pos_order_365d / nullif(orders_365d, 0)", _ORDERS, "share", "value",
            "Orders at a till, a year.", "C17"),
    # Engagement, D01-D05
    Feature("visits_30d", "visits_30d", _WEB, "visits", "engagement", "Visits of 30 days.", "D01"),
    Feature("visits_change", change("visits_30d", "visits_365d", 30), _WEB, "log ratio", "engagement",
            "Visits of 30 days against the customer's own year.", "D01", baseline="visits_365d"),
    Feature("visits_365d", "visits_365d", _WEB, "visits", "engagement", "Visits of a year.", "D01"),
    Feature("email_rate_90d", "email_engaged_90d / nullif(email_received_90d, 0)", "message_events", "ratio", "engagement",
            "Opens and clicks for each message received, 90 days.", "D02", baseline="response_rate_365d"),
    Feature("email_rate_change", shift("email_engaged_90d / nullif(email_received_90d, 0)",
                                       "email_engaged_365d / nullif(email_received_365d, 0)"),
            "message_events", "ratio", "engagement",
            "Opens and clicks for each message, against the customer's own year.", "D02"),
    Feature("visit_seconds_30d", "visit_seconds_30d", _WEB, "seconds", "engagement", "Mean length of a visit, 30 days.",
            "D03"),
    Feature("visit_seconds_change", "ln((visit_seconds_30d + 10) / (visit_seconds_365d + 10))", _WEB, "log ratio",
            "engagement", "Length of a visit against the customer's own year.", "D03"),
    Feature("pages_a_visit_30d", "pages_30d / nullif(visits_30d, 0)", _WEB, "pages", "engagement", "Pages a visit, 30 days.",
            "D04"),
    Feature("pages_a_visit_change", "ln((pages_30d / nullif(visits_30d, 0) + 0.5) / "
            "(pages_365d / nullif(visits_365d, 0) + 0.5))", _WEB, "log ratio", "engagement",
            "Pages a visit against the customer's own year.", "D04"),
    Feature("community_90d", "community_90d", _WEB, "events", "engagement", "Community events of 90 days.", "D05"),
    Feature("community_change", change("community_90d", "community_365d", 90), _WEB, "log ratio", "engagement",
            "Community events against the customer's own year.", "D05"),
    # Purchase decay, D06-D09
    Feature("mean_gap_days", _GAP, _ORDERS, "days", "recency", "Mean days between orders.", "D06"),
    Feature("gap_ratio", f"recency_days / {_GAP}", _ORDERS, "ratio", "recency",
            "Days since the last order against the customer's own mean gap.", "D06", baseline="mean_gap_days"),
    Feature("order_value_90d", "spend_90d / 100.0 / nullif(sales_90d, 0)", _ORDERS, "currency", "value",
            "Mean net order, 90 days.", "D07", baseline="order_value_365d"),
    Feature("order_value_365d", "spend_365d / 100.0 / nullif(sales_365d, 0)", _ORDERS, "currency", "value",
            "Mean net order, a year.", "D07"),
    Feature("order_value_change", "ln((spend_90d / nullif(sales_90d, 0) + 1) / (spend_365d / nullif(sales_365d, 0) + 1))",
            _ORDERS, "log ratio", "value", "Mean net order of 90 days against the customer's own year.", "D07"),
    Feature("discounted_share_90d", "discounted_order_90d / nullif(orders_90d, 0)", _ORDERS, "share", "price",
            "Orders with a discount, 90 days.", "D08", baseline="discounted_share_365d"),
    Feature("discounted_share_365d", "discounted_order_365d / nullif(orders_365d, 0)", _ORDERS, "share", "price",
            "Orders with a discount, a year.", "D08"),
    Feature("discounted_share_change", shift("discounted_order_90d / nullif(orders_90d, 0)",
                                             "discounted_order_365d / nullif(orders_365d, 0)"),
            _ORDERS, "share", "price", "Share of discounted orders against the customer's own year.", "D08"),
    Feature("coupon_orders_90d", "coupon_order_90d", _ORDERS, "orders", "price", "Orders with a code, 90 days.", "D26"),
    Feature("returns_90d", "refund_90d", "refund_lines", "lines", "quality", "Lines returned in 90 days.", "D09"),
    Feature("returns_change", change("refund_90d", "refund_365d", 90), "refund_lines", "log ratio", "quality",
            "Returned lines against the customer's own year.", "D09", baseline="return_rate_365d"),
    # Sentiment, D10-D13
    Feature("ticket_negativity_180d", "ticket_negativity_180d / 1e6", "tickets", "share", "service",
            "Negative among the opinion words of tickets, 180 days.", "D10", SENSITIVE),
    Feature("survey_negativity_180d", "survey_negativity_180d / 1e6", "survey_responses", "share", "quality",
            "Negative among the opinion words of surveys and reviews, 180 days.", "D10", SENSITIVE),
    Feature("tickets_90d", "ticket_90d", "tickets", "tickets", "service", "Tickets of 90 days.", "D11"),
    Feature("tickets_change", change("ticket_90d", "ticket_365d", 90), "tickets", "log ratio", "service",
            "Tickets against the customer's own year.", "D11"),
    Feature("open_tickets", "open_tickets", "tickets", "tickets", "service", "Tickets not solved.", "D11"),
    Feature("open_urgent_tickets", "open_urgent_tickets", "tickets", "tickets", "service",
            "Urgent or high tickets not solved.", "D21"),
    Feature("service_complaints_180d", "service_complaint_180d", _OPINIONS, "complaints", "service",
            "Complaints about service in tickets and reviews, 180 days.", "D28"),
    Feature("quality_complaints_180d", "quality_complaint_180d", _OPINIONS, "complaints", "quality",
            "Complaints about quality in tickets and reviews, 180 days.", "D29"),
    Feature("price_complaints_180d", "price_complaint_180d", _OPINIONS, "complaints", "price",
            "Complaints about price in tickets and reviews, 180 days.", "D26"),
    Feature("feature_complaints_180d", "feature_complaint_180d", _OPINIONS, "complaints", "feature",
            "Complaints about features in tickets and reviews, 180 days.", "D27"),
    Feature("survey_score_180d", "survey_score_180d / 1e6", "survey_responses", "share", "service",
            "Mean survey score on 0..1, 180 days.", "D13", baseline="survey_score_365d"),
    Feature("survey_score_365d", "survey_score_365d / 1e6", "survey_responses", "share", "service",
            "Mean survey score on 0..1, a year.", "D13"),
    Feature("survey_score_change", shift("survey_score_180d / 1e6", "survey_score_365d / 1e6"), "survey_responses", "share",
            "service", "Survey score against the customer's own year.", "D13"),
    # Triggers, D14-D17
    Feature("failed_charges_90d", "failed_charge_90d", "subscription_charges", "charges", "feature",
            "Failed charges of 90 days.", "D14"),
    Feature("paused_subscriptions", "paused_subscriptions", "subscriptions", "subscriptions", "feature",
            "Subscriptions paused.", "D15"),
    Feature("cancelled_subscriptions_180d", "cancelled_subscription_180d", "subscriptions", "subscriptions", "feature",
            "Subscriptions cancelled in 180 days.", "D15"),
    Feature("active_subscriptions", "active_subscriptions", "subscriptions", "subscriptions", "feature",
            "Subscriptions running.", "D15"),
    Feature("competitor_90d", "competitor_90d", _WEB, "events", "price", "Declared competitor signals, 90 days.", "D17",
            SENSITIVE),
    Feature("price_views_90d", "price_views_90d", _WEB, "events", "price", "Looks at prices and offers, 90 days.", "D26"),
    Feature("price_views_change", change("price_views_90d", "price_views_365d", 90), _WEB, "log ratio", "price",
            "Looks at prices against the customer's own year.", "D26"),
    # Usage, D18-D20
    Feature("core_use_90d", "core_use_90d", _WEB, "events", "feature", "Uses of core features, 90 days.", "D18",
            baseline="core_use_365d"),
    Feature("core_use_365d", "core_use_365d", _WEB, "events", "feature", "Uses of core features, a year.", "D18"),
    Feature("core_use_change", change("core_use_90d", "core_use_365d", 90), _WEB, "log ratio", "feature",
            "Core use against the customer's own year.", "D18"),
    Feature("adopted_90d", "adopted_90d", _WEB, "features", "feature", "Features tried for the first time, 90 days.", "D19"),
    Feature("adopted_change", change("adopted_90d", "adopted_365d", 90), _WEB, "log ratio", "feature",
            "New features tried against the customer's own year.", "D19"),
    Feature("visits_a_subscription_30d", "visits_30d / nullif(active_subscriptions, 0)", "subscriptions", "visits",
            "feature", "Visits of 30 days for each running subscription.", "D20"),
    # For the written rules, D23-D25, and loyalty
    Feature("unsubscribed_90d", "unsubscribed_90d", "message_events", "events", "engagement", "Opt-outs of 90 days.", "D23"),
    Feature("is_unsubscribed", "if(unsubscribed_all > 0, 1.0, 0.0)", "message_events", "flag", "engagement",
            "Has opted out of messages.", "D23", PERSONALISATION),
    Feature("views_without_order_30d", "if(orders_30d = 0, views_30d, 0)", _WEB, "views", "engagement",
            "Products viewed in 30 days without an order.", "D25"),
    Feature("categories_change", "ln((categories_90d + 0.5) / (categories_365d + 0.5))", _LINES, "log ratio", "value",
            "Categories of 90 days against the year.", "D25"),
    Feature("points_earned_90d", "points_earned_90d", "loyalty_ledger", "points", "value", "Points earned in 90 days.",
            "G13", PERSONALISATION),
    Feature("points_change", change("points_earned_90d", "points_earned_365d", 90), "loyalty_ledger", "log ratio",
            "engagement", "Points earned against the customer's own year.", "G13", PERSONALISATION),
)

BY_NAME: Final = {feature.name: feature for feature in FEATURES}
NAMES: Final = tuple(BY_NAME)
GROUP_OF: Final = {feature.name: feature.group for feature in FEATURES}

SNAPSHOTS: Final = Table(
    "features.customer_snapshots", "One row a customer and cut-off.",
    "What was knowable of every customer with an order before the cut-off.",
    (AS_OF, CUSTOMER, CURRENCY,
     *(Column(f.name, DOUBLE, f.doc, unit=f.unit, purpose=f.purpose) for f in FEATURES), IDENTITY_RUN, RUN),
    keys=("as_of", "customer_id"), write=Replace(), cluster_by=("as_of",), subject="customer_id")
