"""A group beside the others: figures and intervals of the field's own libraries, and p-values of
people drawn anew.
"""

import numpy as np
import pytest
from scipy import stats

from holdfast.models.fairness.comparison import Comparison, Sums, compare, wilson
from tests.models.fairness.worlds import sums_of

DRAWS = 20_000


def stacked(values: np.ndarray, stratum: np.ndarray) -> Sums:
    parts = [sums_of(values[stratum == one]).parts for one in range(3)]
    return Sums(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def compared(group: np.ndarray, others: np.ndarray, *, is_share: bool = False) -> Comparison:
    found = compare(sums_of(group), sums_of(others), 0.95, is_share=is_share)
    assert found is not None
    return found


def shuffled(values: np.ndarray, members: int, random: np.random.Generator) -> np.ndarray:
    """Means of that many people drawn without replacement, many times."""
    return np.array([random.permutation(values)[:members].mean() for _ in range(DRAWS)])


def test_means_and_their_interval_are_those_of_welch() -> None:
    random = np.random.default_rng(1)
    group, others = random.normal(1, 3, 60), random.normal(0, 1, 400)
    found, oracle = compared(group, others), stats.ttest_ind(group, others, equal_var=False)
    ends = oracle.confidence_interval(0.95)
    assert found.difference == pytest.approx(group.mean() - others.mean())
    assert (found.difference_low, found.difference_high) == pytest.approx((ends.low, ends.high))
    own = stats.t.interval(0.95, 59, group.mean(), stats.sem(group))
    assert (found.low, found.high) == pytest.approx(own)
    assert found.p_value >= oracle.pvalue, "more spread in the small group is no difference"


def test_intervals_of_shares_are_wilsons_and_newcombes() -> None:
    oracle = stats.binomtest(7, 60).proportion_ci(0.95, method="wilson")
    assert wilson(7 / 60, 60, 0.95) == pytest.approx((oracle.low, oracle.high))
    group, others = np.repeat([1.0, 0.0], [56, 14]), np.repeat([1.0, 0.0], [48, 32])
    found = compared(group, others, is_share=True)
    # Newcombe (1998), table II, example a, method 10
    assert found.difference == pytest.approx(0.2)
    assert found.difference_low == pytest.approx(0.0524, abs=5e-5)
    assert found.difference_high == pytest.approx(0.3339, abs=5e-5)


@pytest.mark.parametrize("members", [60, 300])
def test_a_rare_actions_p_value_is_not_below_fishers_half_way_out_in_the_tail(members: int) -> None:
    others = np.repeat([1.0, 0.0], [20, 1_980])
    for treated in range(8):
        group = np.repeat([1.0, 0.0], [treated, members - treated])
        exact = stats.hypergeom(2_000 + members, 20 + treated, members)
        tail = min(exact.cdf(treated), exact.sf(treated - 1)) - exact.pmf(treated) / 2
        assert compared(group, others, is_share=True).p_value >= min(1.0, 2 * tail) * 0.8


def test_p_values_of_money_are_not_below_those_of_a_permutation() -> None:
    random = np.random.default_rng(2)
    values = np.where(random.random(1_000) < 0.3, random.lognormal(0, 1, 1_000), 0.0)
    means = shuffled(values, 100, random)
    for quantile in (0.001, 0.01, 0.05, 0.95, 0.99, 0.999):
        at = np.quantile(means, quantile)
        near = random.permutation(values)
        group, others = near[:100], near[100:]
        moved = group + (at - group.mean())  # a group of that mean, others as they are
        whole = np.concatenate([moved, others])
        drawn = shuffled(whole, 100, random)
        exact = 2 * min((drawn <= at).mean(), (drawn >= at).mean())
        assert compared(moved, others).p_value >= 0.8 * exact - 2 / DRAWS


def test_people_are_compared_within_their_stratum() -> None:
    random = np.random.default_rng(3)
    stratum = random.integers(0, 3, 3_000)
    share = np.array([0.05, 0.3, 0.8])[stratum]
    treated = (random.random(3_000) < share).astype(float)
    is_group = random.random(3_000) < np.array([0.7, 0.2, 0.1])[stratum]
    parts = [stacked(treated[chosen], stratum[chosen]) for chosen in (is_group, ~is_group)]
    plain = compared(treated[is_group], treated[~is_group], is_share=True)
    within = compare(*parts, 0.95, is_share=True)
    assert within is not None
    assert plain.p_value < 1e-20 and plain.difference < -0.2
    assert within.p_value > 0.05 and abs(within.difference) < 0.04
    tables = [
        [
            [treated[(stratum == s) & side].sum(), (1 - treated[(stratum == s) & side]).sum()]
            for side in (is_group, ~is_group)
        ]
        for s in range(3)
    ]
    # Mantel & Haenszel (1959): observed less expected, over the variance of the hypergeometric
    gap = sum(a[0] - (a[0] + b[0]) * sum(a) / (sum(a) + sum(b)) for a, b in tables)
    weight = sum(sum(a) * sum(b) / (sum(a) + sum(b)) for a, b in tables)
    assert within.difference == pytest.approx(gap / weight)


def test_groups_without_anybody_beside_them_are_not_compared() -> None:
    nobody = sums_of(np.array([]))
    assert compare(sums_of(np.ones(5)), nobody, 0.95, is_share=True) is None
    one, zero = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    apart = [Sums(*(part * side for part in np.ones((4, 1)))) for side in (one, zero)]
    assert compare(*apart, 0.95, is_share=True) is None, "no stratum holds both"


def test_a_sum_that_is_not_known_is_compared_with_nothing() -> None:
    lost = Sums(np.array([5.0]), np.array([1.0]), np.array([1.0]), np.array([np.nan]))
    assert compare(lost, sums_of(np.ones(5)), 0.95, is_share=False) is None


def test_where_all_are_the_same_there_is_no_difference() -> None:
    found = compared(np.zeros(60), np.zeros(90), is_share=True)
    assert (found.difference, found.p_value) == (0.0, 1.0)
    assert found.difference_low < 0 < found.difference_high
