"""How good probabilities are: ranking, accuracy, calibration. All on the driver, from scores and
outcomes.
"""

from typing import Final

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score

from holdfast.models.arrays import Floats

BINS: Final = 20
# probabilities are held within [1e-6, 1 - 1e-6]: one sure mistake must not decide a log loss
_LEAST: Final = 1e-6


def log_losses(probability: Floats, churned: Floats) -> Floats:
    """Negative log-likelihood of each row."""
    p = np.clip(probability, _LEAST, 1 - _LEAST)
    return np.asarray(-(churned * np.log(p) + (1 - churned) * np.log1p(-p)))


def log_loss(probability: Floats, churned: Floats) -> float:
    """Mean negative log-likelihood."""
    return float(log_losses(probability, churned).mean())


def brier(probability: Floats, churned: Floats) -> float:
    """Mean squared difference between probability and outcome."""
    return float(np.mean((probability - churned) ** 2))


def calibration_bins(probability: Floats, churned: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean probability, observed rate and rows of up to 20 bins with equally many rows, lowest
    first.
    """
    order = np.argsort(probability, kind="stable")
    parts = [part for part in np.array_split(order, BINS) if len(part)]
    return (
        np.array([probability[part].mean() for part in parts]),
        np.array([churned[part].mean() for part in parts]),
        np.array([len(part) for part in parts], dtype=np.float64),
    )


def calibration_error(probability: Floats, churned: Floats) -> float:
    """Expected calibration error: mean over rows of |mean probability - observed rate| of their
    bin.
    """
    expected, observed, rows = calibration_bins(probability, churned)
    return float(np.average(np.abs(expected - observed), weights=rows))


def measure(probability: Floats, churned: Floats, score: Floats | None = None) -> dict[str, float]:
    """All figures of one predictor; ranking is by `score` where given, since calibration may make
    ties.

    Raises ValueError when all outcomes are equal: ranking is then undefined.
    """
    if len(np.unique(churned)) < 2:
        raise ValueError("ranking needs customers who left and customers who stayed")
    ranked = probability if score is None else score
    return {
        "auc": float(roc_auc_score(churned, ranked)),
        "average_precision": float(average_precision_score(churned, ranked)),
        "log_loss": log_loss(probability, churned),
        "brier": brier(probability, churned),
        "calibration_error": calibration_error(probability, churned),
    }


def gain_curve(score: Floats, churned: Floats, parts: int = 10) -> Floats:
    """Cumulative gain: the share of all leavers reached by contacting the 1/parts, 2/parts, ... of
    customers with the highest score.
    """
    order = np.argsort(-score, kind="stable")
    ends = np.ceil(np.arange(1, parts + 1) * len(order) / parts).astype(int)
    return np.asarray(np.cumsum(churned[order])[ends - 1] / churned.sum())
