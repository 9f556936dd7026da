"""The average effect of each play in each cell: counted where it was tried, partially pooled, and
the catalogue's word where it was not.

An effect is the change of the probability to stay: the share of those at risk that the play keeps,
times the risk. The keep share of a cell scatters around the mean of the play for the driver, that
mean around the catalogue's prior, whose variance the two divide. How they divide it is averaged
over by how likely it makes the play's history (empirical Bayes; Morris 1983, and Gelman et al.
2013, chapter 5), so that cells which do not differ are pooled and those which do are left apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp, ndtr, ndtri

from holdfast.models.arrays import Flags, Floats, Ints
from holdfast.models.uplift.history import Arm

LEVEL: Final = 0.9
AS_STATED: Final = (1.0,)
_WITHIN: Final = np.array([0.0, 0.003, 0.01, 0.03, 0.1, 0.3, 0.6])  # of the prior's variance
_SMOOTHING: Final = 30.0  # customers of an arm that the binomial variance is worth
_BISECTIONS: Final = 40


@dataclass(frozen=True, eq=False)
class Cells:
    """What is known of each cell, one element per cell.

    `play` and `driver` name it; cells alike in both are pooled. `risk` is the mean probability to
    leave if left alone, in (0, 1). `keeps` is the share of those at risk that by the catalogue the
    play keeps, worth as much as `pseudo_customers`, half of them treated.
    """

    play: NDArray[np.str_]
    driver: NDArray[np.str_]
    risk: Floats
    keeps: Floats
    pseudo_customers: Floats
    treated: Arm
    untreated: Arm


@dataclass(frozen=True, eq=False)
class CellEffects:
    """The average effect in each cell and its interval; `is_observed` where the cell itself has
    history of both arms.
    """

    mean: Floats
    low: Floats
    high: Floats
    is_observed: Flags


def estimate_effects(
    cells: Cells, level: float = LEVEL, doubts: Sequence[float] = AS_STATED
) -> CellEffects:
    """Effects in all cells, each with the interval that holds the true average effect of the cell
    with probability `level`. A cell without history has its prior's.

    `doubts` are factors on the prior's variance, one of which holds for all plays: what follows is
    averaged over them by how likely each makes the whole history, so that a catalogue that is right
    so far is trusted more than it asks for. Raises ValueError for a risk outside (0, 1) or a prior
    that is worth nobody.
    """
    if not np.all((cells.risk > 0.0) & (cells.risk < 1.0)):
        raise ValueError("the risk of a cell lies between 0 and 1, both excluded")
    if not np.all(cells.pseudo_customers > 0.0):
        raise ValueError("a prior is worth more than 0 pseudo-customers")
    value, variance = _keep_shares(cells)
    prior_variance = _prior_variances(cells)
    mean, low, high = (np.empty(len(cells.risk)) for _ in range(3))
    plays = [np.flatnonzero(cells.play == play) for play in np.unique(cells.play)]
    found = [
        [
            _pool(
                value[own] - cells.keeps[own],
                variance[own],
                np.unique(cells.driver[own], return_inverse=True)[1],
                doubt * prior_variance[own],
            )
            for doubt in doubts
        ]
        for own in plays
    ]
    evidence = np.sum([[one.log_evidence for one in of_play] for of_play in found], axis=0)
    for own, of_play in zip(plays, found, strict=True):
        posterior = _mix(of_play, np.exp(evidence - logsumexp(evidence)))
        mean[own] = posterior.mean
        low[own], high[own] = posterior.interval(level)
    mean, low, high = (cells.risk * (cells.keeps + part) for part in (mean, low, high))
    return CellEffects(mean, low, high, np.isfinite(variance))


def _keep_shares(cells: Cells) -> tuple[Floats, Floats]:
    """What the history of each cell alone says, and its variance; 0 and infinite where it says
    nothing. The variance of few customers is mostly that of a share of 1 - risk: ten of ten who
    stay do not make it 0.
    """
    is_observed = (cells.treated.count > 0) & (cells.untreated.count > 0)
    value = (cells.treated.rate - cells.untreated.rate) / cells.risk
    variance = np.zeros(len(cells.risk))
    for arm in (cells.treated, cells.untreated):
        customers = np.where(is_observed, arm.customers, 1.0)
        binomial = cells.risk * (1.0 - cells.risk) / customers
        own = customers / (customers + _SMOOTHING)
        variance += own * np.where(is_observed, arm.variance, 0.0) + (1.0 - own) * binomial
    return (
        np.where(is_observed, value, 0.0),
        np.where(is_observed, variance / cells.risk**2, np.inf),
    )


def _prior_variances(cells: Cells) -> Floats:
    """Of the keep share, one per play and driver: what so many customers at its mean risk, half of
    them treated, would leave unknown.
    """
    _, group = np.unique(
        np.stack([cells.play, cells.driver]).astype(str), axis=1, return_inverse=True
    )
    count = np.bincount(group)
    risk = (np.bincount(group, cells.risk) / count)[group]
    return 4.0 * (1.0 - risk) / (risk * cells.pseudo_customers)


@dataclass(frozen=True, eq=False)
class _Posterior:
    """A mixture of normal distributions per cell: arrays (component, cell), weights of the
    components.
    """

    weights: Floats
    means: Floats
    deviations: Floats
    log_evidence: float

    @property
    def mean(self) -> Floats:
        return np.asarray(self.weights @ self.means)

    def interval(self, level: float) -> tuple[Floats, Floats]:
        """Quantiles that leave the same out on both sides, by bisection."""
        tail = (1.0 - level) / 2.0
        return self._quantile(tail), self._quantile(1.0 - tail)

    def _quantile(self, share: float) -> Floats:
        each = self.means + ndtri(share) * self.deviations
        low, high = each.min(axis=0), each.max(axis=0)
        for _ in range(_BISECTIONS):
            middle = (low + high) / 2.0
            is_below = self.weights @ ndtr((middle - self.means) / self.deviations) < share
            low, high = np.where(is_below, middle, low), np.where(is_below, high, middle)
        return np.asarray((low + high) / 2.0)


def _pool(value: Floats, variance: Floats, driver: Ints, prior_variance: Floats) -> _Posterior:
    """Posterior of the deviations from the prior of one play's cells."""
    is_known = np.isfinite(variance)
    log_likelihoods, means, variances = [], [], []
    for share in _WITHIN:
        within = share * prior_variance
        weight = np.where(is_known, 1.0 / (variance + within), 0.0)
        information, total = np.bincount(driver, weight), np.bincount(driver, weight * value)
        between = np.zeros(len(information))
        between[driver] = (1.0 - share) * prior_variance
        spread = between / (1.0 + between * information)
        centre, own = (spread * total)[driver], within * weight
        log_likelihoods.append(
            0.5 * np.log(weight[is_known]).sum()
            - 0.5 * (weight * value**2).sum()
            - 0.5 * np.log1p(between * information).sum()
            + 0.5 * (spread * total**2).sum()
        )
        means.append(centre + own * (value - centre))
        variances.append((1.0 - own) ** 2 * spread[driver] + (1.0 - own) * within)
    log_weights = np.array(log_likelihoods)
    evidence = float(logsumexp(log_weights))
    weights = np.exp(log_weights - evidence)
    return _Posterior(weights, np.array(means), np.sqrt(np.array(variances)), evidence)


def _mix(posteriors: Sequence[_Posterior], weights: Floats) -> _Posterior:
    """One posterior of several, by weight."""
    return _Posterior(
        np.concatenate([w * one.weights for w, one in zip(weights, posteriors, strict=True)]),
        np.concatenate([one.means for one in posteriors]),
        np.concatenate([one.deviations for one in posteriors]),
        float(logsumexp([one.log_evidence for one in posteriors])),
    )
