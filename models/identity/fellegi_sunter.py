"""Fellegi-Sunter with three classes: same person, same household, unrelated.

EM runs on the driver over counts of agreement patterns, so its cost does not depend on the number of records.
Sources: Fellegi and Sunter 1969; Winkler 1988 for EM; the household class keeps relatives from being merged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SAME, HOUSEHOLD, UNRELATED = 0, 1, 2
_SMOOTH: Final = 0.5
_STEPS: Final = 200


@dataclass(frozen=True, eq=False)
class Linkage:
    """Fitted weights.

    `share` is each class's share of the candidate pairs; `agree[field]` has a row a class and a column a level with
    the probability of that level; `note` says what was fallen back on.
    """

    fields: tuple[str, ...]
    share: Floats
    agree: Mapping[str, Floats]
    note: str = ""

    def probabilities(self, patterns: Sequence[str]) -> Floats:
        """P(class | pattern), one row a pattern, columns same, household, unrelated."""
        log = _log_likelihood(_levels(patterns, len(self.fields)), self.fields, self.agree) + np.log(self.share)
        odds = np.exp(log - log.max(axis=1, keepdims=True))
        return np.asarray(odds / odds.sum(axis=1, keepdims=True))

    def weights(self, patterns: Sequence[str]) -> Floats:
        """log2 Bayes factor of same person against unrelated, per pattern."""
        log = _log_likelihood(_levels(patterns, len(self.fields)), self.fields, self.agree)
        return np.asarray((log[:, SAME] - log[:, UNRELATED]) / np.log(2))


def fit(candidates: Mapping[str, int], strangers: Mapping[str, int], levels: Mapping[str, int],
        personal: Sequence[str]) -> Linkage:
    """Fit on counts of candidate patterns; how strangers agree is learned from random pairs and kept fixed.

    `personal` names the fields on which a household differs. Where the fitted class `same` does not agree more on
    them than the household does, two classes are fitted instead, and `note` says so.
    """
    fields = tuple(levels)
    unrelated = _frequencies(strangers, levels)
    three = _em(candidates, levels, unrelated, _start(levels, personal, unrelated))
    if _is_sound(three, personal):
        return three
    start = {field: np.vstack([rows[SAME], rows[UNRELATED], rows[UNRELATED]])
             for field, rows in _start(levels, personal, unrelated).items()}
    two = _em(candidates, levels, unrelated, start, share=(0.5, 1e-9, 0.5))
    return Linkage(fields, two.share, two.agree, "no household class could be told apart: two classes fitted")


def _start(levels: Mapping[str, int], personal: Sequence[str], unrelated: Mapping[str, Floats]) -> dict[str, Floats]:
    start = {}
    for field, count in levels.items():
        high = np.full(count, 0.1 / max(1, count - 1))
        high[-1] = 0.9
        near = (unrelated[field] + 0.02) / (1 + 0.02 * count) if field in personal else high
        start[field] = np.vstack([high, near, unrelated[field]])
    return start


def _em(candidates: Mapping[str, int], levels: Mapping[str, int], unrelated: Mapping[str, Floats],
        start: Mapping[str, Floats], share: Sequence[float] = (0.4, 0.2, 0.4)) -> Linkage:
    fields = tuple(levels)
    table = _levels(list(candidates), len(fields))
    count = np.array(list(candidates.values()), dtype=np.float64)
    agree, prior = {field: rows.copy() for field, rows in start.items()}, np.array(share)
    for _ in range(_STEPS):
        belief = Linkage(fields, prior, agree).probabilities(list(candidates)) * count[:, None]
        fresh = (belief.sum(axis=0) + 1e-6) / (count.sum() + 3e-6)
        for at, field in enumerate(fields):
            for row in (SAME, HOUSEHOLD):
                seen = np.array([belief[table[:, at] == level, row].sum() for level in range(levels[field])]) + _SMOOTH
                agree[field][row] = seen / seen.sum()
            agree[field][UNRELATED] = unrelated[field]
        moved = float(np.abs(fresh - prior).max())
        prior = fresh
        if moved < 1e-8:
            break
    return Linkage(fields, prior, agree)


def _frequencies(patterns: Mapping[str, int], levels: Mapping[str, int]) -> dict[str, Floats]:
    table = _levels(list(patterns), len(levels))
    count = np.array(list(patterns.values()), dtype=np.float64)
    found = {}
    for at, (field, size) in enumerate(levels.items()):
        seen = np.array([count[table[:, at] == level].sum() for level in range(size)]) + _SMOOTH / size
        found[field] = seen / seen.sum()
    return found


def _levels(patterns: Sequence[str], fields: int) -> Ints:
    return np.array([pattern.split(",") for pattern in patterns], dtype=np.int64).reshape(len(patterns), fields)


def _log_likelihood(table: Ints, fields: Sequence[str], agree: Mapping[str, Floats]) -> Floats:
    """Missing values (-1) say nothing."""
    log = np.zeros((len(table), 3))
    for at, field in enumerate(fields):
        level = table[:, at]
        terms = np.log(np.maximum(agree[field], 1e-12)).T[np.maximum(level, 0)]
        log += np.where((level >= 0)[:, None], terms, 0.0)
    return log


def _is_sound(model: Linkage, personal: Sequence[str]) -> bool:
    top = [model.agree[field][:, -1] for field in personal if field in model.agree]
    return sum(float(row[SAME] - row[HOUSEHOLD]) for row in top) > 0.2 and model.share[SAME] > 1e-4
