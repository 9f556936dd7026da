"""Reports of three shops that do not exist: a retailer with everything, a grocer with one channel,
a shop too young.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import pandas as pd

from holdfast.jobs.stages.report.model import Earlier, Facts, ReportData
from tests.jobs.stages.report.fake_data_quality import (
    batches,
    checks,
    frame,
    freshness,
    grocers_freshness,
    jobs,
    quarantine,
)
from tests.jobs.stages.report.fake_models import (
    BANDS,
    churn_metrics,
    cohorts,
    decisions,
    drift,
    kpis,
    labels,
    moves,
    segments,
    subscriptions,
    value_metrics,
    values,
)

DAY = date(2026, 1, 1)
FACTS = Facts(12, DAY, datetime(2026, 1, 1, 5, 42, tzinfo=UTC), "0.1.0", 90)
REASONS = {
    "engagement": 0.31,
    "price": 0.22,
    "service": 0.17,
    "unclear": 0.13,
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
# What is behind each reason: a row of evidence, its feature's unit, and its name in plain words.
EVIDENCE: tuple[tuple[tuple[Any, ...], str, str], ...] = (
    (
        ("engagement", "visits_change", 88, -1.12, 26.0),
        "log ratio",
        "Visits of 30 days against the customer’s own year",
    ),
    (
        ("engagement", "email_rate_change", 41, -0.21, 0.34),
        "share",
        "Messages opened or clicked against the customer’s own year",
    ),
    (
        ("price", "discounted_share_change", 63, 0.38, 0.22),
        "share",
        "Orders with a discount against the customer’s own year",
    ),
    (("price", "price_views_90d", 24, 6.4, 2.1), "events", "Looks at prices, 90 days"),
    (("service", "tickets_90d", 51, 3.2, 0.4), "tickets", "Tickets of 90 days"),
    (
        ("service", "open_urgent_tickets", 18, 1.3, 0.0),
        "tickets",
        "Urgent or high tickets not solved",
    ),
    (("quality", "returns_90d", 33, 2.4, 0.1), "lines", "Lines returned in 90 days"),
    (
        ("feature", "core_use_change", 21, -1.4, 88),
        "log ratio",
        "Core use against the customer’s own year",
    ),
)
CONFUSION = [
    (cause, reason, 70 if cause == reason else 10)
    for cause in ("price", "feature", "service", "quality", "none")
    for reason in ("price", "feature", "service", "quality", "engagement", "unclear")
]
METHODS = [("named", 0.641, 0.75), ("summed_shap", 0.31, 0.9), ("oracle", 0.66, 1.0)]
RULE_HITS: list[tuple[Any, ...]] = [
    ("idle_high", 402),
    ("reduced_engagement", 312),
    ("frequency_drop_high", 287),
]


def moments(customers: int, probability: float) -> tuple[float, float, float]:
    """The central moments of how many of equal customers leave."""
    spread = customers * probability * (1 - probability)
    return customers * probability, spread, spread * (1 - 2 * probability)


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
                round(0.2 * n),
                round(2.3 * n),
                year * n,
                year * n,
                year * n * probability,
                *moments(n, probability),
            )
        )
    unscored = {"inactive": 611, "no_purchase": 204, "no_consent": 71, "too_new": 22, "objected": 9}
    rows += [
        (status, None, None, None, "USD", n, n, round(1.8 * n), *[None] * 6)
        for status, n in unscored.items()
    ]
    return frame("customers", rows)


def top_customers() -> pd.DataFrame:
    """Twelve customers at risk, the most valuable first."""
    rows: list[tuple[Any, ...]] = []
    for i in range(12):
        year, probability = 2310 - 131 * i, 0.86 - 0.035 * i
        channel, reason = list(CHANNELS)[i % 4], list(REASONS)[i % 6]
        silent, at_risk = 31 + 9 * i % 71, year * probability
        money = (year, at_risk, "USD")
        rows.append((1000 + 37 * i, channel, silent, probability, reason, *money, i % 3 > 0))
    return frame("top_customers", rows)


def earlier() -> Earlier:
    """The retailer a month before: forty fewer at high risk, thirty fewer expected to leave, and a
    weaker model.
    """
    customers = cube(REASONS, CHANNELS)
    first = customers.index[customers["risk_band"] == "high"][0]
    customers.loc[first, "customers"] -= 40
    customers.loc[first, "expected_leavers"] -= 30
    scored = pd.DataFrame(
        [("churn", "model", date(2025, 9, 1), "auc", 0.842)],
        columns=["model_name", "predictor", "cutoff_on", "metric", "value"],
    )
    return Earlier(date(2025, 12, 1), customers, scored)


def retailer() -> ReportData:
    """Everything there is to show."""
    return ReportData(
        replace(FACTS, earlier_run=11),
        customers=cube(REASONS, CHANNELS),
        bases=frame("bases", [("model", 1893)]),
        evidence=frame("evidence", [row for row, _, _ in EVIDENCE]),
        values=values(),
        subscriptions=subscriptions(),
        segments=segments(),
        labels=labels(),
        moves=moves(),
        kpis=kpis(),
        cohorts=cohorts(),
        top_customers=top_customers(),
        metrics=frame("metrics", churn_metrics() + value_metrics()),
        decisions=decisions(),
        drift=drift(),
        confusion=frame("confusion", CONFUSION),
        reason_methods=frame("reason_methods", METHODS),
        rule_hits=frame("rule_hits", RULE_HITS),
        batches=batches(),
        quarantine=quarantine(),
        checks=checks(),
        freshness=freshness(),
        jobs=jobs(),
        earlier=earlier(),
        names={row[1]: name for row, _, name in EVIDENCE},
        units={row[1]: unit for row, unit, _ in EVIDENCE},
    )


def grocer() -> ReportData:
    """One channel, one source, few kinds of reasons, nothing refused."""
    shares = {"engagement": 0.61, "unclear": 0.33, "price": 0.06}
    whole = retailer()
    evidence = [
        ("engagement", "visits_180d", 171, 3.0, 71.0),
        ("price", "coupon_orders_90d", 60, 29.0, 2.0),
    ]
    return ReportData(
        FACTS,
        customers=cube(shares, {"store": 1.0}),
        bases=whole.bases,
        evidence=frame("evidence", evidence),
        values=whole.values,
        top_customers=whole.top_customers.assign(main_channel="store", top_reason="engagement"),
        metrics=whole.metrics,
        decisions=whole.decisions,
        batches=frame("batches", [("journey", 16, 1570329, 1570329, 0, 0, 0)]),
        checks=whole.checks,
        freshness=grocers_freshness(),
        jobs=whole.jobs,
        names={"visits_180d": "Visits of 180 days", "coupon_orders_90d": "Orders with a code"},
        units={"visits_180d": "visits", "coupon_orders_90d": "orders"},
    )


def beginner() -> ReportData:
    """Four months of orders: no model, no reasons, no probability; written rules alone."""
    unknown = ("top_reason", "if_stays_amount", "at_risk_amount", "expected_leavers")
    customers = cube({"x": 1.0}, CHANNELS).assign(**dict.fromkeys(unknown))
    calls = retailer().top_customers.assign(
        churn_probability=None, top_reason=None, value_at_risk_amount=None
    )
    return ReportData(
        FACTS,
        customers=customers,
        bases=frame("bases", [("rules", 1893)]),
        values=values(),
        top_customers=calls,
        rule_hits=frame("rule_hits", [*RULE_HITS, ("urgent_ticket", 12)]),
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
