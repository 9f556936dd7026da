from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from holdfast.models.churn.split import Fold, time_split

AS_OF = date(2026, 1, 15)
H = timedelta(days=90)
MONTHS = [date(2024 + month // 12, month % 12 + 1, 1) for month in range(24)]


def test_three_cutoffs_a_horizon_apart_learn_from_half_of_the_customers_of_the_oldest() -> None:
    split = time_split([AS_OF, AS_OF - H, AS_OF - 2 * H], 90, AS_OF)
    assert split is not None
    assert split.held_out == AS_OF - H
    assert split.known == (AS_OF - 2 * H,)
    assert split.folds == (Fold(split.known, AS_OF - 2 * H, by_customer=True),)


def test_two_years_of_months_leave_a_horizon_before_each_day_that_is_measured() -> None:
    split = time_split([*MONTHS, AS_OF], 90, AS_OF)
    assert split is not None
    assert split.held_out == date(2025, 10, 1)
    assert split.known == tuple(MONTHS[:19])  # to July 2025: its window ends on 28 September
    assert [fold.day for fold in split.folds] == [date(2025, month, 1) for month in (4, 5, 6, 7)]
    assert split.folds[-1].train == tuple(MONTHS[:16])  # to April 2025: its window ends on 29 June
    assert not any(fold.by_customer for fold in split.folds)
    assert split.embargoed == (date(2025, 8, 1), date(2025, 9, 1))
    assert split.running == (date(2025, 11, 1), date(2025, 12, 1)), "not the day itself"


def test_one_matured_cutoff_is_not_enough() -> None:
    assert time_split([AS_OF, AS_OF - H], 90, AS_OF) is None
    assert time_split([], 90, AS_OF) is None


def test_a_window_that_ends_on_the_held_out_day_may_train() -> None:
    assert time_split([AS_OF - 2 * H, AS_OF - H], 90, AS_OF) is not None
    assert time_split([AS_OF - 2 * H + timedelta(days=1), AS_OF - H], 90, AS_OF) is None


@given(st.sets(st.dates(date(2023, 1, 1), AS_OF), max_size=40), st.integers(1, 200))
def test_no_label_window_that_is_learnt_from_reaches_past_the_day_that_is_measured(
    cutoffs: set[date], days: int
) -> None:
    split = time_split(cutoffs, days, AS_OF)
    if split is None:
        return
    window = timedelta(days=days)
    assert split.held_out + window <= AS_OF
    assert all(day + window <= split.held_out for day in split.known)
    assert all(day + window <= AS_OF for day in split.matured)
    assert all(day < AS_OF < day + window for day in split.running)
    assert {*split.matured, *split.running} == {day for day in cutoffs if day < AS_OF}
    for fold in split.folds:
        assert fold.by_customer or all(day + window <= fold.day for day in fold.train)
        assert {*fold.train, fold.day} <= set(split.known)
