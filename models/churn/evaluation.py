"""How a churn model did on a cut-off it never saw, beside plain rivals: rows for
ops.model_metrics.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from holdfast.models.arrays import Floats
from holdfast.models.churn.calibration import platt
from holdfast.models.churn.dataset import column, values
from holdfast.models.churn.metrics import calibration_bins, lift_curve, log_loss, measure
from holdfast.models.churn.model import ChurnModel
from holdfast.transformations.scoring.risk_bands import BANDS, Cuts

MODEL: Final = "model"
PARTS: Final = 10
RIVALS: Final = {
    "recency": "recency_days",
    "frequency": "orders_365d",
}  # predictor to the one feature it goes by

Row = dict[str, Any]


def judged(
    held: pd.DataFrame,
    probability: Floats,
    past: pd.DataFrame,
    cutoff: date,
    cuts: Cuts,
    kernel_difference: float,
) -> list[Row]:
    """Metric rows of the model and of its one-feature rivals, whose line in log-odds was fitted on
    `past` rows.
    """
    churned = column(held, "churned")
    bands = _risk_bands(probability, held["rule_band"], cuts)
    found = _model_rows(probability, churned, bands, cutoff)
    found += _rows(MODEL, cutoff, {"kernel_difference": kernel_difference}, len(churned))
    for name, feature in RIVALS.items():
        score, before = _filled(column(held, feature)), _filled(column(past, feature))
        sign = 1.0 if name == "recency" else -1.0
        curve = platt(sign * before, column(past, "churned"))
        found += _rows(
            name,
            cutoff,
            measure(curve.probability(sign * score), churned, sign * score),
            len(churned),
        )
        found += _lift_rows(name, sign * score, churned, cutoff)
    return found


def logistic_rows(score: Floats, held: pd.DataFrame, cutoff: date) -> list[Row]:
    """Metric rows of the logistic regression, given its log-odds."""
    churned, probability = column(held, "churned"), 1.0 / (1.0 + np.exp(-score))
    return _rows(
        "logistic", cutoff, measure(probability, churned, score), len(churned)
    ) + _lift_rows("logistic", score, churned, cutoff)


def verdict(
    probability: Floats, held: pd.DataFrame, champion: ChurnModel | None
) -> tuple[bool, str]:
    """Whether to take the champion's place, and why: by log loss on the held-out cut-off, of which
    neither has learnt.
    """
    if champion is None:
        return True, "there is no champion for this horizon and these features"
    churned = column(held, "churned")
    own = log_loss(probability, churned)
    theirs = log_loss(champion.probability(values(held, champion.nodes.features)), churned)
    found = "better than" if own < theirs else "not better than"
    return (
        own < theirs,
        f"log loss {own:.6f}, {found} the champion's {theirs:.6f} (judged before on "
        f"{champion.judged_on})",
    )


def _model_rows(
    probability: Floats, churned: Floats, bands: "pd.Series[str]", cutoff: date
) -> list[Row]:
    """Overall, by bin of probability, by risk band, and the lift curve."""
    found = _rows(MODEL, cutoff, measure(probability, churned), len(churned))
    for number, (expected, observed, rows) in enumerate(
        zip(*calibration_bins(probability, churned), strict=True), 1
    ):
        figures = {"mean_probability": float(expected), "observed_rate": float(observed)}
        found += _rows(MODEL, cutoff, figures, int(rows), f"bin={number:02d}")
    for band, left in pd.Series(churned).groupby(bands.to_numpy()):
        found += _rows(
            MODEL, cutoff, {"observed_rate": float(left.mean())}, len(left), f"risk_band={band}"
        )
    return found + _lift_rows(MODEL, probability, churned, cutoff)


def _risk_bands(probability: Floats, rule_band: "pd.Series[str]", cuts: Cuts) -> "pd.Series[str]":
    by_model = np.searchsorted([cuts.early, cuts.medium, cuts.high], probability, side="right")
    by_rule = rule_band.map({band: place for place, band in enumerate(BANDS)}).to_numpy()
    return pd.Series(np.array(BANDS)[np.maximum(by_model, by_rule)])


def _lift_rows(predictor: str, score: Floats, churned: Floats, cutoff: date) -> list[Row]:
    """Share of leavers reached by contacting the riskiest tenth, two tenths, ..."""
    return [
        row
        for part, share in enumerate(lift_curve(score, churned, PARTS), 1)
        for row in _rows(
            predictor, cutoff, {"lift": float(share)}, len(churned), f"contacted={part / PARTS:.1f}"
        )
    ]


def _rows(
    predictor: str, cutoff: date, figures: Mapping[str, float], rows: int, part: str = "all"
) -> list[Row]:
    return [
        {
            "predictor": predictor,
            "cutoff_on": cutoff,
            "slice": part,
            "metric": metric,
            "value": float(value),
            "rows": rows,
        }
        for metric, value in figures.items()
    ]


def _filled(score: Floats) -> Floats:
    known = score[np.isfinite(score)]
    return np.where(np.isfinite(score), score, np.median(known) if len(known) else 0.0)
