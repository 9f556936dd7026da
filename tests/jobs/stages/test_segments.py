"""Which days are labelled, and what each goes on from."""

from datetime import date

from holdfast.jobs.stages.segments import order_days

MONTHS = [date(2025, month, 1) for month in (9, 10, 11)]
TODAY = date(2025, 11, 15)


def test_a_first_run_labels_every_cut_off_and_today() -> None:
    days = order_days([*MONTHS, TODAY], [], TODAY)
    assert days.new == (*MONTHS, TODAY)
    assert days.before is None
    assert days.compared == {MONTHS[1]: MONTHS[0], MONTHS[2]: MONTHS[1], TODAY: MONTHS[2]}


def test_published_days_are_not_labelled_again_and_the_newest_is_gone_on_from() -> None:
    yesterday = date(2025, 11, 14)
    days = order_days([*MONTHS, TODAY], [*MONTHS, yesterday], TODAY)
    assert days.new == (TODAY,)
    assert days.before == yesterday
    assert days.compared == {TODAY: MONTHS[2]}


def test_a_day_that_is_run_again_does_not_go_on_from_itself() -> None:
    days = order_days([*MONTHS, TODAY], [*MONTHS, TODAY], TODAY)
    assert (days.new, days.before) == ((TODAY,), MONTHS[2])
