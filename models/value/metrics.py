"""How good forecasts of value are: error a customer, ranking, level, and intervals that hold."""

from typing import Final

import numpy as np

from holdfast.models.arrays import Floats

SMALLEST: Final = 0.01  # forecasts below this share of their mean count as this much


def mean_absolute_error(actual: Floats, expected: Floats) -> float:
    """Mean distance, in the unit of the amounts. It rewards forecasts that are too low: compare by
    more than it.
    """
    return float(np.abs(actual - expected).mean())


def total_error(actual: Floats, expected: Floats) -> float:
    """Forecast total over actual total, less one; NaN where nothing was bought."""
    total = float(actual.sum())
    return float(expected.sum() / total - 1.0) if total > 0 else float("nan")


def deviance(actual: Floats, expected: Floats) -> Floats:
    """Of each customer, the deviance of the Tweedie distribution of power 1.5 (Jorgensen, 1987), in
    the half power of the amounts' unit: 0 for a perfect forecast. Amounts below zero count as
    nothing; forecasts below SMALLEST of their mean count as that much.
    """
    floor = max(SMALLEST * float(expected.mean()), 1e-9) if len(expected) else 1.0
    root, forecast = np.sqrt(np.maximum(actual, 0.0)), np.sqrt(np.maximum(expected, floor))
    return np.asarray(4.0 * (root - forecast) ** 2 / forecast)


def normalised_gini(actual: Floats, expected: Floats) -> float:
    """How much of the actual total the highest forecasts gather, as a share of a perfect ranking's
    (1 is perfect, 0 is chance). Wang et al. (2019), "A deep probabilistic model for customer
    lifetime value prediction". Equal forecasts share what they gather; amounts below zero count as
    nothing; NaN where nothing was bought.
    """
    worth = np.maximum(actual, 0.0)
    perfect = _gini(worth, worth)
    return _gini(worth, expected) / perfect if perfect > 0 else float("nan")


def _gini(worth: Floats, by: Floats) -> float:
    """Area between the curve of gathered worth, highest `by` first, and the diagonal."""
    total = float(worth.sum())
    if total <= 0:
        return 0.0
    _, tie, size = np.unique(-by, return_inverse=True, return_counts=True)
    gathered = np.bincount(tie, weights=worth) / total
    ends = np.cumsum(gathered)
    return float(((ends - gathered / 2) * size).sum() / len(worth) - 0.5)


def interval_coverage(actual: Floats, low: Floats, high: Floats) -> float:
    """Share of customers whose amount lies within its interval, ends included."""
    return float(((low <= actual) & (actual <= high)).mean())
