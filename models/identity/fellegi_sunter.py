"""Fellegi-Sunter with three classes: same person, same household, unrelated.

EM runs on the driver over counts of agreement patterns, so its cost does not depend on the number of records. The classes
share out ALL pairs of records, not the candidates: blocking leaves none of the pairs that agree by chance on a blocking key
out of the candidates, and how many those must be follows from how strangers agree. Taken over candidates alone, namesakes
would pass for one person.
Sources: Fellegi and Sunter 1969; Winkler 1988 for EM; the household class keeps relatives from being merged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SAME, HOUSEHOLD, UNRELATED = 0, 1, 2
_SMOOTH: Final = 0.5
_STEPS: Final = 500
_LEAST: Final = 1e-15


@dataclass(frozen=True, eq=False)
class Linkage:
    """Fitted weights.

    `share` is each class's share of all pairs of records; `agree[field]` has a row a class and a column a level with the
    probability of that level; `namesakes[field]` gives those of unrelated pairs that agree fully on the fields it
    `follows`; `note` says what was fallen back on.
    """

    fields: tuple[str, ...]
    share: Floats
    agree: Mapping[str, Floats]
    follows: Mapping[str, Sequence[str]] = field(default_factory=dict)
    namesakes: Mapping[str, Floats] = field(default_factory=dict)
    note: str = ""

    def probabilities(self, patterns: Sequence[str]) -> Floats:
        """P(class | pattern), one row a pattern, columns same, household, unrelated."""
        return self.believed(_levels(patterns, len(self.fields)))

    def weights(self, patterns: Sequence[str]) -> Floats:
        """log2 Bayes factor of same person against unrelated, per pattern."""
        log = self._log_likelihood(_levels(patterns, len(self.fields)))
        return np.asarray((log[:, SAME] - log[:, UNRELATED]) / np.log(2))

    def believed(self, table: Ints) -> Floats:
        """P(class | levels), one row a row of levels."""
        log = self._log_likelihood(table) + np.log(np.maximum(self.share, 1e-300))
        odds = np.exp(log - log.max(axis=1, keepdims=True))
        return np.asarray(odds / odds.sum(axis=1, keepdims=True))

    def agreeing(self, name: str, table: Ints) -> NDArray[np.bool_]:
        """Rows of levels that agree fully on every field that `name` follows."""
        top = [table[:, self.fields.index(other)] == self.agree[other].shape[1] - 1 for other in self.follows[name]]
        return np.asarray(np.logical_and.reduce(top), dtype=np.bool_)

    def _log_likelihood(self, table: Ints) -> Floats:
        """Missing values (-1) say nothing."""
        log = np.zeros((len(table), 3))
        for at, name in enumerate(self.fields):
            level = np.maximum(table[:, at], 0)
            terms = np.log(np.maximum(self.agree[name], _LEAST)).T[level]
            if name in self.namesakes:
                among = np.log(np.maximum(self.namesakes[name], _LEAST))[level]
                terms[:, UNRELATED] = np.where(self.agreeing(name, table), among, terms[:, UNRELATED])
            log += np.where((table[:, at] >= 0)[:, None], terms, 0.0)
        return log


@dataclass(frozen=True, eq=False)
class _Counts:
    """Levels of each pattern, and how many pairs have it."""

    table: Ints
    pairs: Floats

    @staticmethod
    def of(patterns: Mapping[str, int], fields: int) -> "_Counts":
        return _Counts(_levels(list(patterns), fields), np.array(list(patterns.values()), dtype=np.float64))

    def by_level(self, at: int, size: int, weight: Floats) -> Floats:
        """Weight of the pairs at each level of a field."""
        level = self.table[:, at]
        return np.asarray(np.bincount(level[level >= 0], weight[level >= 0], minlength=size), dtype=np.float64)


def fit(candidates: Mapping[str, int], strangers: Mapping[str, int], pairs: int, levels: Mapping[str, int],
        personal: Sequence[str], follows: Mapping[str, Sequence[str]]) -> Linkage:
    """Fit on counts of patterns: of all candidates, and of random ones among all `pairs` of records.

    `personal` names the fields on which a household differs. `follows` names fields whose lower levels strangers share
    once they share a name (the local part of an e-mail), so that one fact is not counted twice. Where the fitted class
    `same` does not agree more on personal fields than the household does, two classes are fitted, and `note` says so.
    """
    found, random = _Counts.of(candidates, len(levels)), _Counts.of(strangers, len(levels))
    unrelated = {name: _shares(random.by_level(at, size, random.pairs), _SMOOTH / size)
                 for at, (name, size) in enumerate(levels.items())}
    agree = {name: _start(size, rows, name in personal) for (name, size), rows in
             zip(levels.items(), unrelated.values(), strict=True)}
    pairs = max(pairs, 1)
    portion = min(1.0, found.pairs.sum() / pairs)
    for share, note in ((np.array([0.4, 0.2, 0.0]), ""),
                        (np.array([0.5, 0.0, 0.0]), "no household class could be told apart: two classes fitted")):
        share = share * portion
        share[UNRELATED] = 1 - share.sum()
        model = _em(found, random, pairs, Linkage(tuple(levels), share, agree, follows, note=note))
        if note or _is_sound(model, pairs, personal):
            break
    return model


def _start(size: int, unrelated: Floats, is_personal: bool) -> Floats:
    high = np.full(size, 0.1 / max(1, size - 1))
    high[-1] = 0.9
    near = (unrelated + 0.02) / (1 + 0.02 * size) if is_personal else high
    return np.vstack([high, near, unrelated])


def _em(found: _Counts, random: _Counts, pairs: int, model: Linkage) -> Linkage:
    scale = pairs / max(1.0, random.pairs.sum())
    for _ in range(_STEPS):
        belief = model.believed(found.table) * found.pairs[:, None]
        apart = model.believed(random.table)[:, UNRELATED] * random.pairs * scale
        agree = {}
        for at, (name, rows) in enumerate(model.agree.items()):
            size = rows.shape[1]
            seen = [found.by_level(at, size, belief[:, place]) for place in (SAME, HOUSEHOLD, UNRELATED)]
            seen[UNRELATED] = seen[UNRELATED] + random.by_level(at, size, apart)
            agree[name] = np.vstack([_shares(row, _SMOOTH) for row in seen])
        namesakes = {name: _among_namesakes(model, name, found, belief[:, UNRELATED], agree[name][UNRELATED, -1])
                     for name in model.follows}
        share = np.where(model.share > 0, (belief.sum(axis=0) + 1e-6) / pairs, 0.0)
        share[UNRELATED] = max(_LEAST, 1 - share[SAME] - share[HOUSEHOLD])
        moved = np.abs(np.log(np.maximum(share, _LEAST) / np.maximum(model.share, _LEAST))).max()
        model = Linkage(model.fields, share, agree, model.follows, namesakes, model.note)
        if moved < 1e-6:
            break
    return model


def _among_namesakes(model: Linkage, name: str, found: _Counts, unrelated: Floats, top: float) -> Floats:
    """Levels of a field among unrelated pairs that agree on what it follows; its top level follows from nothing."""
    agrees = model.agreeing(name, found.table)
    seen = found.by_level(model.fields.index(name), model.agree[name].shape[1], np.where(agrees, unrelated, 0.0))
    return np.append(_shares(seen[:-1], _SMOOTH) * (1 - top), top)


def _shares(seen: Floats, smooth: float) -> Floats:
    return np.asarray((seen + smooth) / (seen + smooth).sum())


def _levels(patterns: Sequence[str], fields: int) -> Ints:
    return np.array([pattern.split(",") for pattern in patterns], dtype=np.int64).reshape(len(patterns), fields)


def _is_sound(model: Linkage, pairs: int, personal: Sequence[str]) -> bool:
    rows = [model.agree[name][:, -1] for name in personal if name in model.agree]
    return sum(float(row[SAME] - row[HOUSEHOLD]) for row in rows) > 0.2 and model.share[SAME] * pairs >= 1
