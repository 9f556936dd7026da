"""Who leaves, as the value model is evaluated with it."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from holdfast.jobs.stages import value
from holdfast.jobs.stages.training import Champion
from holdfast.models.value.btyd_baseline import Customers

BEFORE, KNOWN = date(2025, 7, 1), date(2025, 9, 29)
CONTEXT: Any = SimpleNamespace(
    settings=SimpleNamespace(features=SimpleNamespace(eligible_days=180))
)


class Dividing:
    """A chance of the days since the last order over `by`, known from a day on."""

    features = ("visits_30d", "recency_days")

    def __init__(self, by: int, known: date, before: "Dividing | None" = None) -> None:
        self.by, self.known, self.before = by, known, before

    def as_known_on(self, day: date) -> "Dividing | None":
        if day >= self.known:
            return self
        return self.before.as_known_on(day) if self.before else None

    def probability(self, values: np.ndarray, day: date) -> np.ndarray:
        return np.asarray(values[:, 1] / self.by)


def champion() -> Champion[Any]:
    """What was evaluated answers half of what is in use."""
    model: Any = Dividing(1000, KNOWN, before=Dividing(2000, BEFORE))
    return Champion("churn", 1, model, BEFORE)


def held_out(days: list[date]) -> Customers:
    """Customers with orders 12.3456789, 180 and 181 days ago, and one without."""
    recency = np.array([12.3456789, 180, 181, -1e9])
    nothing = np.zeros(4)
    columns = {"recency_days": recency, "visits_30d": nothing}
    return Customers(np.arange(4), columns, np.array(days, object), nothing, nothing > 0)


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> value.Leaving:
    monkeypatch.setattr(value, "read_champion", lambda *_: champion())
    found = value.read_leaving(CONTEXT)
    assert found
    return found


def test_only_the_active_are_asked_and_answers_have_six_decimals(ask: value.Leaving) -> None:
    assert ask(held_out([KNOWN] * 4)).tolist() == [0.012346, 0.18, -1, -1]


def test_each_day_is_answered_by_what_was_known_on_it_and_before_that_nobody_is(
    ask: value.Leaving,
) -> None:
    days = [date(2025, 9, 28), date(2025, 6, 30), KNOWN, KNOWN]
    assert ask(held_out(days)).tolist() == [0.006173, -1, -1, -1]


def test_without_a_churn_model_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(value, "read_champion", lambda *_: None)
    assert value.read_leaving(CONTEXT) is None
