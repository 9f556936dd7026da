"""Who leaves, as the value model is evaluated with it."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from holdfast.jobs.stages import value
from holdfast.jobs.stages.training import Champion
from holdfast.models.value.btyd_baseline import HeldOut

THROUGH = date(2025, 7, 1)
KNOWN = date(2025, 9, 29)  # 90 days later
CONTEXT: Any = SimpleNamespace(
    settings=SimpleNamespace(features=SimpleNamespace(eligible_days=180))
)


def champion() -> Champion[Any]:
    """Leaves with a chance of a thousandth of the days since the last order."""
    model = SimpleNamespace(
        trained_through_on=THROUGH,
        horizon_days=90,
        nodes=SimpleNamespace(features=("visits_30d", "recency_days")),
        probability=lambda values: values[:, 1] / 1000,
    )
    return Champion("churn", 1, model, KNOWN)


def held_out(days: list[date]) -> HeldOut:
    """Customers with orders 12.3456789, 180 and 181 days ago, and one without."""
    recency = np.array([12.3456789, 180, 181, -1e9])
    nothing = np.zeros(4)
    columns = {"recency_days": recency, "visits_30d": nothing}
    return HeldOut(np.arange(4), columns, np.array(days, object), nothing, nothing > 0)


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> value.Leaving:
    monkeypatch.setattr(value, "read_champion", lambda *_: champion())
    found = value.read_leaving(CONTEXT)
    assert found
    return found


def test_only_the_active_are_asked_and_answers_have_six_decimals(ask: value.Leaving) -> None:
    assert ask(held_out([KNOWN] * 4)).tolist() == [0.012346, 0.18, -1, -1]


def test_nobody_is_asked_of_a_day_before_the_outcomes_it_learnt_from_were_known(
    ask: value.Leaving,
) -> None:
    days = [date(2025, 9, 28), KNOWN, KNOWN, KNOWN]
    assert ask(held_out(days)).tolist() == [-1, 0.18, -1, -1]


def test_without_a_churn_model_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(value, "read_champion", lambda *_: None)
    assert value.read_leaving(CONTEXT) is None
