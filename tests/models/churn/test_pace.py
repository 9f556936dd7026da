"""How many leave of a cut-off whose window is running, by how fast people come back."""

import numpy as np
import pandas as pd
import pytest

from holdfast.models.churn.pace import Estimate, Pace


def customers(early: int, late: int, gone: int) -> pd.DataFrame:
    """So many ordered again on day 10, on day 50, not at all."""
    days = np.repeat([10.0, 50.0, np.nan], [early, late, gone])
    return pd.DataFrame({"days_to_order": days})


def test_as_many_more_come_back_as_on_earlier_days() -> None:
    pace = Pace([customers(30, 30, 40), customers(50, 50, 100)], 90)
    found = pace.estimate_leavers(customers(20, 0, 180), 30)
    assert found is not None and found.leavers == pytest.approx(200 - 40)


def test_the_more_the_days_differ_the_less_is_known() -> None:
    running = customers(20, 0, 180)

    def spread(*days: pd.DataFrame) -> float:
        found = Pace(days, 90).estimate_leavers(running, 30)
        assert found is not None
        return found.spread

    alike, other = customers(50, 50, 100), customers(80, 20, 100)
    one, many, unlike = spread(alike), spread(*[alike] * 4), spread(alike, other, alike, other)
    assert one == pytest.approx(40 * 0.08 / 0.5)  # 40 come back, half of them within 30 days
    assert many == pytest.approx(one / 2)
    assert unlike > 2 * many


def test_never_fewer_than_none_leave() -> None:
    found = Pace([customers(10, 90, 0)], 90).estimate_leavers(customers(90, 0, 10), 30)
    assert found is not None and found.leavers == 0.0


@pytest.mark.parametrize(
    "matured", [[], [customers(0, 0, 50)], [customers(0, 50, 50)]], ids=["none", "gone", "late"]
)
def test_without_anybody_who_came_back_so_soon_nothing_is_said(matured: list[pd.DataFrame]) -> None:
    assert Pace(matured, 90).estimate_leavers(customers(5, 0, 95), 30) is None


def test_once_all_days_have_passed_the_estimate_is_the_count() -> None:
    found = Pace([customers(30, 30, 40)] * 400, 90).estimate_leavers(customers(9, 11, 80), 90)
    assert found is not None and found == Estimate(80.0, pytest.approx(0.08, abs=0.01))
