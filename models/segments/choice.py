"""How many groups: by held-out likelihood, the fewest that are as good as the best, or as many as
were expected where they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from sklearn.cluster import KMeans

from holdfast.models.arrays import Flags, Floats
from holdfast.models.segments.fitting import fit
from holdfast.models.segments.mixture import Behaviour, Mixture

_DISCOUNT_PRIOR: Final = 10.0  # orders that a group's discounted share is worth at the start
_FIRST_VARIANCE: Final = 0.1
_FIRST_DROPOUT: Final = -4.0  # in log-odds
_YEAR: Final = 365.0
_ROUGH: Final = 4e-5  # gain per customer at which a fit that is only compared stops


@dataclass(frozen=True)
class Prototype:
    """A group that is expected: its name, its share of the base, and what its people do."""

    name: str
    share: float
    order_amount: float
    orders_a_year: float
    discounted_share: float


@dataclass(frozen=True, eq=False)
class Choice:
    """The mixture of all, and by number of groups the gain of held-out log-likelihood per customer
    over one group, with its standard error.
    """

    mixture: Mixture
    gains: Mapping[int, tuple[float, float]]


def choose(
    of: Behaviour,
    is_held_out: Flags,
    sizes: Sequence[int],
    expected: Mixture | None,
    strength: float,
) -> Choice:
    """Fit each number of groups without the held-out customers, and the chosen one on all.

    `expected` is where that many groups are looked for: the last fit, else `place_prototypes`, None
    where there are too few customers for so many; `strength` is of `fit`. As many as it has are
    taken if their gain lies within one standard error of the best gain (Breiman et al. 1984), else
    the fewest whose gain does.
    """
    known, unseen = of.take(~is_held_out), of.take(is_held_out)
    starts = {size: _split(known, size) for size in (1, *sizes)}
    held = dict.fromkeys(starts, 0.0)
    if expected is not None:
        starts[len(expected)], held[len(expected)] = expected, strength
    fitted = {size: fit(known, start, held[size], _ROUGH) for size, start in starts.items()}
    alone = fitted[1].log_likelihood(unseen)
    each = {size: fitted[size].log_likelihood(unseen) - alone for size in {*starts} - {1}}
    gains = {size: (float(gain.mean()), _error(gain)) for size, gain in sorted(each.items())}
    best, error = max(gains.values())
    alike = [size for size, (gain, _) in gains.items() if gain >= best - error]
    size = len(expected) if expected and len(expected) in alike else alike[0]
    return Choice(fit(of, starts[size], held[size]), gains)


def place_prototypes(prototypes: Sequence[Prototype], of: Behaviour) -> Mixture:
    """A mixture with each prototype where it stands relative to the others, around the means of
    this base: the same base in another currency, or at another pace, has the same groups.
    """
    share, amount, pace, discounted = (
        np.array([getattr(one, name) for one in prototypes])
        for name in ("share", "order_amount", "orders_a_year", "discounted_share")
    )
    share = share / share.sum()
    one = _split(of, 1)
    centre = one.centre + np.log(amount) - share @ np.log(amount)
    rate = one.purchases_a_year / _YEAR * pace / (share @ pace)
    base = _odds(one.discounted_share) + _odds(discounted) - share @ _odds(discounted)
    return _start(share, rate, centre, 1.0 / (1.0 + np.exp(-base)))


def _split(of: Behaviour, size: int) -> Mixture:
    """Groups to start from, by k-means of the measures as they are."""
    rate = (of.repeats + 0.5) / (of.span + of.silence / 2.0 + 30.0)
    mean = (of.discounted.sum() + 1.0) / (of.orders.sum() + 2.0)
    discounted = (of.discounted + 2.0 * mean) / (of.orders + 2.0)
    value = of.log_value * of.valued / (of.valued + 1.0)
    points = np.stack([np.cbrt(rate), value, np.arcsin(np.sqrt(discounted))], axis=1)
    scaled = (points - points.mean(axis=0)) / np.maximum(points.std(axis=0), 1e-9)
    places = len(np.unique(scaled, axis=0))
    group = KMeans(min(size, places), n_init=4, random_state=0).fit_predict(scaled)
    held = [np.flatnonzero(group == number) for number in range(group.max() + 1)]
    held += [held[0]] * (size - len(held))
    share = np.array([len(own) for own in held], dtype=float)
    rates, centres, shares = (
        np.array([float(values[own].mean()) for own in held])
        for values in (rate, of.log_value, discounted)
    )
    return _start(share / share.sum(), rates, centres, shares)


def _start(share: Floats, rate: Floats, centre: Floats, discounted: Floats) -> Mixture:
    shape = np.ones(len(share))
    inside = np.clip(discounted, 0.005, 0.995)
    beta = _DISCOUNT_PRIOR * np.stack([inside, 1.0 - inside], axis=1)
    variance = np.full(len(share), _FIRST_VARIANCE)
    return Mixture(share, shape, shape / rate, centre, variance, beta, _FIRST_DROPOUT)


def _odds(share: Floats) -> Floats:
    inside = np.clip(share, 0.005, 0.995)
    return np.asarray(np.log(inside / (1.0 - inside)))


def _error(values: Floats) -> float:
    return float(values.std() / np.sqrt(len(values)))
