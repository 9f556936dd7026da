from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from holdfast.jobs.stages.report.comparison import VALUE_COLUMNS
from holdfast.models.value.model_selection import (
    Evaluation,
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
