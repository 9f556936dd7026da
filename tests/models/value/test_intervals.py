import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.models.value import intervals
from holdfast.models.value.btyd import Histories
from holdfast.models.value.btyd_fit import fit
from holdfast.models.value.metrics import interval_coverage
from tests.models.value.simulated import cells, simulate

COUNTS = (0.6, 8.0, 0.8, 2.5)
SPEND = (6.0, 4.0, 1500.0)


def test_intervals_calibrated_on_some_customers_hold_for_others() -> None:
    seen, new = (simulate(seed, 6_000, COUNTS, SPEND) for seed in (1, 2))
    model = fit(cells(seen))
    expected = [
        model.expected(Histories(p.x, p.t_x * 7, p.age * 7, p.mean_spend), 91).spend
        for p in (seen, new)
    ]
    bands = intervals.fit(expected[0], seen.future_spend, 0.9, 10)
    low, high = bands.interval(expected[1])
    assert 0.88 <= interval_coverage(new.future_spend, low, high) <= 0.94
    buyers = new.x > 5
    assert interval_coverage(new.future_spend[buyers], low[buyers], high[buyers]) >= 0.87


def test_a_model_that_is_wrong_by_half_still_gets_intervals_that_hold() -> None:
    random = np.random.default_rng(3)
    expected = random.gamma(2, 50, 20_000)
    actual = 2 * expected * random.lognormal(0, 0.5, 20_000)
    bands = intervals.fit(expected[:10_000], actual[:10_000], 0.9, 10)
    assert interval_coverage(actual[10_000:], *bands.interval(expected[10_000:])) == pytest.approx(
        0.9, abs=0.02
    )


def test_where_many_buy_nothing_the_lower_end_is_nothing_and_the_upper_one_takes_its_share() -> (
    None
):
    actual = np.concatenate([np.zeros(400), np.arange(1.0, 601.0)])
    bands = intervals.fit(np.full(1000, 300.0), actual, 0.9, 1)
    low, high = bands.interval(np.array([300.0]))
    assert low[0] == 0
    assert high[0] == pytest.approx(501, abs=2)


@given(
    st.lists(st.tuples(st.floats(0, 1e9), st.floats(-1e6, 1e9)), min_size=1, max_size=200),
    st.floats(0, 1e10),
)
@settings(max_examples=100, deadline=None)
def test_every_forecast_lies_within_its_interval(
    rows: list[tuple[float, float]], asked: float
) -> None:
    expected, actual = (np.array(column) for column in zip(*rows, strict=True))
    low, high = intervals.fit(expected, actual, 0.9, 10).interval(np.array([asked, 0.0]))
    assert (low >= 0).all()
    assert (low <= [asked, 0.0]).all()
    assert (high >= [asked, 0.0]).all()


def test_bands_survive_as_plain_values() -> None:
    bands = intervals.fit(np.arange(500.0), np.arange(500.0), 0.9, 5)
    again = intervals.Bands.from_json(bands.to_json())
    asked = np.array([0.0, 3.0, 250.0, 9e9])
    assert np.array_equal(bands.interval(asked), again.interval(asked))


def test_nobody_to_calibrate_on_is_refused() -> None:
    with pytest.raises(ValueError, match="outcome is known"):
        intervals.fit(np.array([]), np.array([]), 0.9, 10)
