"""A fitted linkage model: how often each class of pairs agrees at each level of each comparison."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from holdfast.models.arrays import Flags, Floats, Ints
from holdfast.transformations.identity.comparison import Comparison

SAME, HOUSEHOLD, UNRELATED = 0, 1, 2
LEAST: Final = 1e-15


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
        return self.posterior(read_levels(patterns, len(self.comparisons)))

    def match_weights(self, patterns: Sequence[str]) -> Floats:
        """log2 Bayes factor of same person against unrelated, per pattern."""
        log = self._log_likelihood(read_levels(patterns, len(self.comparisons)))
        return np.asarray((log[:, SAME] - log[:, UNRELATED]) / np.log(2))

    def bits(self, posterior: Floats) -> Floats:
        """log2 Bayes factor of same person against unrelated that led to each row of P(class)."""
        same, unrelated = (np.maximum(posterior[:, at], 1e-300) for at in (SAME, UNRELATED))
        prior = np.maximum(self.class_prior, 1e-300)
        return np.asarray(np.log2(same / unrelated) - np.log2(prior[SAME] / prior[UNRELATED]))

    def posterior(self, levels: Ints) -> Floats:
        """P(class | levels), one row per row of levels."""
        return self.weigh(levels)[0]

    def weigh(self, levels: Ints) -> tuple[Floats, Floats]:
        """P(class | levels), and the log of the probability of the levels."""
        log = self._log_likelihood(levels) + np.log(np.maximum(self.class_prior, 1e-300))
        top = log.max(axis=1, keepdims=True)
        odds = np.exp(log - top)
        total = odds.sum(axis=1, keepdims=True)
        return np.asarray(odds / total), np.asarray((top + np.log(total))[:, 0])

    def _log_likelihood(self, levels: Ints) -> Floats:
        """log P(levels | class); values that are missing (-1) say nothing."""
        log = np.zeros((len(levels), 3))
        for at, comparison in enumerate(self.comparisons):
            level = np.maximum(levels[:, at], 0)
            probability = self.level_probability[comparison.name]
            terms = np.log(np.maximum(probability, LEAST)).T[level]
            if comparison.name in self.u_given_same_name:
                given = self.u_given_same_name[comparison.name]
                among = np.log(np.maximum(given, LEAST))[level]
                applies = agree_on_followed(self.comparisons, comparison, levels)
                terms[:, UNRELATED] = np.where(applies, among, terms[:, UNRELATED])
            log += np.where((levels[:, at] >= 0)[:, None], terms, 0.0)
        return log


def agree_on_followed(
    comparisons: Sequence[Comparison], comparison: Comparison, levels: Ints
) -> Flags:
    """Rows of levels that agree fully on every field that a comparison follows."""
    full = [
        levels[:, at] >= one.full
        for at, one in enumerate(comparisons)
        if one.name in comparison.follows
    ]
    return np.asarray(np.logical_and.reduce(full), dtype=np.bool_)


def read_levels(patterns: Sequence[str], fields: int) -> Ints:
    """Levels of patterns such as `2,0,-1`, one row per pattern."""
    return np.array([pattern.split(",") for pattern in patterns], dtype=np.int64).reshape(
        len(patterns), fields
    )
