"""The shifted beta-geometric against the two cohorts of Fader and Hardie (2007), of 1,000 customers
each: survivors at every renewal over twelve years, of which the first seven are fitted.
"""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import beta

from holdfast.models.value.sbg import (
    Contracts,
    Sbg,
    discount_renewals,
    expected_renewals,
    fit,
    survival,
)

REGULAR = [1000, 631, 468, 382, 326, 289, 262, 241, 223, 207, 194, 183, 173]
HIGH_END = [1000, 869, 743, 653, 593, 551, 517, 491, 468, 445, 427, 409, 394]
YEARS = 7


def cohort(survivors: list[int]) -> Contracts:
    """The contracts that ended at the first seven renewals, and those that had them all."""
    ended = -np.diff(survivors[: YEARS + 1])
    return Contracts.of(
        [*range(YEARS), YEARS], [1] * YEARS + [0], [*ended.tolist(), survivors[YEARS]]
    )


def model(alpha: float, beta_: float) -> Sbg:
    return Sbg(alpha, beta_, (0.0, 0.0), 0.0, 1.0)


@pytest.mark.parametrize(
    ("survivors", "published"),
    [(REGULAR, (0.704, 1.182, -1680.3)), (HIGH_END, (0.668, 3.806, -1611.2))],
)
def test_the_papers_cohorts_give_the_papers_parameters(
    survivors: list[int], published: tuple[float, float, float]
) -> None:
    fitted = fit(cohort(survivors))
    assert (fitted.alpha, fitted.beta) == pytest.approx(published[:2], abs=5e-4)
    assert fitted.log_likelihood == pytest.approx(published[2], abs=0.05)
    assert fitted.why_not_identified == ""
    assert np.isfinite(fitted.standard_errors).all()


@pytest.mark.parametrize(("survivors", "furthest"), [(REGULAR, 5), (HIGH_END, 17)])
def test_the_five_years_that_were_not_fitted_are_projected(
    survivors: list[int], furthest: int
) -> None:
    """Within half and 1.7 points of what came; a constant retention rate is off by 7 and 10."""
    fitted = fit(cohort(survivors))
    projected = 1000 * survival(fitted, 0, np.arange(YEARS + 1, 13))
    assert np.abs(projected - survivors[YEARS + 1 :]).max() <= furthest
    constant = 1000 * (survivors[YEARS] / 1000) ** (np.arange(YEARS + 1, 13) / YEARS)
    assert np.abs(constant - survivors[YEARS + 1 :]).max() > 70


def test_the_projection_is_that_of_another_implementation() -> None:
    """Figures that a public package prints for the high-end cohort (shifted_beta_geometric_py)."""
    fitted = fit(cohort(HIGH_END))
    later = survival(fitted, 0, np.arange(8, 13))
    assert later == pytest.approx([0.460, 0.436, 0.414, 0.395, 0.378], abs=6e-4)
    assert discount_renewals(fitted, YEARS, 0.1) == pytest.approx(7.530, abs=6e-4)


def test_contracts_first_seen_later_and_running_ones_lose_nothing_of_the_truth() -> None:
    """100,000 simulated contracts, half of them seen from their third renewal on."""
    random = np.random.default_rng(5)
    chance = random.beta(0.8, 3.0, 100_000)
    lasted = random.geometric(chance) - 1  # renewals before the one at which it ends
    seen_from = np.where(random.random(100_000) < 0.5, 3, 0)
    is_seen = lasted >= seen_from
    ended, renewals = lasted < 10, np.minimum(lasted, 10)
    fitted = fit(Contracts.of(renewals[is_seen], ended[is_seen], None, seen_from[is_seen]))
    found = np.array([fitted.alpha, fitted.beta])
    assert np.abs((found - (0.8, 3.0)) / fitted.standard_errors).max() < 3
    naive = fit(Contracts.of(renewals[is_seen], ended[is_seen]))
    assert abs(naive.beta - 3.0) > 10 * naive.standard_errors[1]


@pytest.mark.parametrize("renewals", [0, 3, 50])
def test_expected_renewals_equal_the_integral_over_the_chance_to_end(renewals: int) -> None:
    fitted = model(0.7, 1.2)

    def ahead(ends: float) -> float:
        known = beta.pdf(ends, fitted.alpha, fitted.beta + renewals)
        return float(sum((1 - ends) ** time for time in range(1, 13)) * known)

    integral = quad(ahead, 0, 1, limit=500)[0]
    assert expected_renewals(fitted, renewals, 12) == pytest.approx(integral, rel=1e-6)


def test_a_discounted_sum_is_the_sum_of_discount_renewals() -> None:
    fitted, had = model(0.7, 1.2), np.array([0, 3, 50])
    times = np.arange(1, 4001)
    by_hand = survival(fitted, had[:, None], times) @ (1.01 ** -(times - 1.0))
    assert discount_renewals(fitted, had, 0.01) == pytest.approx(by_hand, rel=1e-6)


def test_a_contract_that_was_renewed_often_is_likelier_to_be_renewed_again() -> None:
    rates = survival(model(0.7, 1.2), np.arange(30), 1)
    assert (np.diff(rates) > 0).all()
    assert rates[0] == pytest.approx(1.2 / 1.9)


@pytest.mark.parametrize(
    "contracts",
    [
        Contracts.of([], []),
        Contracts.of([0, 0], [0, 0]),
        Contracts.of([5] * 9, [0] * 9),
        Contracts.of([0] * 9, [1] * 9),
        Contracts.of([2], [1]),
        Contracts.of([7, 7], [0, 0], None, 7),
    ],
)
def test_what_the_data_cannot_tell_is_said_and_never_a_crash(contracts: Contracts) -> None:
    fitted = fit(contracts)
    assert fitted.why_not_identified
    ahead = expected_renewals(fitted, [0, 1, 400], 12)
    assert ((ahead >= 0) & (ahead <= 12)).all()
    assert np.isfinite(discount_renewals(fitted, [0, 1, 400], 0.1)).all()


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="seen_from"):
        Contracts.of([2], [0], None, 3)
    with pytest.raises(ValueError, match="discount"):
        discount_renewals(model(0.7, 1.2), 0, 0.0)
