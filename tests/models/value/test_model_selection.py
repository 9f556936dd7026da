from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.jobs.stages.report.comparison import VALUE_COLUMNS
from holdfast.models.arrays import Floats
from holdfast.models.value.model_selection import (
    Evaluation,
    Losses,
    choose,
    metric_rows,
    of_last_year,
    win_share,
)
from holdfast.transformations.tables.ops import MODEL_METRICS

MONTHS = [date(2024 + month // 12, month % 12 + 1, 1) for month in range(24)]


def test_a_day_learns_from_a_year_of_days_whose_outcome_it_knew() -> None:
    known = of_last_year(MONTHS, date(2025, 12, 1), 90)
    assert known == tuple(MONTHS[9:21])
    assert known[-1] + timedelta(days=90) <= date(2025, 12, 1) < MONTHS[21] + timedelta(days=90)


@given(st.sets(st.dates(date(2024, 1, 1), date(2026, 1, 1)), max_size=30), st.integers(1, 120))
def test_no_outcome_window_reaches_past_the_day_that_learns(days: set[date], horizon: int) -> None:
    at = date(2025, 9, 1)
    assert all(day + timedelta(days=horizon) <= at for day in of_last_year(days, at, horizon))


def losses(day: date, **by_forecast: Sequence[float] | Floats) -> dict[date, Losses]:
    arrays = {name: np.array(values) for name, values in by_forecast.items()}
    return {day: Losses(np.arange(len(next(iter(arrays.values())))), arrays)}


ORDER = ("past_rate", "bg_nbd", "boosted")


def test_a_forecast_is_used_that_beats_every_simpler_one() -> None:
    rng = np.random.default_rng(0)
    noise = rng.gamma(1.0, 1.0, 500)
    found = {}
    for day in MONTHS[:3]:
        found |= losses(day, past_rate=noise + 0.5, bg_nbd=noise + 0.3, boosted=noise)
    basis, why = choose(found, ORDER)
    assert basis == "boosted"
    assert why == (
        "boosted does better than past_rate and bg_nbd on 3 days from 2024-01-01 to 2024-03-01"
    )


def test_what_is_no_better_beyond_chance_gives_way_to_the_simpler() -> None:
    rng = np.random.default_rng(0)
    plain = rng.gamma(1.0, 1.0, 200)
    by_chance = plain + rng.normal(0.0, 0.5, 200)
    found = losses(MONTHS[0], past_rate=plain + 1.0, bg_nbd=plain, boosted=by_chance)
    basis, why = choose(found, ORDER)
    assert basis == "bg_nbd"
    assert why == "bg_nbd does better than past_rate on 2024-01-01"


def test_one_good_day_of_four_decides_nothing() -> None:
    found = losses(MONTHS[0], past_rate=np.full(50, 2.0), bg_nbd=np.full(50, 1.0))
    for day in MONTHS[1:4]:
        found |= losses(day, past_rate=np.full(50, 2.0), bg_nbd=np.full(50, 2.2))
    assert win_share(found, "bg_nbd", "past_rate") < 0.95
    assert choose(found, ORDER)[0] == "past_rate"


def test_a_customer_is_drawn_on_all_days_together() -> None:
    """One customer brings all of the gain on each of three days: drawn day by day, that one would
    be missing from all of them in a twentieth of the resamples, drawn together in 37 of 100.
    """
    found: dict[date, Losses] = {}
    for day in MONTHS[:3]:
        theirs, ours = np.full(400, 1.0), np.full(400, 1.0001)
        theirs[0] = 60.0
        ours[0] = 1.0
        found |= losses(day, past_rate=theirs, bg_nbd=ours)
    assert win_share(found, "bg_nbd", "past_rate") == pytest.approx(1 - np.exp(-1), abs=0.07)


def test_a_forecast_that_could_be_made_on_no_day_beats_nobody() -> None:
    found = losses(MONTHS[0], past_rate=[1.0, 1.0], bg_nbd=[1.0, 1.0])
    assert win_share(found, "boosted", "bg_nbd") == 0.0
    assert choose(found, ORDER)[0] == "past_rate"


DAY = date(2025, 10, 1)
EVALUATIONS = {
    "boosted": Evaluation(218.0, 0.9, -0.02, 0.9, 3.0),
    "bg_nbd": Evaluation(229.0, 0.89, 0.01, float("nan"), 3.1),
}


def test_what_could_not_be_measured_has_no_row() -> None:
    rows = metric_rows(EVALUATIONS, DAY, 2_500)
    found = {(row["predictor"], row["metric"]): row["value"] for row in rows}
    assert ("bg_nbd", "coverage") not in found
    assert found["bg_nbd", "mean_absolute_error"] == 229.0


def test_rows_fit_their_table_and_bear_the_names_the_report_looks_for() -> None:
    rows = metric_rows(EVALUATIONS, DAY, 2_500)
    assert all(set(row) <= set(MODEL_METRICS.names) for row in rows)
    assert all((row["cutoff_on"], row["rows"]) == (DAY, 2_500) for row in rows)
    assert {column.metric for column in VALUE_COLUMNS} <= {row["metric"] for row in rows}
