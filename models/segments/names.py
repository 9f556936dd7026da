"""Names of groups: that of the expected group each stands nearest to, else its own description."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy.optimize import linear_sum_assignment

from holdfast.models.arrays import Floats
from holdfast.models.segments.choice import Prototype
from holdfast.models.segments.mixture import Mixture

_WORDS: Final = (("rare", "regular", "frequent"), ("small", "middling", "large"))
_SHARES: Final = ("full_price", "some_discounts", "discounts")
_SOME: Final = 0.01  # share of orders at a discount from which a group has discounts
_THIRD: Final = 0.43  # a third of a normal base lies above so many standard deviations


def name_groups(
    mixture: Mixture, prototypes: Sequence[Prototype], farthest: float
) -> tuple[str, ...]:
    """A name for each group, no two alike.

    Places are relative: of a group in its base, of a prototype among the prototypes, each in
    standard deviations between the prototypes. Names are given so that all distances together are
    least (Kuhn 1955), and where one is greater than `farthest` the group is described instead:
    `frequent_large_full_price`, without a word about discounts where nobody has any.
    """
    has_discounts = bool((mixture.discounted_share > _SOME).any())
    own = _positions(
        mixture.weight,
        np.log(mixture.purchases_a_year),
        mixture.centre,
        mixture.discounted_share,
    )
    share, pace, amount, discounted = (
        np.array([getattr(one, name) for one in prototypes])
        for name in ("share", "orders_a_year", "order_amount", "discounted_share")
    )
    expected = _positions(share / share.sum(), np.log(pace), np.log(amount), discounted)
    scale = np.maximum(expected.std(axis=0), 1e-9)
    apart = np.linalg.norm((own[:, None, :] - expected[None, :, :]) / scale, axis=2)
    pairs = dict(zip(*linear_sum_assignment(apart), strict=True))
    names = [
        prototypes[pairs[group]].name
        if group in pairs and apart[group, pairs[group]] <= farthest
        else _describe(own[group] / scale, has_discounts)
        for group in range(len(mixture))
    ]
    return _number_equals(names)


def _positions(weight: Floats, pace: Floats, amount: Floats, discounted: Floats) -> Floats:
    """Pace and amount in logarithms, and the discounted share, about the base's means."""
    points = np.stack([pace, amount, discounted], axis=1)
    return np.asarray(points - weight @ points)


def _describe(position: Floats, has_discounts: bool) -> str:
    levels = [int(at > _THIRD) - int(at < -_THIRD) + 1 for at in position]
    words = [names[level] for names, level in zip((*_WORDS, _SHARES), levels, strict=True)]
    return "_".join(words if has_discounts else words[:-1])


def _number_equals(names: Sequence[str]) -> tuple[str, ...]:
    """Those after the first of a name with a number behind it."""
    return tuple(
        name if (seen := names[:place].count(name)) == 0 else f"{name}_{seen + 1}"
        for place, name in enumerate(names)
    )
