"""What customers come back for: one category, a season, the shop's own label, one brand.

A customer is of a kind where the share is, with a probability of one half or more, above one half
and above 1.5 times the base's: of lines in the category, of purchase days in three months in a row
(December goes on in January), of lines of the shop's own label, of lines of one other brand. The
first of these kinds that holds is named; cross_category is whoever is of none. A share is
beta-distributed toward the base's, so that few lines say little: the base's is worth more lines
the less its customers differ.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from holdfast.models.arrays import Flags, Floats
from holdfast.models.segments.shares import fit_share, fit_strength, tail
from holdfast.transformations.tables.vocabulary import AFFINITIES

MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_LENGTH: Final = 3  # months of a season
_HALF, _APART = 0.5, 1.5  # shares above, and above so many times the base's, are of the kind


_OWN: Final = "own"  # the name of the one label that is the shop's
_LABEL: Final = AFFINITIES.index("private_label")


@dataclass(frozen=True)
class KindPrior:
    """The base's mean share of each name of a kind, and how many lines they are worth."""

    shares: Mapping[str, float]
    strength: float


@dataclass(frozen=True)
class AffinityPriors:
    """Of categories, seasons by their first month, the shop's own label, and other brands; None
    where the base has one alone, or none.
    """

    category: KindPrior | None = None
    season: KindPrior | None = None
    label: KindPrior | None = None
    brand: KindPrior | None = None

    @property
    def knows_products(self) -> bool:
        """Whether customers can differ in what they buy."""
        return any((self.category, self.label, self.brand))


def fit_affinities(today: Any, shares: Mapping[str, Mapping[str, float]]) -> AffinityPriors:
    """Priors of a base: rows of `with_tastes` of one day, and the base's share of each category and
    brand.
    """
    category, brand = (
        _fit(shares[kind], today[f"{kind}_pairs"].to_numpy(), today[f"{kind}_lines"].to_numpy())
        for kind in ("category", "brand")
    )
    months = _stack(today["month_days"])
    seasons, days = _by_season(months), months.sum(axis=1)
    means = dict(zip(MONTHS, seasons.sum(axis=0) / max(days.sum(), 1.0), strict=True))
    own = fit_share(today["private_lines"].to_numpy(), today["label_lines"].to_numpy())
    return AffinityPriors(
        category,
        _fit(means, (seasons * (seasons - 1.0)).sum(axis=1), days),
        KindPrior({_OWN: own.mean}, own.strength) if own else None,
        brand,
    )


def _fit(shares: Mapping[str, float], pairs: Floats, sizes: Floats) -> KindPrior | None:
    strength = fit_strength(pairs, sizes, np.array(list(shares.values())))
    return None if strength is None else KindPrior(shares, strength)


def find_affinities(own: Any, priors: AffinityPriors) -> dict[str, Any]:
    """affinity, affinity_of and affinity_probability of rows of `with_tastes`."""
    labels = np.full(len(own), _OWN, dtype=object)
    kinds = (
        (*_top(own, "category"), priors.category),
        (*_best_season(_stack(own["month_days"])), priors.season),
        (labels, own["private_lines"].to_numpy(), own["label_lines"].to_numpy(), priors.label),
        (*_top(own, "brand"), priors.brand),
    )
    chances = np.stack([_chance(*kind) for kind in kinds], axis=1)
    holds, every = chances >= _HALF, np.arange(len(own))
    is_any, first = holds.any(axis=1), holds.argmax(axis=1)
    names = np.stack([kind[0] for kind in kinds], axis=1)[every, first]
    lines = sum(own[f"{kind}_lines"].to_numpy() for kind in ("category", "brand", "label"))
    is_known = (lines > 0) & priors.knows_products
    place = np.where(is_any, first, len(AFFINITIES) - 1)
    chance = np.where(is_any, chances[every, first], np.prod(1.0 - chances, axis=1))
    nothing = np.full(len(own), None)
    return {
        "affinity": np.where(is_known, np.array(AFFINITIES, dtype=object)[place], nothing),
        "affinity_of": np.where(is_known & is_any & (first != _LABEL), names, nothing),
        "affinity_probability": np.where(is_known, np.clip(chance, 0.0, 1.0), np.nan),
    }


def _top(own: Any, kind: str) -> tuple[Any, Floats, Floats]:
    """The name of most lines, its lines, and all."""
    names = np.array(own[f"top_{kind}"].to_pylist(), dtype=object)
    return names, own[f"{kind}_top_lines"].to_numpy(), own[f"{kind}_lines"].to_numpy()


def _chance(names: Any, of_kind: Floats, sizes: Floats, prior: KindPrior | None) -> Floats:
    """Probability that the share of each one's name is large enough; 0 of who has none."""
    has_any: Flags = of_kind > 0
    if prior is None:
        return np.zeros(len(names))
    means = np.array([prior.shares.get(name, 0.0) for name in names])
    share = np.clip(np.maximum(_HALF, _APART * means), 0.0, 1.0)
    seen = np.where(has_any, of_kind, 1.0)
    chance = tail(share, means, prior.strength, seen, np.maximum(sizes, seen))
    return np.where(has_any, chance, 0.0)


def _stack(months: Any) -> Floats:
    """Rows of twelve months, from Arrow or pandas."""
    rows = months.to_pylist() if hasattr(months, "to_pylist") else months.tolist()
    return np.array(rows, dtype=float).reshape(-1, len(MONTHS))


def _by_season(months: Floats) -> Floats:
    """Days in each three months in a row, by the first."""
    return np.asarray(sum(np.roll(months, -later, axis=1) for later in range(_LENGTH)))


def _best_season(months: Floats) -> tuple[Any, Floats, Floats]:
    """The season of most days (where several have, that with most in its middle, then the earliest
    in the year), its days, and all.
    """
    seasons, days = _by_season(months), months.sum(axis=1)
    middle = np.roll(months, -1, axis=1)
    best = (seasons * (days.max(initial=0.0) + 1.0) + middle).argmax(axis=1)
    return np.array(MONTHS, dtype=object)[best], seasons[np.arange(len(best)), best], days
