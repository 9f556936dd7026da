"""Fellegi-Sunter with three classes: same person, same household, unrelated.

EM runs on the driver over counts of agreement patterns, so its cost does not depend on the number
of records. The classes share out ALL pairs of records: candidates are all pairs that blocking
reaches, random pairs it does not reach stand for the rest. Fitted to candidates alone, who all
agree on something, namesakes would pass for one person. Sources: Fellegi and Sunter 1969; Winkler
1988 for EM; the household class keeps relatives from being merged.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from holdfast.transformations.identity.comparisons import Comparison

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Reached = Callable[[Mapping[str, Ints]], NDArray[np.bool_]]
SAME, HOUSEHOLD, UNRELATED = 0, 1, 2
_SMOOTH: Final = 0.5
_STEPS: Final = 2000
_LEAST: Final = 1e-15


@dataclass(frozen=True, eq=False)
class Linkage:
    """Fitted weights.

    `share` is each class's share of all pairs of records; `agree[name]` has a row a class and a
    column a level with the probability of that level; `namesakes[name]` gives those of unrelated
    pairs that agree fully on what the comparison follows; `note` says what was fallen back on.
    """

    comparisons: tuple[Comparison, ...]
    share: Floats
    agree: Mapping[str, Floats]
    namesakes: Mapping[str, Floats] = field(default_factory=dict)
    note: str = ""

    def probabilities(self, patterns: Sequence[str]) -> Floats:
        """P(class | pattern), one row a pattern, columns same, household, unrelated."""
        return self.believed(_levels(patterns, len(self.comparisons)))

    def weights(self, patterns: Sequence[str]) -> Floats:
        """log2 Bayes factor of same person against unrelated, per pattern."""
        log = self._log_likelihood(_levels(patterns, len(self.comparisons)))
        return np.asarray((log[:, SAME] - log[:, UNRELATED]) / np.log(2))

    def believed(self, table: Ints) -> Floats:
        """P(class | levels), one row a row of levels."""
        log = self._log_likelihood(table) + np.log(np.maximum(self.share, 1e-300))
        odds = np.exp(log - log.max(axis=1, keepdims=True))
        return np.asarray(odds / odds.sum(axis=1, keepdims=True))

    def _log_likelihood(self, table: Ints) -> Floats:
        """Missing values (-1) say nothing."""
        log = np.zeros((len(table), 3))
        for at, comparison in enumerate(self.comparisons):
            level = np.maximum(table[:, at], 0)
            terms = np.log(np.maximum(self.agree[comparison.name], _LEAST)).T[level]
            if comparison.name in self.namesakes:
                among = np.log(np.maximum(self.namesakes[comparison.name], _LEAST))[level]
                apply = _are_namesakes(self.comparisons, comparison, table)
                terms[:, UNRELATED] = np.where(apply, among, terms[:, UNRELATED])
            log += np.where((table[:, at] >= 0)[:, None], terms, 0.0)
        return log


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Levels of each pattern, and how many of all pairs it stands for."""

    table: Ints
    weight: Floats

    @staticmethod
    def of(patterns: Mapping[str, int], fields: int) -> "_Pairs":
        ordered = sorted(
            patterns.items()
        )  # so that sums end in the same bit, however the counted rows were laid out
        return _Pairs(
            _levels([pattern for pattern, _ in ordered], fields),
            np.array([count for _, count in ordered], dtype=np.float64),
        )

    def beyond(self, names: Sequence[str], reached: Reached, pairs: float) -> "_Pairs":
        """The patterns blocking does not reach, standing for so many pairs."""
        out = ~reached(dict(zip(names, self.table.T, strict=True)))
        weight = self.weight[out]
        return _Pairs(self.table[out], weight * max(pairs, 0.0) / max(1.0, float(weight.sum())))

    def and_(self, other: "_Pairs") -> "_Pairs":
        return _Pairs(np.vstack([self.table, other.table]), np.append(self.weight, other.weight))

    def by_level(self, at: int, size: int, weight: Floats) -> Floats:
        """Weight at each level of a comparison."""
        level = self.table[:, at]
        return np.asarray(
            np.bincount(level[level >= 0], weight[level >= 0], minlength=size), dtype=np.float64
        )


