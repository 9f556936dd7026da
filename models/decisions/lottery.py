"""Which play a customer of the exploration draws, and how likely each was: Thompson sampling with
its probabilities computed instead of sampled, so that a decision log can hold them exactly.
"""

from typing import Final

import numpy as np
from scipy.special import log_ndtr, ndtr, ndtri

from holdfast.models.arrays import Floats, Ints

_NODES: Final = 32
_WIDTH: Final = 2 * 1.6448536269514722  # of a 90 % interval, in standard deviations
_LEAST_DEVIATION: Final = 1e-9


def thompson(values: Floats, low: Floats, high: Floats, floor: float) -> Floats:
    """Probabilities (customers x options + 1) that each option is the best and better than doing
    nothing, whose column is the last; gains are independent and normal with the 90 % interval from
    `low` to `high`. An option that a customer does not have is NaN in `values`, and has
    probability 0; every other has `floor` at least, as far as there is room.

    Thompson (1933), Biometrika 25; the integral over gains by Gauss-Legendre quadrature.
    """
    best = _probability_best(values, np.maximum((high - low) / _WIDTH, _LEAST_DEVIATION))
    is_open = np.concatenate([~np.isnan(values), np.ones((len(values), 1), bool)], axis=1)
    least = np.minimum(floor, 1.0 / is_open.sum(axis=1))[:, None]
    room = 1.0 - least * is_open.sum(axis=1)[:, None]
    return np.where(is_open, least + room * best, 0.0)


def _probability_best(values: Floats, deviations: Floats) -> Floats:
    """No matrix product is in here: its rounding would depend on how many customers there are."""
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    nodes, weights = (nodes + 1.0) / 2.0, weights / 2.0
    found = np.zeros((len(values), values.shape[1] + 1))
    for option in range(values.shape[1]):
        own, spread = values[:, option, None], deviations[:, option, None]
        above = ndtr(own / spread)  # that it is worth more than nothing
        here = own - spread * ndtri(above * nodes)  # gains above nothing, by their tail
        below = log_ndtr((here[:, None, :] - values[:, :, None]) / deviations[:, :, None])
        below[:, option] = 0.0
        found[:, option] = above[:, 0] * (np.exp(np.nansum(below, axis=1)) * weights).sum(axis=1)
    found = np.nan_to_num(found)
    found[:, -1] = np.exp(np.nansum(log_ndtr(-values / deviations), axis=1))
    return np.asarray(found / found.sum(axis=1, keepdims=True))


def keep_within(probabilities: Floats, scales: Floats) -> Floats:
    """The probabilities with those of each option multiplied by its scale (0 to 1), what is taken
    away given to doing nothing: how a lottery is held to a budget in expectation.
    """
    scaled = probabilities.copy()
    scaled[:, :-1] *= scales
    scaled[:, -1] = 1.0 - scaled[:, :-1].sum(axis=1)
    return scaled


def draw(probabilities: Floats, draws: Floats) -> Ints:
    """The option that each customer's number between 0 and 1 falls on; the last is nothing."""
    reached = probabilities.cumsum(axis=1) <= draws[:, None]
    return np.asarray(np.minimum(np.sum(reached, axis=1), probabilities.shape[1] - 1))
