"""Fellegi-Sunter with three classes: same person, same household, unrelated.

EM runs on the driver over counts of agreement patterns, so its cost does not depend on the number
of records. The classes share out ALL pairs of records: candidates are all pairs that blocking
compares, random pairs it does not compare stand for the rest. Fitted to candidates alone, who all
agree on something, two people of one name would pass for one person. Sources: Fellegi and Sunter
1969; Winkler 1988 for EM; the household class keeps relatives from being merged.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from holdfast.models.arrays import Flags, Floats, Ints
from holdfast.transformations.identity.comparisons import Comparison

IsBlocked = Callable[[Mapping[str, Ints]], Flags]
SAME, HOUSEHOLD, UNRELATED = 0, 1, 2
_SMOOTH: Final = 0.5
_STEPS: Final = 2000
_LEAST: Final = 1e-15


@dataclass(frozen=True, eq=False)
class LinkageModel:
    """A fitted model of agreement.

    `class_prior` is each class's part of all pairs of records, in the order same, household,
    unrelated. `level_probability[name]` has one row per class and one column per level of the
    comparison: its rows for same and unrelated are what the field calls m and u.
    `u_given_same_name[name]` stands in for u among unrelated pairs that agree fully on the fields
    the comparison follows. `note` says what the fit fell back on.
    """

    comparisons: tuple[Comparison, ...]
    class_prior: Floats
    level_probability: Mapping[str, Floats]
    u_given_same_name: Mapping[str, Floats] = field(default_factory=dict)
    note: str = ""

    def m(self, comparison: str) -> Floats:
        """Probability of each level of a comparison, given that two records are one person."""
        return np.asarray(self.level_probability[comparison][SAME])

    def u(self, comparison: str) -> Floats:
        """Probability of each level of a comparison, given that two records are unrelated."""
        return np.asarray(self.level_probability[comparison][UNRELATED])

    def probabilities(self, patterns: Sequence[str]) -> Floats:
        """P(class | pattern), one row per pattern, columns same, household, unrelated."""
        return self.posterior(_levels(patterns, len(self.comparisons)))

    def match_weights(self, patterns: Sequence[str]) -> Floats:
        """log2 Bayes factor of same person against unrelated, per pattern."""
        log = self._log_likelihood(_levels(patterns, len(self.comparisons)))
        return np.asarray((log[:, SAME] - log[:, UNRELATED]) / np.log(2))

    def posterior(self, levels: Ints) -> Floats:
        """P(class | levels), one row per row of levels."""
        log = self._log_likelihood(levels) + np.log(np.maximum(self.class_prior, 1e-300))
        odds = np.exp(log - log.max(axis=1, keepdims=True))
        return np.asarray(odds / odds.sum(axis=1, keepdims=True))

    def _log_likelihood(self, levels: Ints) -> Floats:
        """log P(levels | class); values that are missing (-1) say nothing."""
        log = np.zeros((len(levels), 3))
        for at, comparison in enumerate(self.comparisons):
            level = np.maximum(levels[:, at], 0)
            probability = self.level_probability[comparison.name]
            terms = np.log(np.maximum(probability, _LEAST)).T[level]
            if comparison.name in self.u_given_same_name:
                given = self.u_given_same_name[comparison.name]
                among = np.log(np.maximum(given, _LEAST))[level]
                applies = _agree_on_followed(self.comparisons, comparison, levels)
                terms[:, UNRELATED] = np.where(applies, among, terms[:, UNRELATED])
            log += np.where((levels[:, at] >= 0)[:, None], terms, 0.0)
        return log


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Levels of each pattern, and how many of all pairs it stands for."""

    levels: Ints
    weight: Floats

    @staticmethod
    def of(patterns: Mapping[str, int], fields: int) -> "_Pairs":
        # sorted, so that sums end in the same bit however the counted rows were partitioned
        ordered = sorted(patterns.items())
        return _Pairs(
            _levels([pattern for pattern, _ in ordered], fields),
            np.array([count for _, count in ordered], dtype=np.float64),
        )

    def rescale_unblocked(
        self, names: Sequence[str], is_blocked: IsBlocked, pairs: float
    ) -> "_Pairs":
        """The patterns that blocking does not compare, standing for so many pairs."""
        out = ~is_blocked(dict(zip(names, self.levels.T, strict=True)))
        weight = self.weight[out]
        return _Pairs(self.levels[out], weight * max(pairs, 0.0) / max(1.0, float(weight.sum())))

    def concat(self, other: "_Pairs") -> "_Pairs":
        """These patterns and those of another."""
        return _Pairs(np.vstack([self.levels, other.levels]), np.append(self.weight, other.weight))

    def by_level(self, at: int, size: int, weight: Floats) -> Floats:
        """Weight at each level of a comparison."""
        level = self.levels[:, at]
        return np.asarray(
            np.bincount(level[level >= 0], weight[level >= 0], minlength=size), dtype=np.float64
        )


