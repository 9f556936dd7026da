"""Which days snapshots are taken on, and which of them have an outcome."""

from datetime import date

from holdfast.transformations.features.cutoffs import list_cutoffs, select_ended


def test_a_cutoff_is_labelled_when_its_window_has_ended() -> None:
    days = [date(2025, 10, 2), date(2025, 10, 3), date(2025, 10, 4)]
    assert select_ended(days, 90, date(2026, 1, 1)) == days[:2]
    assert select_ended(days[2:], 90, date(2026, 1, 1)) == []


def test_monthly_cutoffs_are_month_firsts_after_the_first_order_and_the_day() -> None:
    firsts = [date(2025, 11, 1), date(2025, 12, 1)]
    assert list_cutoffs(date(2025, 10, 15), date(2025, 12, 24), 90, "monthly") == [
        *firsts,
        date(2025, 12, 24),
    ]
    assert list_cutoffs(date(2025, 11, 1), date(2025, 12, 1), 90, "monthly") == [date(2025, 12, 1)]


def test_horizon_cutoffs_are_whole_horizons_before_the_day() -> None:
    assert list_cutoffs(date(2020, 1, 1), date(2025, 7, 1), 90, "horizons") == [
        date(2025, 1, 2),
        date(2025, 4, 2),
        date(2025, 7, 1),
    ]
