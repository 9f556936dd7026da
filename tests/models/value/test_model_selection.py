from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.jobs.stages.report.comparison import VALUE_COLUMNS
from holdfast.models.value.model_selection import (
    Evaluation,
    best,
    level,
    metric_rows,
    of_last_year,
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


def test_the_level_reads_only_days_whose_outcome_was_known() -> None:
    at = date(2025, 12, 1)
    known = {day: 1.5 for day in MONTHS if day + timedelta(days=90) <= at}
    unknown = {day: 99.0 for day in MONTHS if day + timedelta(days=90) > at}
    assert level({**known, **unknown}, at, 90) == level(known, at, 90)


def test_a_level_is_trusted_the_more_the_more_days_show_it() -> None:
    at = date(2026, 1, 1)
    levels = [level(dict.fromkeys(MONTHS[10 : 10 + count], 2.0), at, 90) for count in (0, 1, 3, 12)]
    assert levels[0] == 1
    assert levels[2] == pytest.approx(np.sqrt(2))
    assert (np.diff(levels) > 0).all()
    assert levels[-1] < 2


def test_the_better_forecast_ranks_better_by_more_than_it_errs() -> None:
    plain = Evaluation(100.0, 0.80, 0.0, 0.9)
    assert best({"bg_nbd": plain, "boosted": Evaluation(102.0, 0.84, 0.0, 0.9)}) == "boosted"
    assert best({"bg_nbd": plain, "boosted": Evaluation(102.0, 0.81, 0.0, 0.9)}) == "bg_nbd"
    assert best({"bg_nbd": plain, "boosted": Evaluation(90.0, float("nan"), 0.0, 0.9)}) == "bg_nbd"


DAY = date(2025, 10, 1)
EVALUATIONS = {
    "boosted": Evaluation(218.0, 0.9, -0.02, 0.9),
    "bg_nbd": Evaluation(229.0, 0.89, 0.01, float("nan")),
    "past_rate": Evaluation(278.0, 0.83, 0.1, 0.91),
}


def figures(basis: str) -> dict[tuple[str, str], float]:
    rows = metric_rows(EVALUATIONS, EVALUATIONS[basis], DAY, 2_500)
    return {(row["predictor"], row["metric"]): row["value"] for row in rows}


@pytest.mark.parametrize("basis", ["boosted", "past_rate"])
def test_the_forecast_in_use_is_also_called_the_model(basis: str) -> None:
    found = figures(basis)
    assert {name for name, _ in found} == {*EVALUATIONS, "model"}
    assert {metric: value for (name, metric), value in found.items() if name == "model"} == {
        metric: value for (name, metric), value in found.items() if name == basis
    }


def test_what_could_not_be_measured_has_no_row() -> None:
    found = figures("boosted")
    assert ("bg_nbd", "coverage") not in found
    assert found["bg_nbd", "mean_absolute_error"] == 229.0


def test_rows_fit_their_table_and_bear_the_names_the_report_looks_for() -> None:
    rows = metric_rows(EVALUATIONS, EVALUATIONS["boosted"], DAY, 2_500)
    assert all(set(row) <= set(MODEL_METRICS.names) for row in rows)
    assert all((row["cutoff_on"], row["rows"]) == (DAY, 2_500) for row in rows)
    assert {row["metric"] for row in rows} == {column.metric for column in VALUE_COLUMNS}
