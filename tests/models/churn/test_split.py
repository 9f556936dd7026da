from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from holdfast.models.churn.split import time_split

AS_OF = date(2026, 1, 15)
H = timedelta(days=90)
MONTHS = [date(2024 + month // 12, month % 12 + 1, 1) for month in range(24)]


def test_three_cutoffs_a_horizon_apart_train_on_the_oldest_by_customer() -> None:
    split = time_split([AS_OF, AS_OF - H, AS_OF - 2 * H], 90, AS_OF)
    assert split is not None
    assert split.held_out == AS_OF - H
    assert split.train == (AS_OF - 2 * H,) and split.validation == AS_OF - 2 * H
    assert split.by_customer


def test_two_years_of_months_leave_a_horizon_between_training_validation_and_held_out() -> None:
    split = time_split([*MONTHS, AS_OF], 90, AS_OF)
    assert split is not None
    assert split.held_out == date(2025, 10, 1)
    assert split.validation == date(2025, 7, 1)
    assert split.train == tuple(MONTHS[:16])  # to April 2025: its window ends on 30 June
    assert not split.by_customer


def test_one_matured_cutoff_is_not_enough() -> None:
    assert time_split([AS_OF, AS_OF - H], 90, AS_OF) is None
    assert time_split([], 90, AS_OF) is None


def test_a_window_that_ends_on_the_held_out_day_may_train() -> None:
    assert time_split([AS_OF - 2 * H, AS_OF - H], 90, AS_OF) is not None
    assert time_split([AS_OF - 2 * H + timedelta(days=1), AS_OF - H], 90, AS_OF) is None


@given(st.sets(st.dates(date(2023, 1, 1), AS_OF), max_size=40), st.integers(1, 200))
def test_no_label_window_of_training_or_validation_reaches_past_the_held_out_day(
    cutoffs: set[date], days: int
) -> None:
    split = time_split(cutoffs, days, AS_OF)
    if split is None:
        return
    window = timedelta(days=days)
    assert split.held_out + window <= AS_OF
    assert all(day + window <= split.held_out for day in (*split.train, split.validation))
    assert split.by_customer or all(day + window <= split.validation for day in split.train)
