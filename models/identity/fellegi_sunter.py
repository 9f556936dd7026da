"""Fellegi-Sunter with three classes: same person, same household, unrelated.

EM runs on the driver over counts of agreement patterns, so its cost does not depend on the number
of records. The classes share out ALL pairs of records: candidates are all pairs that blocking
compares, random pairs it does not compare stand for the rest. Fitted to candidates alone, who all
agree on something, two people of one name would pass for one person. Sources: Fellegi and Sunter
1969; Winkler 1988 for EM; the household class keeps relatives from being merged.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from holdfast.models.arrays import Flags, Floats, Ints
from holdfast.models.identity.em import SMOOTH, PairCounts, maximise, normalise
from holdfast.models.identity.linkage_model import HOUSEHOLD, SAME, UNRELATED, LinkageModel
from holdfast.transformations.identity.comparison import Comparison

IsBlocked = Callable[[Mapping[str, Ints]], Flags]


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
    compared = PairCounts.of(candidates, len(comparisons))
    random = PairCounts.of(random_pairs, len(comparisons))
    names = [one.name for one in comparisons]
    rest = _rescale_unblocked(random, names, is_blocked, pairs - float(compared.weight.sum()))
    start = {
        one.name: start_levels(
            one, normalise(random.by_level(at, one.levels, random.weight), SMOOTH / one.levels)
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
        model = maximise(
            compared.concat(rest), LinkageModel(tuple(comparisons), prior, start, note=note)
        )
        if note or _is_sound(model, pairs):
            break
    return model


def start_levels(one: Comparison, unrelated: Floats) -> Floats:
    """Level probabilities by class that EM begins with."""
    size, full = one.levels, one.full
    high = np.where(np.arange(size) >= full, 0.9 / (size - full), 0.1 / max(1, full))
    near = (unrelated + 0.02) / (1 + 0.02 * size) if one.is_personal else high
    return np.vstack([high, near, unrelated])


def _rescale_unblocked(
    random: PairCounts, names: Sequence[str], is_blocked: IsBlocked, pairs: float
) -> PairCounts:
    """The random patterns that blocking does not compare, standing for so many pairs."""
    out = ~is_blocked(dict(zip(names, random.levels.T, strict=True)))
    weight = random.weight[out]
    scale = max(pairs, 0.0) / max(1.0, float(weight.sum()))
    return PairCounts(random.levels[out], weight * scale)


def _is_sound(model: LinkageModel, pairs: int) -> bool:
    """Whether relatives differ more on personal fields than records of one person do."""
    differ = [
        model.level_probability[one.name][:, 0] for one in model.comparisons if one.is_personal
    ]
    return (
        sum(float(row[HOUSEHOLD] - row[SAME]) for row in differ) > 0.2
        and model.class_prior[SAME] * pairs >= 1
    )
