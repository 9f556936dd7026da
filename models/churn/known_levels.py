"""How many left on days whose outcome is known, and what that says of another day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self


@dataclass(frozen=True)
class Level:
    """By how much the log-odds of a day are to be raised, and the standard deviation of that."""

    shift: float = 0.0
    spread: float = 0.0


@dataclass(frozen=True)
class KnownLevels:
    """For each cut-off: the shift in log-odds with which as many leavers would have been expected
    as there were, its variance, and the day from which it is known.
    """

    horizon_days: int
    shifts: Mapping[date, float]
    variances: Mapping[date, float]
    known_on: Mapping[date, date]

    def forecast(self, at: date) -> Level:
        """The level of day `at`, by what was known on it."""
        # Here, not above: a worker that scores is given the level and needs no scikit-learn.
        from holdfast.models.seasonal_level import forecast_deviation

        known = {day: shift for day, shift in self.shifts.items() if self.known_on[day] <= at}
        return Level(*forecast_deviation(known, at, self.variances)) if known else Level()

    @property
    def known_from(self) -> date:
        """The first day on which all of it was known."""
        return max(self.known_on.values())

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        days = {
            str(day): [self.shifts[day], self.variances[day], str(self.known_on[day])]
            for day in sorted(self.shifts)
        }
        return {"horizon_days": self.horizon_days, "days": days}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The inverse of `to_json`."""
        days = {date.fromisoformat(day): known for day, known in values["days"].items()}
        return cls(
            values["horizon_days"],
            {day: shift for day, (shift, _, _) in days.items()},
            {day: variance for day, (_, variance, _) in days.items()},
            {day: date.fromisoformat(known) for day, (_, _, known) in days.items()},
        )
