"""Fit of the mixture: expectation, then conditional maximisation in closed steps (Meng and Rubin
1993), near groups that are expected.

The likelihood of such a mixture is flat: on twenty thousand customers two groups that differ by a
quarter in order value and pace fuse for a gain of a thousandth per customer. So the expected groups
take part as customers whose group is known, and decide where the data does not.
"""

from typing import Final

import numpy as np
from scipy.special import digamma, logit, logsumexp
from scipy.stats import gamma, norm

from holdfast.models.arrays import Floats, Ints
from holdfast.models.segments.mixture import Behaviour, Mixture, log_purchases

_STEPS: Final = 400  # at most
_TOLERANCE: Final = 1e-6
_INNER: Final = 3  # steps of each conditional maximisation
_LEAST: Final = 1e-4  # variance within a group
_NOBODY: Final = 1e-12
_SHAPES: Final = (0.02, 50.0)
_SCALES: Final = (1.0, 1e5)
_BETAS: Final = (0.005, 1000.0)
_POINTS: Final = 5  # customers that stand for an expected group, at equal shares of it
_YEARS: Final = 2.0  # for which they are watched


def fit(of: Behaviour, start: Mixture, strength: float, tolerance: float = _TOLERANCE) -> Mixture:
    """The mixture that is likeliest near `start`, with as many groups.

    The groups of `start` count as `strength` times as many customers as there are; `tolerance` is
    the gain per customer below which nothing more is looked for.
    """
    expected, group = _draw(start, of.order_variance)
    everyone = of.append(expected)
    known = np.zeros((len(group), len(start)))
    known[np.arange(len(group)), group] = strength * len(of) * start.weight[group] / _POINTS
    model, before = start, -np.inf
    for _ in range(_STEPS):
        densities = model.log_densities(everyone)
        own, theirs = densities[: len(of)], densities[len(of) :]
        each = logsumexp(own, axis=1)
        now = float(each.sum() + (known * theirs).sum()) / len(of)
        if now - before < tolerance:
            break
        before = now
        model = _maximise(model, everyone, np.concatenate([np.exp(own - each[:, None]), known]))
    return model


def _draw(groups: Mixture, order_variance: float) -> tuple[Behaviour, Ints]:
    """Customers as each group has them, at equal shares of its rates and values; their groups."""
    level = (np.arange(_POINTS) + 0.5) / _POINTS
    group = np.repeat(np.arange(len(groups)), _POINTS)
    shape, scale = groups.rate_shape[group], groups.rate_scale[group]
    rate = gamma.ppf(np.tile(level, len(groups)), shape, scale=1.0 / scale)
    watched = _YEARS * 365.0
    orders = rate * watched + 1.0
    spread = np.sqrt(groups.variance[group] + order_variance / orders)
    # Another order of the levels, so that who buys often is not who buys much.
    apart = np.tile(norm.ppf(np.roll(level, 2)), len(groups))
    return (
        Behaviour(
            repeats=orders - 1.0,
            span=np.full(len(group), watched),
            silence=0.5 / (rate + 1.0 / watched),
            valued=orders,
            log_value=groups.centre[group] + apart * spread,
            orders=orders,
            discounted=groups.discounted_share[group] * orders,
            order_variance=order_variance,
        ),
        group,
    )


def _maximise(model: Mixture, of: Behaviour, member: Floats) -> Mixture:
    """Figures that are likelier, given the members of each group; none needs a search."""
    weight = np.maximum(member.mean(axis=0), 1e-9)
    centre, variance = _maximise_values(model, of, member)
    beta = _maximise_discounts(model.beta, of, member)
    shape, scale, dropout = _maximise_purchases(model, of, member)
    return Mixture(weight / weight.sum(), shape, scale, centre, variance, beta, dropout)


def _maximise_values(model: Mixture, of: Behaviour, member: Floats) -> tuple[Floats, Floats]:
    """Centre and variance of the log value by group."""
    member = member * (of.valued > 0)[:, None]
    trust = model.variance / (model.variance + of.value_error)
    held = np.maximum((member * trust).sum(axis=0), _NOBODY)
    centre = (member * trust * of.log_value[:, None]).sum(axis=0) / held
    own = centre + trust * (of.log_value[:, None] - centre)
    square = np.square(own - centre) + model.variance * (1.0 - trust)
    size = np.maximum(member.sum(axis=0), _NOBODY)
    return centre, np.maximum((member * square).sum(axis=0) / size, _LEAST)


def _maximise_discounts(beta: Floats, of: Behaviour, member: Floats) -> Floats:
    """a and b by group: the fixed point of Minka (2000)."""
    cells, place = of.discount_cells
    inside = _count_inside(place, member, cells.shape[1])
    for _ in range(_INNER):
        total = beta.sum(axis=1)
        above = [_rise(beta[:, side], cells[side], inside) for side in (0, 1)]
        below = np.maximum(_rise(total, cells.sum(axis=0), inside), _NOBODY)
        beta = np.clip(beta * np.stack(above, axis=1) / below[:, None], *_BETAS)
    return np.asarray(beta)


def _maximise_purchases(
    model: Mixture, of: Behaviour, member: Floats
) -> tuple[Floats, Floats, float]:
    """Gamma of the rates by group, and the dropout of all: each customer had as many chances to
    drop out as purchases, and used one where gone.
    """
    counts, place = of.repeat_cells
    inside = _count_inside(place, member, len(counts))
    size = np.maximum(member.sum(axis=0), _NOBODY)
    shape, scale = model.rate_shape, model.rate_scale
    _, is_gone = log_purchases(model, of)
    gone = member * is_gone
    for _ in range(_INNER):
        near = scale + of.span[:, None]
        far = near + of.silence[:, None]
        waited = (gone * np.log(near) + (member - gone) * np.log(far)).sum(axis=0)
        slower = np.maximum(waited - size * np.log(scale), _NOBODY)
        shape = np.clip(shape * _rise(shape, counts, inside) / slower, *_SHAPES)
        total = shape + of.repeats[:, None]
        pace = (total * (gone / near + (member - gone) / far)).sum(axis=0)
        scale = np.clip(size * shape / np.maximum(pace, _NOBODY), *_SCALES)
    left = (gone.sum() + 0.5) / ((of.repeats + 1.0).sum() + 1.0)
    return shape, scale, float(logit(left))


def _count_inside(place: Ints, member: Floats, cells: int) -> Floats:
    """Members of each group by cell."""
    return np.stack([np.bincount(place, own, cells).astype(float) for own in member.T])


def _rise(of: Floats, counts: Floats, inside: Floats) -> Floats:
    """Sum over members of digamma(of + count) - digamma(of), by group."""
    rise = digamma(of[:, None] + counts) - digamma(of)[:, None]
    return np.asarray((inside * rise).sum(axis=1))
