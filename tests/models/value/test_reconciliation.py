"""Two models, one pair of numbers: what is expected of a customer is what follows from the chance
that the customer stays.
"""

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest

from holdfast.models.value.btyd import Btyd
from holdfast.models.value.intervals import Bands
from holdfast.models.value.model import BG_NBD, PAST_RATE, ValueModel
from holdfast.models.value.predictions import BgNbd, GammaGamma
from holdfast.models.value.reconciliation import find_expected_spend, find_value_if_stays

COUNTS = BgNbd(0.5, 6.0, 0.8, 2.5, False, (), -1.0, 100.0)
ALIVE = BgNbd(0.5, 6.0, 0.8, 2.5, True, (), -1.0, 100.0)
SPEND = GammaGamma(6.0, 4.0, 15000.0, 8000.0, 100.0)
BANDS = Bands(0.9, 50.0, np.array([3000.0]), np.array([0.0, 0.2]), np.array([3.0, 2.0]))
# frequency, recency and age in days, mean and total repeat spend in cents
PASTS = np.array(
    [
        [0, 0, 30, -1e9, 0],
        [1, 200, 260, 9000, 9000],
        [5, 100, 120, 4000, 20000],
        [9, 90, 400, 2500, 22500],
        [30, 390, 400, 12345, 370350],
    ],
    dtype=float,
)
CHANCES = np.array([0.25, 0.98, 0.073331, 0.999999, 0.018795])


def model(basis: str = BG_NBD) -> ValueModel:
    return ValueModel(basis, "USD", 90, 0.9, Btyd(COUNTS, ALIVE, SPEND), bands=BANDS)


def half_up(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def test_a_chance_to_leave_of_98_percent_does_not_stand_beside_432_dollars() -> None:
    kept = find_value_if_stays(np.array([43200.0]), np.array([0.98]), np.array([30000.0]))
    assert kept.tolist() == [60000.0]  # twice what such a customer spends, not 432 / .02
    assert find_expected_spend(kept, np.array([0.98])).tolist() == [1200.0]


def test_numbers_that_agree_are_left_alone() -> None:
    kept = find_value_if_stays(np.array([8000.0]), np.array([0.2]), np.array([9000.0]))
    assert kept.tolist() == [10000.0]
    assert find_expected_spend(kept, np.array([0.2])).tolist() == [8000.0]


def test_whoever_comes_back_spends_at_least_half_of_what_such_customers_spend() -> None:
    kept = find_value_if_stays(np.array([0.0]), np.array([0.5]), np.array([10000.0]))
    assert kept.tolist() == [5000.0]
    assert find_expected_spend(kept, np.array([0.5])).tolist() == [2500.0]


def test_the_expectation_is_exact_to_the_minor_unit() -> None:
    random = np.random.default_rng(5)
    kept = np.round(random.uniform(0, 10_000_000_000, 5000))
    millionths = random.integers(0, 1_000_001, 5000)
    by_hand = [
        half_up((1 - Decimal(int(chance)) / 1_000_000) * Decimal(int(amount)))
        for chance, amount in zip(millionths, kept, strict=True)
    ]
    assert find_expected_spend(kept, millionths / 1e6).tolist() == by_hand
    # half a cent goes up
    assert find_expected_spend(np.array([1.0, 3.0]), np.array([0.5, 0.5])).tolist() == [1.0, 2.0]


@pytest.mark.parametrize("basis", [BG_NBD, PAST_RATE])
def test_every_forecast_agrees_with_the_chance_to_leave(basis: str) -> None:
    near = model(basis).forecast(PASTS, 90, CHANCES)
    by_hand = [
        half_up((1 - Decimal(str(chance))) * Decimal(int(kept)))
        for chance, kept in zip(CHANCES, near.if_stays, strict=True)
    ]
    assert near.spend.tolist() == by_hand
    assert (near.low <= near.spend).all() and (near.spend <= near.high).all()


@pytest.mark.parametrize("basis", [BG_NBD, PAST_RATE])
def test_a_longer_horizon_brings_no_less_and_a_shorter_one_no_more(basis: str) -> None:
    short, near, far = (model(basis).forecast(PASTS, days, CHANCES) for days in (30, 90, 365))
    assert (short.spend <= near.spend).all() and (near.spend <= far.spend).all()
    for other in (short, far):
        assert (other.low <= other.spend).all() and (other.spend <= other.high).all()
        assert np.isnan(other.if_stays).all()  # it is known who leaves within 90 days, no other


def test_of_whom_nobody_says_whether_they_leave_the_forecast_stands() -> None:
    alone = model().forecast(PASTS, 90)
    some = np.where(np.arange(len(PASTS)) == 1, -1.0, CHANCES)
    beside = model().forecast(PASTS, 90, some)
    assert np.isnan(alone.if_stays).all()
    assert np.isnan(beside.if_stays).tolist() == [False, True, False, False, False]
    assert beside.spend[1] == alone.spend[1]


def test_the_purchase_model_agrees_with_itself() -> None:
    alone = model().forecast(PASTS, 90)
    leaving = np.round(1 - model().order_probability(PASTS), 6)
    both = model().forecast(PASTS, 90, leaving)
    assert both.spend == pytest.approx(alone.spend, abs=1.0)
    # who orders, orders at least once
    each = (
        SPEND.p
        * (SPEND.v + PASTS[:, 0] * np.maximum(PASTS[:, 3], 0))
        / (SPEND.p * PASTS[:, 0] + SPEND.q - 1)
    )
    assert (both.if_stays >= each - 1).all()


def test_at_the_past_rate_orders_come_by_chance() -> None:
    found = model(PAST_RATE).forecast(PASTS[2:3], 90, np.array([0.5]))
    orders = 5 / 120 * 90
    spend, if_ordering = 4000 * orders, 4000 * orders / (1 - np.exp(-orders))
    assert found.if_stays.tolist() == [round(min(spend / 0.5, 2 * if_ordering))]
