"""Expectation and maximisation over counted patterns of agreement, with classes that keep their
meaning: records of one person agree on what identifies a person, members of a household do not.

Sources: Winkler 1988 for EM; the constraints keep a class from becoming another one, which a fit
without them does wherever that class is empty.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from holdfast.models.arrays import Floats, Ints
from holdfast.models.identity.linkage_model import (
    HOUSEHOLD,
    LEAST,
    SAME,
    UNRELATED,
    LinkageModel,
    agree_on_followed,
    read_levels,
)
from holdfast.transformations.identity.comparison import Comparison

SMOOTH: Final = 0.5  # pairs that every level has before any is counted
MOST_DIFFERING: Final = 0.4  # of one person's pairs, the most that may differ on what identifies
_STEPS: Final = 2000
_STILL: Final = 1e-6  # log change of a class's prior below which the fit has ended

# Level probabilities of unrelated pairs, by comparison, from the expected number of each class in
# each row of levels.
EstimateUnrelated = Callable[[Floats], Mapping[str, Floats]]


@dataclass(frozen=True, eq=False)
class PairCounts:
    """Levels of each pattern, and how many of all pairs it stands for."""

    levels: Ints
    weight: Floats

    @staticmethod
    def of(patterns: Mapping[str, int], fields: int) -> "PairCounts":
        """The counts of patterns such as `2,0,-1`."""
        # sorted, so that sums end in the same bit however the counted rows were partitioned
        ordered = sorted(patterns.items())
        return PairCounts(
            read_levels([pattern for pattern, _ in ordered], fields),
            np.array([count for _, count in ordered], dtype=np.float64),
        )

    def concat(self, other: "PairCounts") -> "PairCounts":
        """These patterns and those of another."""
        weight = np.append(self.weight, other.weight)
        return PairCounts(np.vstack([self.levels, other.levels]), weight)

    def by_level(self, at: int, size: int, weight: Floats) -> Floats:
        """Weight at each level of a comparison."""
        level = self.levels[:, at]
        return np.asarray(
            np.bincount(level[level >= 0], weight[level >= 0], minlength=size), dtype=np.float64
        )


def maximise(
    pairs: PairCounts,
    model: LinkageModel,
    unrelated: EstimateUnrelated | None = None,
    total: float = 0.0,
) -> LinkageModel:
    """EM from a first model until no class's prior moves.

    The priors are parts of `total` pairs; what is more than the pairs given is unrelated.
    `unrelated` estimates u where the pairs given are not all there are; without it u comes from
    them.
    """
    beyond = np.array([0.0, 0.0, max(0.0, total - float(pairs.weight.sum()))])
    for _ in range(_STEPS):
        expected = model.posterior(pairs.levels) * pairs.weight[:, None]
        known = unrelated(expected) if unrelated else {}
        probability = {
            one.name: _rows(pairs, at, one, expected, known.get(one.name))
            for at, one in enumerate(model.comparisons)
        }
        given_same_name = {
            one.name: _among_same_name(pairs, model.comparisons, one, expected, probability)
            for one in model.comparisons
            if one.follows
        }
        prior = np.where(model.class_prior > 0, expected.sum(axis=0) + beyond + 1e-6, 0.0)
        prior = prior / prior.sum()
        before = np.maximum(model.class_prior, LEAST)
        moved = np.abs(np.log(np.maximum(prior, LEAST) / before)).max()
        model = replace(
            model,
            class_prior=prior,
            level_probability=probability,
            u_given_same_name=given_same_name,
        )
        if moved < _STILL:
            break
    return model


def normalise(weight: Floats, smooth: float) -> Floats:
    """Weights as probabilities, none of them 0."""
    return np.asarray((weight + smooth) / (weight + smooth).sum())


def _rows(
    pairs: PairCounts, at: int, one: Comparison, expected: Floats, unrelated: Floats | None
) -> Floats:
    """Level probabilities of each class; what the class must mean holds for them."""
    rows = [
        normalise(pairs.by_level(at, one.levels, expected[:, place]), SMOOTH)
        for place in (SAME, HOUSEHOLD, UNRELATED)
    ]
    if unrelated is not None:
        rows[UNRELATED] = unrelated
    if one.identifies:
        rows[SAME] = _limit_differing(rows[SAME], one.agrees)
        if one.is_personal:
            rows[HOUSEHOLD] = rows[UNRELATED]
    return np.vstack(rows)


def _limit_differing(row: Floats, agrees: int) -> Floats:
    """At most MOST_DIFFERING below the level from which on records agree."""
    differing = float(row[:agrees].sum())
    if differing <= MOST_DIFFERING:
        return row
    lower = row[:agrees] * MOST_DIFFERING / differing
    upper = row[agrees:] * (1 - MOST_DIFFERING) / max(1 - differing, LEAST)
    return np.append(lower, upper)


def _among_same_name(
    pairs: PairCounts,
    comparisons: Sequence[Comparison],
    one: Comparison,
    expected: Floats,
    probability: Mapping[str, Floats],
) -> Floats:
    """u of a comparison among unrelated pairs that agree on the fields it follows."""
    at = comparisons.index(one)
    applies = agree_on_followed(comparisons, one, pairs.levels)
    among = np.where(applies, expected[:, UNRELATED], 0.0)
    top = probability[one.name][UNRELATED, -1]  # agreeing fully follows from nothing
    lower = normalise(pairs.by_level(at, one.levels, among)[:-1], SMOOTH)
    return np.append(lower * (1 - top), top)