def fit(
    candidates: Mapping[str, int],
    random_pairs: Mapping[str, int],
    pairs: int,
    comparisons: Sequence[Comparison],
    is_blocked: IsBlocked,
) -> LinkageModel:
    """Fit by EM on counts of agreement patterns.

    `candidates` counts the patterns of every compared pair, `random_pairs` those of pairs drawn at
    random from all `pairs` of records; a pattern is the levels of `comparisons` in their order,
    joined by commas (`2,0,-1`). `is_blocked` says which levels, by name of comparison, make a pair
    a candidate. Where the class `same` does not differ less on personal fields than the household
    does, two classes are fitted, and `note` says so.
    """
    compared = _Pairs.of(candidates, len(comparisons))
    random = _Pairs.of(random_pairs, len(comparisons))
    rest = random.rescale_unblocked(
        [one.name for one in comparisons], is_blocked, pairs - float(compared.weight.sum())
    )
    start = {
        one.name: _start(
            one, _normalise(random.by_level(at, one.levels, random.weight), _SMOOTH / one.levels)
        )
        for at, one in enumerate(comparisons)
    }
    portion = min(1.0, float(compared.weight.sum()) / max(pairs, 1))
    for prior, note in (
        (np.array([0.4, 0.2, 0.0]), ""),
        (np.array([0.5, 0.0, 0.0]), "no household class was found: two classes fitted"),
    ):
        prior = prior * portion
        prior[UNRELATED] = 1 - prior.sum()
        model = _maximise(
            compared.concat(rest), LinkageModel(tuple(comparisons), prior, start, note=note)
        )
        if note or _is_sound(model, pairs):
            break
    return model


def _start(comparison: Comparison, unrelated: Floats) -> Floats:
    """Level probabilities by class that EM begins with."""
    size, full = comparison.levels, comparison.full
    high = np.where(np.arange(size) >= full, 0.9 / (size - full), 0.1 / max(1, full))
    near = (unrelated + 0.02) / (1 + 0.02 * size) if comparison.is_personal else high
    return np.vstack([high, near, unrelated])


def _maximise(pairs: _Pairs, model: LinkageModel) -> LinkageModel:
    """EM from a first model until no class's prior moves."""
    for _ in range(_STEPS):
        expected = model.posterior(pairs.levels) * pairs.weight[:, None]
        probability, given_same_name = {}, {}
        for at, one in enumerate(model.comparisons):
            probability[one.name] = np.vstack(
                [
                    _normalise(pairs.by_level(at, one.levels, expected[:, place]), _SMOOTH)
                    for place in (SAME, HOUSEHOLD, UNRELATED)
                ]
            )
            if one.follows:
                applies = _agree_on_followed(model.comparisons, one, pairs.levels)
                among = np.where(applies, expected[:, UNRELATED], 0.0)
                top = probability[one.name][UNRELATED, -1]  # agreeing fully follows from nothing
                lower = _normalise(pairs.by_level(at, one.levels, among)[:-1], _SMOOTH)
                given_same_name[one.name] = np.append(lower * (1 - top), top)
        prior = np.where(model.class_prior > 0, expected.sum(axis=0) + 1e-6, 0.0)
        prior = prior / prior.sum()
        before = np.maximum(model.class_prior, _LEAST)
        moved = np.abs(np.log(np.maximum(prior, _LEAST) / before)).max()
        model = replace(
            model,
            class_prior=prior,
            level_probability=probability,
            u_given_same_name=given_same_name,
        )
        if moved < 1e-6:
            break
    return model


def _agree_on_followed(
    comparisons: Sequence[Comparison], comparison: Comparison, levels: Ints
) -> Flags:
    """Rows of levels that agree fully on every field that a comparison follows."""
    full = [
        levels[:, at] >= one.full
        for at, one in enumerate(comparisons)
        if one.name in comparison.follows
    ]
    return np.asarray(np.logical_and.reduce(full), dtype=np.bool_)


def _normalise(weight: Floats, smooth: float) -> Floats:
    return np.asarray((weight + smooth) / (weight + smooth).sum())


def _levels(patterns: Sequence[str], fields: int) -> Ints:
    return np.array([pattern.split(",") for pattern in patterns], dtype=np.int64).reshape(
        len(patterns), fields
    )


def _is_sound(model: LinkageModel, pairs: int) -> bool:
    """Whether relatives differ more on personal fields than records of one person do."""
    differ = [
        model.level_probability[one.name][:, 0] for one in model.comparisons if one.is_personal
    ]
    return (
        sum(float(row[HOUSEHOLD] - row[SAME]) for row in differ) > 0.2
        and model.class_prior[SAME] * pairs >= 1
    )
