"""Pooled effects of cells, beside the joint normal distribution conditioned by linear algebra."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from holdfast.models.uplift import cells as cells_module
from holdfast.models.uplift.cells import CellEffects, Cells, estimate_effects
from holdfast.models.uplift.history import Arm

Z90 = 1.6448536


def arm_of(count: list[int], stayed: list[int]) -> Arm:
    """Customers who each had an even chance of what was done."""
    return Arm(*(np.array(sums, float) for sums in (
        count, [2 * n for n in count], [4 * n for n in count],
        [2 * n for n in stayed], [4 * n for n in stayed],
    )))  # fmt: skip


def cells_of(
    treated: tuple[list[int], list[int]],
    untreated: tuple[list[int], list[int]],
    driver: str,
    play: str | None = None,
) -> Cells:
    """Cells of risk .4, of which the catalogue says that a tenth is kept, worth 200 customers."""
    size = len(driver)
    constants = (np.full(size, 0.4), np.full(size, 0.1), np.full(size, 200.0))
    names = np.array(list(play or "p" * size)), np.array(list(driver))
    return Cells(*names, *constants, arm_of(*treated), arm_of(*untreated))


SEVERAL = cells_of(
    ([100, 20, 400, 0, 50], [80, 15, 300, 0, 25]),
    ([100, 30, 300, 0, 60], [60, 20, 180, 0, 40]),
    driver="aaabb",
)


def same(one: CellEffects, other: CellEffects) -> bool:
    """Whether all figures are equal."""
    return all(np.array_equal(part, getattr(other, name)) for name, part in vars(one).items())


def test_without_history_a_cell_has_its_prior_and_the_priors_interval() -> None:
    found = estimate_effects(cells_of(([0], [0]), ([0], [0]), driver="a"))
    reach = Z90 * 0.4 * np.sqrt(4 * 0.6 / (0.4 * 200))
    assert not found.is_observed[0]
    assert found.mean[0] == pytest.approx(0.04)
    assert (found.low[0], found.high[0]) == pytest.approx((0.04 - reach, 0.04 + reach), rel=1e-5)


def condition(within: float) -> tuple[np.ndarray, np.ndarray, float]:
    """Mean and deviation of the keep shares of SEVERAL, and how likely its history is."""
    prior = 4 * 0.6 / (0.4 * 200)
    is_alike = np.array([[a == b for a in "aaabb"] for b in "aaabb"])
    covariance = prior * ((1 - within) * is_alike + within * np.eye(5))
    counts = np.array([[100, 20, 400, 50], [100, 30, 300, 60]])
    rates = np.array([[80, 15, 300, 25], [60, 20, 180, 40]]) / counts
    variances = (rates * (1 - rates) + 30 * 0.24 / counts) / (counts + 30)
    keeps = (rates[0] - rates[1]) / 0.4
    seen = np.array([0, 1, 2, 4])
    marginal = covariance[np.ix_(seen, seen)] + np.diag(variances.sum(axis=0) / 0.16)
    gain = covariance[:, seen] @ np.linalg.inv(marginal)
    deviation = np.sqrt(np.diag(covariance - gain @ covariance[seen]))
    likelihood = multivariate_normal(np.full(4, 0.1), marginal).pdf(keeps)
    return 0.1 + gain @ (keeps - 0.1), deviation, float(likelihood)


@pytest.mark.parametrize("within", [0.0, 0.3])
def test_pooling_conditions_the_joint_distribution(
    within: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cells_module, "_WITHIN", np.array([within]))
    found = estimate_effects(SEVERAL, level=0.95)
    mean, deviation, _ = condition(within)
    np.testing.assert_allclose(found.mean, 0.4 * mean)
    np.testing.assert_allclose(found.high, 0.4 * (mean + 1.959964 * deviation), rtol=1e-5)


def test_how_far_cells_scatter_is_averaged_by_how_likely_it_makes_the_history(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cells_module, "_WITHIN", np.array([0.0, 0.3]))
    found = estimate_effects(SEVERAL, level=0.95)
    means, deviations, likelihoods = zip(*map(condition, (0.0, 0.3)), strict=True)
    weights = np.array(likelihoods) / sum(likelihoods)
    np.testing.assert_allclose(found.mean, 0.4 * weights @ np.array(means))
    for end, share in ((found.low, 0.025), (found.high, 0.975)):
        below = norm(np.array(means), np.array(deviations)).cdf(end / 0.4)
        np.testing.assert_allclose(weights @ below, share, rtol=1e-5)


def test_cells_that_differ_are_left_apart_and_cells_that_do_not_are_pooled() -> None:
    count = [4000] * 6
    alike = cells_of((count, [2600] * 6), (count, [2400] * 6), "aaaaaa")
    apart = cells_of((count, [2800, 2000, 2700, 2200, 2300, 2900]), (count, [2400] * 6), "aaaaaa")
    pooled, kept = estimate_effects(alike), estimate_effects(apart)
    alone = np.array([2800, 2000, 2700, 2200, 2300, 2900]) / 4000 - 0.6
    assert np.abs(kept.mean - alone).max() < 0.01
    assert (pooled.high - pooled.low).max() < 0.75 * (kept.high - kept.low).min()


def test_ten_of_ten_who_stay_are_no_certainty() -> None:
    found = estimate_effects(cells_of(([10], [10]), ([10], [10]), driver="a"))
    assert found.high[0] - found.low[0] > 0.1


def test_another_play_and_the_order_of_cells_change_nothing() -> None:
    alone = estimate_effects(SEVERAL)
    two = cells_of(
        ([50, 20, 400, 0, 900, 100], [25, 15, 300, 0, 200, 80]),
        ([60, 30, 300, 0, 900, 100], [40, 20, 180, 0, 700, 60]),
        driver="baabaa",
        play="ppppqp",
    )
    found = estimate_effects(two)
    np.testing.assert_allclose(found.mean[[5, 1, 2, 3, 0]], alone.mean)
    np.testing.assert_allclose(found.low[[5, 1, 2, 3, 0]], alone.low)
    assert found.mean[4] < -0.3
    assert same(estimate_effects(two), found)


def test_a_marketer_who_aims_at_the_riskiest_does_not_hide_the_effect() -> None:
    random = np.random.default_rng(5)
    risk = random.choice([0.1, 0.7], 40_000)
    propensity = np.where(risk > 0.4, 0.8, 0.1)
    is_treated = random.random(len(risk)) < propensity
    stayed = random.random(len(risk)) >= risk * (1 - 0.5 * is_treated)
    chosen = np.where(is_treated, propensity, 1 - propensity)
    cell = np.zeros(len(risk), int)
    arms = [Arm.add_up(cell[own], 1, stayed[own], chosen[own]) for own in (is_treated, ~is_treated)]
    one = cells_of(([0], [0]), ([0], [0]), driver="a")
    found = estimate_effects(replace(one, treated=arms[0], untreated=arms[1]))
    assert stayed[is_treated].mean() - stayed[~is_treated].mean() < 0
    assert found.low[0] < 0.5 * risk.mean() < found.high[0]
    assert found.high[0] - found.low[0] < 0.06


@pytest.mark.parametrize("changed", [{"risk": 0.0}, {"risk": 1.0}, {"pseudo_customers": 0.0}])
def test_a_risk_or_a_prior_that_cannot_be_is_refused(changed: dict[str, float]) -> None:
    broken = {name: np.full(5, value) for name, value in changed.items()}
    with pytest.raises(ValueError, match=r"risk|prior"):
        estimate_effects(replace(SEVERAL, **broken))


def test_doubts_are_averaged_by_how_likely_they_make_the_whole_history() -> None:
    """Two plays with a cell each, so that all is a product of normal densities."""
    cells = cells_of(([100, 400], [80, 260]), ([100, 300], [60, 180]), driver="aa", play="pq")
    deviation = np.array([0.8 - 0.6, 0.65 - 0.6]) / 0.4 - 0.1
    stated, doubts = 4 * 0.6 / (0.4 * 200), np.array([1.0, 0.1])
    variance = np.zeros(2)
    for count, rates in (([100, 400], [0.8, 0.65]), ([100, 300], [0.6, 0.6])):
        n, rate = np.array(count), np.array(rates)
        own = n / (n + 30)
        variance += (own * rate * (1 - rate) + (1 - own) * 0.24) / n / 0.4**2
    prior = stated * doubts[:, None]
    likely = norm.pdf(deviation, scale=np.sqrt(prior + variance)).prod(axis=1)
    shrunk = prior / (prior + variance) * deviation
    expected = 0.4 * (0.1 + likely @ shrunk / likely.sum())
    found = estimate_effects(cells, doubts=doubts.tolist())
    assert found.mean == pytest.approx(expected)
    assert same(estimate_effects(cells, doubts=[1.0, 1.0]), estimate_effects(cells))
