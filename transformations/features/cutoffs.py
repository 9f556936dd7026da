"""Cut-offs: the days that snapshots are taken on, and those whose outcome is known."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

Scheme = Literal["monthly", "horizons"]


def list_cutoffs(first: date, as_of: date, horizon_days: int, scheme: Scheme) -> list[date]:
    """Days to take snapshots on: month firsts after the first order and as_of, or as_of and whole
    horizons before it.
    """
    if scheme == "horizons":
        return [as_of - timedelta(days=horizon_days * step) for step in (2, 1, 0)]
    months: list[date] = []
    month = as_of.replace(day=1)
    while month > first:
        months.append(month)
        month = (month - timedelta(days=1)).replace(day=1)
    return sorted({*months, as_of})


def select_ended(cutoffs: Sequence[date], horizon_days: int, as_of: date) -> list[date]:
    """Cut-offs whose outcome window has ended by as_of."""
    return [day for day in cutoffs if day + timedelta(days=horizon_days) <= as_of]
