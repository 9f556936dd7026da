"""Every feature of the customer of `history`, at its two cut-offs, counted by hand.

A change compares with the customer's own year: what its earlier 275 days (335 of 30-day windows)
let 90 (30) expect.
"""

from math import log
from typing import Final


def _change(recent: float, earlier: float, days: int = 90) -> float:
    """Half a count more than there were, against half more than the earlier days let expect."""
    return log((recent + 0.5) / (earlier * days / (365 - days) + 0.5))


# Feature: on 2025-04-01, on 2025-10-01.
EXPECTED: Final[dict[str, tuple[float, float]]] = {
    # since 2024-02-10, and since 2023-11-15, once that receipt is known
    "tenure_days": (416, 686),
    "recency_days": (1, 32),  # o5 on 03-31, o12 on 08-30
    "orders_90d": (3, 4),  # o4 o6 o5; o8 o9 o10 o12
    "orders_365d": (5, 8),  # and o2 o3; and o3 o4 o6 o5
    "spend_365d": (240, 375.5),  # 100+60+50+30; 60+50+30+120+45.50+50+20
    "velocity_change": (_change(3, 2), _change(4, 4)),
    "frequency_drop_share": (1 - 3 / (2 * 90 / 275), 1 - 4 / (4 * 90 / 275)),
    "products_365d": (4, 6),  # A B C D; A B C D F G
    "discount_share_365d": (50 / 290, 55 / 430.5),  # 25+15+10; 15+10+30
    "categories_365d": (4, 5),  # garden kitchen toys books; and lamps
    "return_rate_365d": (2 / 5, 3 / 8),
    "recent_engagement": (3 + 2, 1 + 3),
    "response_rate_365d": (4 / 6, 4 / 8),
    "season_month": (4, 10),
    "cohort_year": (2024, 2023),
    "store_share_365d": (2 / 5, 2 / 8),  # o2 o4; o4 o9
    "visits_30d": (2, 3),
    "visits_change": (_change(2, 3, 30), _change(3, 4, 30)),
    "visits_180d": (4, 3),  # s7 s1 s2 s3; s4 s5 s6
    "visits_365d": (5, 7),
    "email_rate_90d": (3 / 4, 1 / 3),
    "email_rate_change": (3 / 4 - 4 / 6, 1 / 3 - 4 / 8),
    "visit_seconds_30d": ((300 + 120) / 2, (0 + 720 + 0) / 3),
    # the year's visits: 0, 0, 600, 300, 120; 0, 600, 300, 120, 0, 720, 0
    "visit_seconds_change": (log((210 + 10) / (204 + 10)), log((240 + 10) / (1740 / 7 + 10))),
    "pages_per_visit_30d": (5 / 2, 5 / 3),
    # the year's pages: 1+1+3+2+3; 1+3+2+3+1+3+1
    "pages_per_visit_change": (
        log((5 / 2 + 0.5) / (10 / 5 + 0.5)),
        log((5 / 3 + 0.5) / (14 / 7 + 0.5)),
    ),
    "community_90d": (1, 0),
    "community_change": (_change(1, 1), _change(0, 2)),
    "idle_days": (1, 2),  # o5 on 03-31; s6 and t7 on 09-29
    # the year's: 5 visits and 2 orders at the till, 4 messages, 4 tickets, 5 answers of which one
    # has no score; 7+2, 4, 9, 8 of which two have none
    "interaction_gap_days": (365 / 20, 365 / 30),
    "idle_ratio": (1 / (365 / 20), 2 / (365 / 30)),
    "mean_gap_days": ((416 - 1) / 5, (686 - 32) / 10),
    "gap_ratio": (1 / 83, 32 / 65.4),
    "order_value_90d": (80 / 2, 235.5 / 4),
    "order_value_365d": (240 / 4, 375.5 / 7),
    # in cents, one added
    "order_value_change": (log(4001 / 6001), log((23550 / 4 + 1) / (37550 / 7 + 1))),
    "discounted_share_90d": (2 / 3, 1 / 4),  # o6 o5; o8
    "discounted_share_365d": (4 / 5, 4 / 8),  # o2 o3 o6 o5; o3 o6 o5 o8
    "discounted_share_change": (2 / 3 - 4 / 5, 1 / 4 - 4 / 8),
    "coupon_orders_90d": (1, 2),  # o5; o8 o10
    "returns_90d": (1, 2),
    "returns_180d": (1, 2),  # of o4; two of o8
    "returns_change": (_change(1, 1), _change(2, 1)),
    "ticket_negativity_180d": ((1 + 0.5) / 2, (0.2 + 0.6 + 0.4) / 3),
    "survey_negativity_180d": ((1 + 0.6 + 0.5) / 3, (0.9 + 0 + 0.6) / 3),
    "tickets_90d": (3, 4),  # t2 t3 t4; t6 t7 t8 t9
    "tickets_change": (_change(3, 1), _change(4, 5)),
    "open_tickets": (2, 3),  # t2 t3; t6 t7 t8
    "open_urgent_tickets": (1, 2),  # t2; t6 t7
    "service_complaints_180d": (1, 2),  # t2; t6 and an answer of 04-04
    "quality_complaints_180d": (2, 1),  # t4 and an answer of 02-28; t7
    "price_complaints_180d": (1, 2),  # an answer of 11-11; t5 and an answer of 09-12
    "feature_complaints_180d": (1, 2),  # t3; t9 t10
    "survey_score_180d": ((0.5 + 0.1 + 0.6) / 3, (0.2 + 0.8 + 0.5) / 3),
    "survey_score_365d": (2.1 / 4, 2.7 / 6),
    "survey_score_change": (0.4 - 0.525, 0.5 - 0.45),
    "failed_charges_90d": (1, 2),  # c2; c4, though paid later, and c5
    "paused_subscriptions": (0, 1),  # A
    "cancelled_subscriptions_180d": (1, 2),  # D; B E
    "active_subscriptions": (3, 1),  # A B C; C
    "competitor_90d": (1, 2),
    "price_views_90d": (2, 3),
    "price_views_180d": (2, 3),
    "price_views_change": (_change(2, 1), _change(3, 2)),
    "core_use_90d": (2, 1),
    "core_use_180d": (4, 2),
    "core_use_365d": (5, 6),
    "core_use_change": (_change(2, 3), _change(1, 5)),
    "adopted_90d": (1, 2),  # f1; f3 f4
    "adopted_180d": (1, 2),
    "adopted_change": (_change(1, 1), _change(2, 1)),  # f2 before; f1 before
    "visits_per_subscription_30d": (2 / 3, 3 / 1),
    "unsubscribed_90d": (0, 1),
    "is_unsubscribed": (0, 1),
    "views_without_order_30d": (0, 2),  # there is o5; none
    "categories_change": (log(2.5 / 4.5), log(3.5 / 5.5)),  # books garden; kitchen lamps garden
    "points_earned_90d": (20, 45),
    "points_change": (_change(20, 80), _change(45, 50)),
}
