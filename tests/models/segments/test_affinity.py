"""Affinities of hand-written counts, and priors against drawn customers and scipy's beta."""

from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from scipy.stats import beta

from holdfast.models.segments.affinity import (
    MONTHS,
    AffinityPriors,
    KindPrior,
    find_affinities,
    fit_affinities,
)
from holdfast.models.segments.shares import fit_share, fit_strength

EVEN: Final = [0.0] * 12
PRIORS: Final = AffinityPriors(
    KindPrior({"Tea": 0.1, "Food": 0.6}, 4.0),
    KindPrior(dict.fromkeys(MONTHS, 0.25), 6.0),
    KindPrior({"own": 0.2}, 4.0),
    KindPrior({"Holm": 0.2}, 4.0),
)


def counts(**own: Any) -> dict[str, Any]:
    """Twenty lines of many categories and brands."""
    few = {"top_category": "Tea", "category_top_lines": 3.0, "category_lines": 20.0}
    brands = {"top_brand": "Holm", "brand_top_lines": 4.0, "brand_lines": 20.0}
    labels = {"label_lines": 20.0, "private_lines": 4.0, "month_days": EVEN}
    return {**few, **brands, **labels, **own}


def bought_in(*months: int) -> dict[str, Any]:
    return {"month_days": [5.0 if number + 1 in months else 0.0 for number in range(12)]}


def find(priors: AffinityPriors, *rows: dict[str, Any]) -> list[tuple[Any, Any, float]]:
    found = find_affinities(pa.Table.from_pylist(list(rows)), priors)
    return list(
        zip(found["affinity"], found["affinity_of"], found["affinity_probability"], strict=True)
    )


TEA: Final = {"category_top_lines": 16.0}
NOTHING: Final = dict.fromkeys(
    ("category_lines", "category_top_lines", "brand_lines", "brand_top_lines"), 0.0
) | {"label_lines": 0.0, "private_lines": 0.0, "top_category": None, "top_brand": None}


@pytest.mark.parametrize(
    ("own", "affinity", "of"),
    [
        (TEA, "category_specialist", "Tea"),
        (bought_in(11, 12, 1), "seasonal", "november"),
        (bought_in(12), "seasonal", "november"),  # December stands in the middle
        (bought_in(3, 9), "cross_category", None),
        ({"private_lines": 16.0}, "private_label", None),
        ({"brand_top_lines": 16.0}, "brand_loyal", "Holm"),
        ({}, "cross_category", None),
        ({**NOTHING, **bought_in(6)}, None, None),
        # In the order of the words.
        ({**TEA, **bought_in(6), "private_lines": 20.0}, "category_specialist", "Tea"),
        ({**bought_in(6), "private_lines": 20.0}, "seasonal", "may"),
        ({"private_lines": 16.0, "brand_top_lines": 16.0}, "private_label", None),
        # Six of ten lines of the shop are food: sixteen of twenty are nothing special.
        ({**TEA, "top_category": "Food"}, "cross_category", None),
        ({"top_category": "Food", "category_top_lines": 20.0}, "category_specialist", "Food"),
    ],
)
def test_an_affinity_is_the_first_kind_with_more_than_half(
    own: dict[str, Any], affinity: str | None, of: str | None
) -> None:
    ((found, found_of, chance),) = find(PRIORS, counts(**own))
    assert (found, found_of) == (affinity, of)
    assert np.isnan(chance) if affinity is None else chance > 0.4


def test_few_lines_say_little_and_the_chance_is_that_of_the_beta() -> None:
    only = {**NOTHING, "top_category": "Tea"}
    one, eight = find(
        PRIORS,
        counts(**only | {"category_lines": 1.0, "category_top_lines": 1.0}),
        counts(**only | {"category_lines": 8.0, "category_top_lines": 8.0}),
    )
    assert one[0] == "cross_category"
    assert one[2] == pytest.approx(1.0 - beta.sf(0.5, 0.4 + 1.0, 3.6))
    assert eight[:2] == ("category_specialist", "Tea")
    assert eight[2] == pytest.approx(beta.sf(0.5, 0.4 + 8.0, 3.6))


def test_where_nobody_differs_nothing_is_said() -> None:
    assert find(AffinityPriors(), counts(**TEA))[0][:2] == (None, None)
    season_alone = AffinityPriors(season=PRIORS.season)
    assert find(season_alone, counts(**bought_in(6)))[0][0] is None


def draw_counts(strength: float, means: Any) -> Any:
    """Lines of 4,000 customers, each with shares of their own around the base's."""
    random = np.random.default_rng(3)
    shares = random.dirichlet(strength * np.asarray(means), 4_000)
    return random.multinomial(random.integers(1, 30, 4_000), shares).astype(float)


def test_the_strength_of_the_base_is_found_again() -> None:
    means = np.array([0.4, 0.3, 0.2, 0.1])
    lines = draw_counts(6.0, means)
    pairs = (lines * (lines - 1)).sum(axis=1)
    assert fit_strength(pairs, lines.sum(axis=1), means) == pytest.approx(6.0, rel=0.1)
    two = draw_counts(6.0, [0.3, 0.7])
    alone, together = fit_share(two[:, 0], two.sum(axis=1)), (two * (two - 1)).sum(axis=1)
    of_two = fit_strength(together, two.sum(axis=1), np.array([0.3, 0.7]))
    assert alone is not None and of_two == pytest.approx(alone.strength, rel=0.1)


@pytest.mark.parametrize("means", [[1.0], [], [0.0]])
def test_one_kind_alone_has_no_prior(means: list[float]) -> None:
    assert fit_strength(np.array([6.0]), np.array([3.0]), np.array(means)) is None


def test_a_base_of_buyers_by_season_makes_a_season_easy_to_say() -> None:
    """A fifth buys in the summer alone, the others all year round."""
    random = np.random.default_rng(4)
    year, summer = np.full(12, 1 / 12), np.isin(np.arange(12), [5, 6, 7]) / 3
    months = [random.multinomial(12, summer if i % 5 == 0 else year) for i in range(500)]
    rows = [counts(month_days=row.astype(float).tolist()) for row in months]
    frame = pd.DataFrame(rows).assign(category_pairs=6.0, brand_pairs=12.0)
    priors = fit_affinities(frame, {"category": {"Tea": 0.15}, "brand": {"Holm": 0.2}})
    found = [one[:2] for one in find(priors, *rows)]
    assert {affinity for affinity, _ in found[::5]} == {"seasonal"}
    assert sum(of == "june" for _, of in found[::5]) > 95
    assert sum(one[0] == "seasonal" for one in found) < 105


def test_a_base_without_seasons_needs_much_to_say_one() -> None:
    random = np.random.default_rng(5)
    months = random.multinomial(8, np.full(12, 1 / 12), 2_000)
    rows = [counts(month_days=row.astype(float).tolist()) for row in months]
    frame = pd.DataFrame(rows).assign(category_pairs=6.0, brand_pairs=12.0)
    priors = fit_affinities(frame, {"category": {"Tea": 0.15}, "brand": {"Holm": 0.2}})
    assert all(one[0] != "seasonal" for one in find(priors, *rows))
    assert (months[:, :3].sum(axis=1) > 4).sum() > 10  # that a raw share would name
