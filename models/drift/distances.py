"""How far two distributions over the same cells lie from each other."""

from typing import Final

import numpy as np

from holdfast.models.arrays import Floats

_EMPTY: Final = 0.5  # customers that a cell counts as which is empty on one side


def population_stability(reference: Floats, today: Floats) -> float:
    """The population stability index: the sum over cells of (q - p) ln(q / p). Below 0.1 is usually
    called stable, above 0.25 a change. Siddiqi (2006), "Credit Risk Scorecards".
    """
    filled = (reference + today) > 0
    p, q = (
        np.maximum(counts[filled], _EMPTY) / max(counts.sum(), 1.0) for counts in (reference, today)
    )
    return float(np.sum((q - p) * np.log(q / p)))


def jensen_shannon(reference: Floats, today: Floats) -> float:
    """The Jensen-Shannon divergence in bits: 0 where both are alike, 1 where nothing is common.
    Lin (1991), "Divergence measures based on the Shannon entropy".
    """
    p, q = (counts / max(counts.sum(), 1.0) for counts in (reference, today))
    return (_divergence(p, (p + q) / 2) + _divergence(q, (p + q) / 2)) / 2


def _divergence(p: Floats, middle: Floats) -> float:
    own = p > 0
    return float(np.sum(p[own] * np.log2(p[own] / middle[own])))
