"""Reports of three shops that do not exist: a retailer with everything, a grocer with one channel,
a shop too young.
"""

from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import pandas as pd

from holdfast.jobs.stages.report.model import COLUMNS, Facts, ReportData

DAY = date(2026, 1, 1)
CUTOFF = date(2025, 10, 1)
FACTS = Facts(12, DAY, datetime(2026, 1, 1, 5, 42, tzinfo=UTC), "0.1.0", 90)
REASONS = {
    "engagement": 0.31,
    "price": 0.22,
    "service": 0.17,
    "recency": 0.13,
    "quality": 0.1,
    "feature": 0.07,
}
FAVOURITES = {
    ("engagement", "web"),
    ("price", "pos"),
    ("service", "subscription"),
    ("quality", "app"),
}
CHANNELS = {"web": 0.46, "app": 0.21, "pos": 0.24, "subscription": 0.09}
BANDS = {
    "high": (188, 0.74, 262),
    "medium": (254, 0.46, 281),
    "early": (341, 0.26, 318),
    "none": (1110, 0.09, 402),
}


def frame(name: str, rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    """A frame of a report from tuples in the order of COLUMNS."""
    return pd.DataFrame(rows, columns=list(COLUMNS[name]))


def cube(reasons: dict[str, float], channels: dict[str, float]) -> pd.DataFrame:
    """Customers by band, reason and channel, and those without a score."""
    rows: list[tuple[Any, ...]] = []
    for (band, (size, probability, year)), (reason, r), (channel, c) in product(
        BANDS.items(), reasons.items(), channels.items()
    ):
        n = round(size * r * c * (1.6 if (reason, channel) in FAVOURITES else 0.9))
        rows.append(
            (
                "scored",
                band,
                reason,
                channel,
                "USD",
                n,
                round(2.3 * n),
                year * n,
                year * n * probability,
            )
        )
    unscored = {"inactive": 611, "no_purchase": 204, "no_consent": 71, "too_new": 22, "objected": 9}
    rows += [
        (status, None, None, None, "USD", n, round(1.8 * n), None, None)
        for status, n in unscored.items()
    ]
    return frame("customers", rows)


def churn_metrics() -> list[tuple[Any, ...]]:
    """Figures of a churn model and its rivals, the slices among them."""
    rows: list[tuple[Any, ...]] = []

    def add(predictor: str, part: str, figures: dict[str, float], n: int = 1832) -> None:
        rows.extend(
            ("churn", 3, predictor, CUTOFF, part, metric, value, n)
            for metric, value in figures.items()
        )

    names = ("auc", "average_precision", "log_loss", "calibration_error")
    for predictor, figures in {
        "model": (0.861, 0.652, 0.397, 0.021),
        "recency": (0.774, 0.521, 0.468, 0.034),
        "frequency": (0.713, 0.447, 0.502, 0.041),
        "logistic": (0.842, 0.618, 0.412, 0.029),
    }.items():
        add(predictor, "all", dict(zip(names, figures, strict=True)))
    for number, expected in enumerate(
        (0.03, 0.05, 0.08, 0.12, 0.17, 0.24, 0.33, 0.45, 0.61, 0.81), 1
    ):
        shift = (0.004, -0.011, 0.013, -0.016, 0.021)[number % 5]
        add(
            "model",
            f"bin={number:02d}",
            {"mean_probability": expected, "observed_rate": expected + shift},
            183,
        )
    for band, (size, probability, _) in BANDS.items():
        add("model", f"risk_band={band}", {"observed_rate": 0.96 * probability}, size)
    for predictor, power in {"model": 4.2, "recency": 2.4, "logistic": 3.7}.items():
        for tenth in range(1, 11):
            add(predictor, f"contacted={tenth / 10:.1f}", {"lift": 1 - (1 - tenth / 10) ** power})
    return rows


def value_metrics() -> list[tuple[Any, ...]]:
    """Figures of a value model and its rivals."""
    names = ("mean_absolute_error", "normalised_gini", "total_error", "coverage")
    figures = {
        "model": (41.2, 0.712, 0.018, 0.903),
        "boosted": (41.2, 0.712, 0.018, 0.903),
        "bg_nbd": (44.9, 0.684, -0.031, 0.911),
        "past_rate": (52.3, 0.641, 0.094, 0.862),
    }
    return [
        ("value", 2, predictor, CUTOFF, "all", metric, value, 2417)
        for predictor, row in figures.items()
        for metric, value in zip(names, row, strict=True)
    ]


def worth() -> pd.DataFrame:
    """Customers by expected value of 90 days and a year."""
    year = [
        (0, 310),
        (10, 96),
        (25, 141),
        (50, 262),
        (100, 431),
        (250, 338),
        (500, 198),
        (1000, 94),
        (2500, 21),
        (5000, 2),
    ]
    rows = [
        (365, "USD", low, n, n * 1.5 * max(low, 3), n * 0.35 * low, n * 3.6 * max(low, 6))
        for low, n in year
    ]
    return frame("worth", [*rows, (90, "USD", 0, 1900, 1900 * 60.0, 0.0, 1900 * 180.0)])


def retailer() -> ReportData:
    """Everything there is to show."""
    calls = [
        (
            1000 + 37 * i,
            list(CHANNELS)[i % 4],
            31 + 9 * i % 71,
            0.86 - 0.035 * i,
            list(REASONS)[i % 6],
            2310 - 131 * i,
            (2310 - 131 * i) * (0.86 - 0.035 * i),
            "USD",
        )
        for i in range(12)
    ]
    evidence = [
        ("engagement", "visits_change", 88, -1.12, 26.0),
        ("engagement", "email_rate_change", 41, -0.21, 0.34),
        ("price", "discounted_share_change", 63, 0.38, 0.22),
        ("price", "price_views_90d", 24, 6.4, 2.1),
        ("service", "tickets_90d", 51, 3.2, 0.4),
        ("service", "open_urgent_tickets", 18, 1.3, 0.0),
        ("recency", "gap_ratio", 39, 2.6, 24.0),
        ("quality", "returns_90d", 33, 2.4, 0.1),
        ("feature", "core_use_change", 21, -1.4, 88),
    ]
    units = {
        "visits_change": "log ratio",
        "email_rate_change": "share",
        "discounted_share_change": "share",
        "price_views_90d": "events",
        "tickets_90d": "tickets",
        "open_urgent_tickets": "tickets",
        "gap_ratio": "ratio",
        "returns_90d": "lines",
        "core_use_change": "log ratio",
    }
    names = {
        "visits_change": "Visits of 30 days against the customer’s own year",
        "gap_ratio": "Days since the last order against the customer’s own mean gap",
        "email_rate_change": "Messages opened or clicked against the customer’s own year",
        "discounted_share_change": "Orders with a discount against the customer’s own year",
        "price_views_90d": "Looks at prices, 90 days",
        "tickets_90d": "Tickets of 90 days",
        "open_urgent_tickets": "Urgent or high tickets not solved",
        "returns_90d": "Lines returned in 90 days",
        "core_use_change": "Core use against the customer’s own year",
    }
    return ReportData(
        FACTS,
        customers=cube(REASONS, CHANNELS),
        bases=frame("bases", [("model", 1893)]),
        evidence=frame("evidence", evidence),
        worth=worth(),
        callers=frame("callers", calls),
        metrics=frame("metrics", churn_metrics() + value_metrics()),
        decisions=frame(
            "decisions",
            [
                (
                    12,
                    "churn",
                    3,
                    True,
                    CUTOFF,
                    "average precision .652, better than the champion's .631",
                ),
                (
                    9,
                    "value",
                    2,
                    True,
                    CUTOFF,
                    "boosted on 2025-10-01: gain .0173, better than the champion's .0161",
                ),
            ],
        ),
        signs=frame(
            "signs",
            [("high.idle", 402), ("medium..reduced_engagement", 312), ("high.frequency_drop", 287)],
        ),
        batches=batches(),
        quarantine=quarantine(),
        checks=checks(),
        freshness=freshness(),
        jobs=jobs(),
        names=names,
        units=units,
        own_past=frozenset(
            {"visits_change", "email_rate_change", "discounted_share_change", "core_use_change"}
        ),
    )


def grocer() -> ReportData:
    """One channel, one source, few kinds of reasons, nothing refused."""
    shares = {"recency": 0.61, "value": 0.33, "price": 0.06}
    whole = retailer()
    evidence = [("recency", "recency_days", 171, 71.0, 3.0), ("value", "orders_90d", 60, 2.0, 29.0)]
    return ReportData(
        FACTS,
        customers=cube(shares, {"store": 1.0}),
        bases=whole.bases,
        evidence=frame("evidence", evidence),
        worth=whole.worth,
        callers=whole.callers.assign(main_channel="store", top_reason="recency"),
        metrics=whole.metrics,
        decisions=whole.decisions,
        batches=frame("batches", [("journey", 16, 1570329, 1570329, 0, 0, 0)]),
        checks=whole.checks,
        freshness=frame("freshness", [("journey", "silver.orders", 155848, date(2025, 12, 31))]),
        jobs=whole.jobs,
        names={"recency_days": "Days since the last order", "orders_90d": "Orders of 90 days"},
        units={"recency_days": "days", "orders_90d": "orders"},
    )


def beginner() -> ReportData:
    """Four months of orders: no model, no reasons, no probability; written rules alone."""
    customers = cube({"x": 1.0}, CHANNELS).assign(top_reason=None, at_risk_amount=None)
    calls = retailer().callers.assign(
        churn_probability=None, top_reason=None, value_at_risk_amount=None
    )
    return ReportData(
        FACTS,
        customers=customers,
        bases=frame("bases", [("rules", 1893)]),
        worth=worth(),
        callers=calls,
        signs=frame(
            "signs",
            [
                ("high.idle", 402),
                ("medium..reduced_engagement", 312),
                ("high.frequency_drop", 287),
                ("lift.urgent_ticket", 12),
            ],
        ),
        decisions=frame(
            "decisions", [(12, "value", 1, True, None, "no day has a known outcome yet: past_rate")]
        ),
        batches=batches(),
        quarantine=quarantine(),
        freshness=freshness(),
        jobs=jobs(),
        checks=checks().assign(is_passed=[False, True, True], actual=[97.0, 100.0, 100.0]),
    )


def nobody() -> ReportData:
    """A run over nothing."""
    return ReportData(FACTS)


def batches() -> pd.DataFrame:
    return frame(
        "batches",
        [
            ("shopify", 12, 48210, 47993, 61, 156, 0),
            ("square", 4, 9020, 9011, 9, 0, 0),
            ("klaviyo", 6, 181233, 181190, 12, 31, 0),
            ("rudderstack", 9, 402177, 402050, 88, 39, 0),
            ("zendesk", 3, 2411, 2408, 3, 0, 0),
            ("onetrust", 2, 6400, 6400, 0, 0, 0),
        ],
    )


def quarantine() -> pd.DataFrame:
    return frame(
        "quarantine",
        [
            ("rudderstack", "ingest", "unreadable", 74),
            ("shopify", "standardise", "net_amount_in_range", 31),
            ("shopify", "ingest", "required:order_id", 19),
            ("rudderstack", "standardise", "event_not_in_the_future", 14),
            ("klaviyo", "standardise", "currency_known", 12),
        ],
    )


def checks() -> pd.DataFrame:
    return frame(
        "checks",
        [
            ("bronze_to_silver", f"shopify/{name}#0", 100.0, 100.0, True, f"read 100 = {name}")
            for name in ("orders", "refunds", "products")
        ],
    )


def freshness() -> pd.DataFrame:
    return frame(
        "freshness",
        [
            ("shopify", "silver.orders", 30112, date(2025, 12, 31)),
            ("shopify", "silver.refund_lines", 2210, date(2025, 12, 30)),
            ("klaviyo", "silver.message_events", 180100, date(2025, 12, 31)),
            ("zendesk", "silver.tickets", 2408, date(2025, 12, 18)),
        ],
    )


def jobs() -> pd.DataFrame:
    return frame(
        "jobs",
        [
            ("ingest", "done", 31.2, 34),
            ("standardise", "done", 28.4, 15),
            ("resolve_identity", "done", 21.7, 4),
            ("build_features", "done", 19.9, 2),
            ("train_churn", "done", 33.1, 2),
            ("train_value", "unchanged", 0.0, 0),
            ("score_churn", "done", 6.3, 2),
            ("score_value", "done", 4.1, 1),
            ("build_gold", "done", 5.2, 5),
        ],
    )
