"""Every base count over the event stream, once; features are expressions over these."""

from typing import Final

from holdfast.transformations.features.feature import Aggregate, Distinct, Measure


def _windows(
    event: str,
    aggregate: Aggregate,
    *days: int,
    name: str = "",
    of: Distinct = "item",
    is_of_main: bool = False,
) -> list[Measure]:
    return [
        Measure(f"{name or event}_{day}d", event, aggregate, day, of, is_of_main) for day in days
    ]


MEASURES: Final[tuple[Measure, ...]] = (
    Measure("tenure_days", "order", "age"),
    Measure("recency_days", "order", "days_since"),
    *(
        Measure(f"{event}_recency", event, "days_since")
        for event in ("session", "email_engaged", "ticket", "survey")
    ),
    Measure("orders_all", "order", "count"),
    *_windows("order", "count", 30, 90, 365, name="orders"),
    *_windows("order", "count", 90, 365, name="sales", is_of_main=True),
    *_windows("order", "sum", 90, 365, name="spend", is_of_main=True),
    *_windows("discount", "sum", 365, is_of_main=True),
    *_windows("coupon_order", "count", 90),
    *_windows("discounted_order", "count", 90, 365),
    *_windows("pos_order", "count", 365),
    *_windows("line", "distinct", 365, name="products"),
    *_windows("line", "distinct", 90, 365, name="categories", of="group"),
    *_windows("refund", "count", 90, 180, 365),
    *_windows("session", "count", 30, 180, 365, name="visits"),
    *_windows("session", "mean", 30, 365, name="visit_seconds"),
    *_windows("page", "count", 30, 365, name="pages"),
    *_windows("product_viewed", "count", 30, name="views"),
    *_windows("price_view", "count", 90, 180, 365, name="price_views"),
    *_windows("competitor", "count", 90),
    *_windows("core_use", "count", 90, 180, 365),
    *_windows("adopted", "distinct", 90, 180, 365, of="group"),
    *_windows("community", "count", 90, 365),
    *_windows("email_received", "count", 90, 365),
    *_windows("email_engaged", "count", 90, 365),
    Measure("unsubscribed_all", "unsubscribed", "count"),
    *_windows("unsubscribed", "count", 90),
    *_windows("ticket", "count", 90, 365),
    Measure("open_tickets", "open_ticket", "open"),
    Measure("open_urgent_tickets", "open_urgent_ticket", "open"),
    *_windows("ticket_negativity", "mean", 180),
    *_windows("quality_complaint", "count", 180),
    *_windows("service_complaint", "count", 180),
    *_windows("price_complaint", "count", 180),
    *_windows("feature_complaint", "count", 180),
    *_windows("survey_score", "mean", 180, 365),
    *_windows("survey", "count", 365, name="surveys"),
    *_windows("survey_negativity", "mean", 180),
    Measure("active_subscriptions", "active_subscription", "open"),
    Measure("paused_subscriptions", "paused_subscription", "open"),
    *_windows("cancelled_subscription", "count", 180),
    *_windows("failed_charge", "count", 90),
    *_windows("points_earned", "sum", 90, 365),
)

# The events there are, each with its bit in a row of the stream.
EVENTS: Final = tuple(dict.fromkeys(measure.event for measure in MEASURES))
BIT_OF: Final = {event: bit for bit, event in enumerate(EVENTS)}
# Events in parts: the rows of one item are one event, whose amount is from least to greatest.
IN_PARTS: Final = ("session",)
