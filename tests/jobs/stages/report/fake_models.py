"""What reports that do not exist say of their models."""

from datetime import date
from typing import Any

import pandas as pd

from tests.jobs.stages.report.fake_data_quality import frame

CUTOFF = date(2025, 10, 1)
EARLIER = date(2025, 9, 1)
BANDS = {
    "high": (188, 0.74, 262),
    "medium": (254, 0.46, 281),
    "early": (341, 0.26, 318),
    "none": (1110, 0.09, 402),
}


def leavers(size: int, probability: float) -> dict[str, float]:
    """Leavers expected, a few fewer who left, and an interval around both."""
    expected = size * probability
    found = {"expected_leavers": expected, "leavers": round(0.96 * expected)}
    return {**found, "leavers_low": round(0.9 * expected), "leavers_high": round(1.1 * expected)}


def drift(*moved: str) -> pd.DataFrame:
    """A test over three features, some of which moved."""
    tested = {name: 0.001 if name in moved else 0.7 for name in ("visits", "returns", "spend")}
    tested["all_features"] = min(tested.values())
    days = (date(2024, 11, 1), CUTOFF)
    rows = [(name, "p_value", p, p < 0.01, *days) for name, p in tested.items()]
    return frame("drift", [*rows, ("visits", "psi", 0.02, None, *days)])


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
        "constant": (0.5, 0.22, 0.527, 0.011),
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
        add("model", f"risk_band={band}", leavers(size, probability), size)
    add("model", "all", {**leavers(1832, 0.22), "rate_trend": 0.7})
    add("model", "all", {"lead_days": -34.0, "warned_share": 0.81}, 403)
    for month, rate in ((6, 0.2), (7, 0.22), (10, 0.21)):
        add("model", f"as_of={date(2025, month, 1)}", {"leaving_rate": rate})
    for rule, size, is_alarm in (("idle_high", 402, 0.0), ("urgent_ticket", 40, 1.0)):
        add("model", f"rule={rule}", {**leavers(size, 0.3), "is_alarm": is_alarm}, size)
    for predictor, power in {"model": 4.2, "recency": 2.4, "logistic": 3.7}.items():
        for tenth in range(1, 11):
            add(predictor, f"contacted={tenth / 10:.1f}", {"gain": 1 - (1 - tenth / 10) ** power})
    return rows + churn_days()


def churn_days() -> list[tuple[Any, ...]]:
    """Figures of the churn model on the days it was chosen on."""
    figures = {"auc": 0.85, "average_precision": 0.64, "log_loss": 0.4, "calibration_error": 0.02}
    figures |= {"expected_leavers": 390.0, "leavers": 380.0}
    return [
        ("churn", 3, "model", date(2025, month, 1), "all", metric, value, 1750)
        for month in (4, 5, 6, 7)
        for metric, value in figures.items()
    ]


def value_metrics() -> list[tuple[Any, ...]]:
    """Figures of a value model and its rivals."""
    names = ("mean_absolute_error", "normalised_gini", "total_error", "coverage")
    figures = {
        "model": (41.2, 0.712, 0.018, 0.903),
        "boosted": (41.2, 0.712, 0.018, 0.903),
        "bg_nbd": (44.9, 0.684, -0.031, 0.911),
        "past_rate": (52.3, 0.641, 0.094, 0.862),
    }
    newest = [
        ("value", 2, predictor, CUTOFF, "all", metric, value, 2417)
        for predictor, row in figures.items()
        for metric, value in zip(names, row, strict=True)
    ]
    earlier = zip(names[:3], (43.0, 0.705, -0.127), strict=True)
    return [
        *(("value", 2, "model", EARLIER, "all", metric, value, 2398) for metric, value in earlier),
        *newest,
    ]


def decisions() -> pd.DataFrame:
    """What was decided on the newest model of each kind."""
    churn = "average precision .652, better than the champion's .631"
    value = "fitted again with what is known since: boosted does better than bg_nbd on 2 days"
    return frame(
        "decisions",
        [(12, "churn", 3, True, CUTOFF, churn), (9, "value", 2, True, CUTOFF, value)],
    )


def values() -> pd.DataFrame:
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
        (365, "USD", True, low, n, n * 1.5 * max(low, 3), n * 0.35 * low, n * 3.6 * max(low, 6))
        for low, n in year
    ]
    return frame("values", [*rows, (90, "USD", False, 0, 1900, 1900 * 60.0, 0.0, 1900 * 180.0)])


def segments() -> pd.DataFrame:
    """Two segments, of which one has no churn scores."""
    rows = [
        ("at_risk", 0.2, "USD", 98.0, 4.12, 0.281, 347.8, 0.44),
        ("brand_loyalists", 0.8, "USD", 189.4, 21.6, 0.1, 2471.6, None),
    ]
    return frame("segments", rows)


def labels() -> pd.DataFrame:
    """Customers by stage and tier; of some the value is not known."""
    rows = [("active", "top", 300), ("active", None, 20), ("lapsed", "bottom", 80)]
    return frame("labels", rows)


def moves() -> pd.DataFrame:
    """Moves of a month between stages and between segments."""
    before = date(2025, 12, 1)
    rows = [
        ("lifecycle", before, "active", "dormant", 12),
        ("lifecycle", before, "lapsed", "active", 5),
        ("lifecycle", before, "active", "active", 383),
        ("segment", before, "at_risk", "at_risk", 76),
        ("segment", before, "at_risk", "brand_loyalists", 4),
        ("segment", before, "brand_loyalists", "brand_loyalists", 310),
        ("segment", before, "none", "brand_loyalists", 10),
    ]
    return frame("moves", rows)


def kpis() -> pd.DataFrame:
    """Two months of a share, and of revenue in two currencies."""
    december, november = date(2025, 12, 1), date(2025, 11, 1)
    rows = [
        ("retention_rate", december, "XXX", 0.612, 0.590, 0.634),
        ("retention_rate", november, "XXX", 0.587, 0.560, 0.613),
        ("net_revenue", december, "USD", 351_000.0, None, None),
        ("net_revenue", december, "EUR", 2_000.0, None, None),
        ("net_revenue", date(2024, 12, 1), "USD", 250_000.0, None, None),
    ]
    return frame("kpis", rows)


def cohorts() -> pd.DataFrame:
    """Two cohorts, of which the younger has a month that is not over."""
    old, young = date(2025, 10, 1), date(2025, 11, 1)
    rows = [
        (old, 0, "USD", 80, 80, True),
        (old, 1, "USD", 80, 40, True),
        (old, 2, "USD", 80, 20, True),
        (young, 1, "USD", 50, 10, True),
        (young, 2, "USD", 50, 3, False),
        (old, 1, "EUR", 4, 4, True),
    ]
    return frame("cohorts", rows)


def subscriptions() -> pd.DataFrame:
    """What running subscriptions will bring, in two currencies."""
    rows = [
        (365, "USD", 224, 3891.3, 117_038.4, 206.1),
        (90, "USD", 224, 992.7, 29_866.6, 219.6),
        (90, "EUR", 10, 28.0, 560.0, 9.5),
    ]
    return frame("subscriptions", rows)