def fit(
    candidates: Mapping[str, int],
    strangers: Mapping[str, int],
    pairs: int,
    comparisons: Sequence[Comparison],
    reached: Reached,
) -> Linkage:
    """Fit on counts of patterns: of all candidates, and of random ones among all `pairs` of
    records.

    `reached` says which levels of the comparisons, by name, make a pair a candidate. Where the
    fitted class `same` does not differ less on personal fields than the household does, two classes
    are fitted, and `note` says so.
    """
    found, random = _Pairs.of(candidates, len(comparisons)), _Pairs.of(strangers, len(comparisons))
    rest = random.beyond(
        [one.name for one in comparisons], reached, pairs - float(found.weight.sum())
    )
    agree = {
        one.name: _start(
            one, _shares(random.by_level(at, one.levels, random.weight), _SMOOTH / one.levels)
        )
        for at, one in enumerate(comparisons)
    }
    portion = min(1.0, float(found.weight.sum()) / max(pairs, 1))
    for share, note in (
        (np.array([0.4, 0.2, 0.0]), ""),
        (np.array([0.5, 0.0, 0.0]), "no household class could be told apart: two classes fitted"),
    ):
        share = share * portion
        share[UNRELATED] = 1 - share.sum()
        model = _em(found.and_(rest), Linkage(tuple(comparisons), share, agree, note=note))
        if note or _is_sound(model, pairs):
            break
    return model


def _start(comparison: Comparison, unrelated: Floats) -> Floats:
    size, full = comparison.levels, comparison.full
    high = np.where(np.arange(size) >= full, 0.9 / (size - full), 0.1 / max(1, full))
    near = (unrelated + 0.02) / (1 + 0.02 * size) if comparison.is_personal else high
    return np.vstack([high, near, unrelated])


def _em(known: _Pairs, model: Linkage) -> Linkage:
    for _ in range(_STEPS):
        belief = model.believed(known.table) * known.weight[:, None]
        agree, namesakes = {}, {}
        for at, one in enumerate(model.comparisons):
            agree[one.name] = np.vstack(
                [
                    _shares(known.by_level(at, one.levels, belief[:, place]), _SMOOTH)
                    for place in (SAME, HOUSEHOLD, UNRELATED)
                ]
            )
            if one.follows:
                among = np.where(
                    _are_namesakes(model.comparisons, one, known.table), belief[:, UNRELATED], 0.0
                )
                top = agree[one.name][UNRELATED, -1]  # agreeing fully follows from nothing
                lower = _shares(known.by_level(at, one.levels, among)[:-1], _SMOOTH)
                namesakes[one.name] = np.append(lower * (1 - top), top)
        share = np.where(model.share > 0, belief.sum(axis=0) + 1e-6, 0.0)
        share = share / share.sum()
        moved = np.abs(np.log(np.maximum(share, _LEAST) / np.maximum(model.share, _LEAST))).max()
        model = replace(model, share=share, agree=agree, namesakes=namesakes)
        if moved < 1e-6:
            break
    return model


def _are_namesakes(
    comparisons: Sequence[Comparison], comparison: Comparison, table: Ints
) -> NDArray[np.bool_]:
    """Rows of levels that agree fully on all that a comparison follows."""
    full = [
        table[:, at] >= one.full
        for at, one in enumerate(comparisons)
        if one.name in comparison.follows
    ]
    return np.asarray(np.logical_and.reduce(full), dtype=np.bool_)


def _shares(seen: Floats, smooth: float) -> Floats:
    return np.asarray((seen + smooth) / (seen + smooth).sum())


def _levels(patterns: Sequence[str], fields: int) -> Ints:
    return np.array([pattern.split(",") for pattern in patterns], dtype=np.int64).reshape(
        len(patterns), fields
    )


def _is_sound(model: Linkage, pairs: int) -> bool:
    differ = [model.agree[one.name][:, 0] for one in model.comparisons if one.is_personal]
    return (
        sum(float(row[HOUSEHOLD] - row[SAME]) for row in differ) > 0.2
        and model.share[SAME] * pairs >= 1
    )
