"""Gaps against simulated customers and the closed form of exponential gaps."""

import numpy as np
import pytest

from holdfast.models.segments.gaps import GapModel, Gaps, fit

PLANTED = GapModel(shape=2.0, rate_shape=3.0, rate_scale=60.0, dropout=0.04)
WATCHED = 900.0


def simulate(people: int, seed: int) -> Gaps:
    """Customers watched for so many days."""
    random = np.random.default_rng(seed)
    rate = random.gamma(PLANTED.rate_shape, 1 / PLANTED.rate_scale, people)
    count, days, logs, silence = (np.zeros(people) for _ in range(4))
    for one, own in enumerate(rate):
        joined = random.uniform(0, WATCHED - 60)
        left = random.geometric(PLANTED.dropout)
        gaps = random.gamma(PLANTED.shape, 1 / own, left - 1)
        inside = gaps[joined + gaps.cumsum() < WATCHED]
        count[one], days[one], logs[one] = len(inside), inside.sum(), np.log(inside).sum()
        silence[one] = WATCHED - joined - inside.sum()
    return Gaps(count, days, logs, silence)


def test_the_planted_model_is_found_again() -> None:
    found = fit(simulate(4000, 3))
    assert found is not None
    assert found.shape == pytest.approx(PLANTED.shape, rel=0.06)
    assert found.dropout == pytest.approx(PLANTED.dropout, rel=0.15)
    mean = found.rate_shape / found.rate_scale
    assert mean == pytest.approx(PLANTED.rate_shape / PLANTED.rate_scale, rel=0.06)


def test_four_of_five_come_again_inside_their_window() -> None:
    random = np.random.default_rng(5)
    rate = random.gamma(PLANTED.rate_shape, 1 / PLANTED.rate_scale, 4000)
    count = np.arange(4000) % 12
    days = random.gamma(np.maximum(PLANTED.shape * count, 1e-9)) / rate  # without the half days
    gaps = Gaps(count.astype(float), days, np.zeros(4000), np.zeros(4000))
    following = random.gamma(PLANTED.shape, 1 / rate)
    following = np.ceil(following)  # the day on which it ends, the first one is 1
    low, high = PLANTED.window(gaps)
    assert ((low <= following) & (following <= high)).mean() == pytest.approx(0.8, abs=0.02)
    assert (following < low).mean() == pytest.approx(0.1, abs=0.02)


def test_exponential_gaps_have_the_quantiles_and_the_silence_of_a_lomax() -> None:
    model = GapModel(shape=1.0, rate_shape=2.0, rate_scale=50.0, dropout=0.1)
    gaps = Gaps(*(np.array([value]) for value in (3.0, 70.0, 8.0, 40.0)))
    scale, shape = 50.0 + 70.0, 2.0 + 3.0
    assert model.quantile(gaps, 0.9)[0] == pytest.approx(scale * (0.1 ** (-1 / shape) - 1))
    silent = 0.9 * (scale / (scale + 40.0)) ** shape
    assert model.alive_probability(gaps)[0] == pytest.approx(silent / (silent + 0.1))


def test_the_longer_the_silence_the_less_alive_and_the_faster_for_who_came_often() -> None:
    often, seldom = (Gaps(*(np.full(50, v) for v in (20.0, d, 30.0, 0.0))) for d in (140.0, 1400.0))
    silence = np.arange(0.0, 500.0, 10.0)
    alive = [
        PLANTED.alive_probability(Gaps(g.count, g.days, g.log_days, silence))
        for g in (often, seldom)
    ]
    assert all((np.diff(one) < 0).all() for one in alive)
    assert (alive[0][1:] < alive[1][1:]).all()


def test_too_few_gaps_give_no_model() -> None:
    once = Gaps(*(np.full(200, value) for value in (0.0, 0.0, 0.0, 100.0)))
    assert fit(once) is None
