"""What running subscriptions bring, whose chances to end are known."""

from decimal import Decimal
from typing import Final

import numpy as np
import pandas as pd
import pytest
from pyspark.sql import SparkSession
from scipy.integrate import quad
from scipy.stats import beta

from holdfast.models.arrays import Floats
from holdfast.models.value.sbg import Sbg
from holdfast.models.value.subscriptions import backtest, expect, fit_intervals, score

MONTHLY, WEEKLY, RARE = 30, 7, 90
CHANCES: Final = {MONTHLY: (0.8, 5.0), WEEKLY: (1.5, 30.0)}  # alpha and beta of chances to end
SIZE: Final = 4_000


def draw(interval: int, due: Floats, random: np.random.Generator) -> tuple[Floats, Floats]:
    """For each how many of the `due` renewals it made, and whether it ended."""
    chance = random.beta(*CHANCES[interval], len(due))
    made = np.minimum(random.geometric(chance) - 1, due)
    return made, (made < due).astype(float)


def cells_of(interval: int, renewals: Floats, ended: Floats) -> pd.DataFrame:
    frame = pd.DataFrame({"renewals": renewals, "ended": ended}).astype(float)
    grouped = frame.value_counts().reset_index(name="subscriptions")
    return grouped.assign(interval_days=interval, seen_from=0.0)


@pytest.fixture(scope="module")
def cells() -> pd.DataFrame:
    """Subscriptions of up to 24 renewals of each interval, and three young ones of another."""
    random = np.random.default_rng(3)
    drawn = {one: draw(one, random.integers(1, 25, SIZE), random) for one in CHANCES}
    rare = cells_of(RARE, np.array([1.0, 1.0, 0.0]), np.array([0.0, 0.0, 1.0]))
    return pd.concat([*(cells_of(one, *found) for one, found in drawn.items()), rare])


def test_each_interval_has_its_own_chances_and_one_with_few_those_of_all(
    cells: pd.DataFrame,
) -> None:
    fits = fit_intervals(cells)
    for interval, (a, b) in CHANCES.items():
        found = fits[interval]
        assert found.alpha / (found.alpha + found.beta) == pytest.approx(a / (a + b), rel=0.1)
    one = np.array([1.0])
    rare, of_all = (expect(fits, np.array([days]), one, one)[0] for days in (RARE, 12345.0))
    assert rare == of_all


def test_expectations_are_those_of_the_chances_that_are_left() -> None:
    """After n renewals the chance to end follows beta(alpha, beta + n); each next one is made with
    one minus it.
    """
    fits = {0: Sbg(0.8, 5.0, (0.0, 0.0), 0.0, 1.0)}
    charges, survival, following = expect(fits, *np.array([[30.0], [4.0], [3.0]]))

    def mean(power: int) -> float:
        value, _ = quad(lambda end: (1 - end) ** power * beta.pdf(end, 0.8, 9.0), 0, 1)
        return float(value)

    assert following[0] == pytest.approx(mean(1), abs=1e-6)
    assert survival[0] == pytest.approx(mean(3), abs=1e-6)
    assert charges[0] == pytest.approx(mean(1) + mean(2) + mean(3), abs=1e-6)


def test_where_none_is_due_nothing_is_charged_and_all_survive() -> None:
    fits = {0: Sbg(0.8, 5.0, (0.0, 0.0), 0.0, 1.0)}
    charges, survival, _ = expect(fits, *np.array([[30.0], [4.0], [0.0]]))
    assert (charges[0], survival[0]) == (0.0, 1.0)


def test_a_forecast_of_earlier_days_says_what_came_and_one_share_for_all_does_not() -> None:
    """Those that have lasted are those that last: a share that is the same for all, over new
    ones and old, expects too few of them.
    """
    random = np.random.default_rng(8)
    chance = random.beta(*CHANCES[MONTHLY], 20_000)
    lasts = random.geometric(chance) - 1  # renewals until it ends
    age = random.integers(1, 25, len(lasts))
    runs = lasts >= age
    cells = cells_of(MONTHLY, np.minimum(lasts, age), (~runs).astype(float))
    made = np.minimum(lasts[runs] - age[runs], 3)
    running = pd.DataFrame({"renewals": age[runs], "made": made, "subscriptions": 1, "due": 3})
    later = running.groupby(["renewals", "due"], as_index=False).sum()
    found = backtest(cells, later.assign(interval_days=MONTHLY))
    assert found is not None and found.came == made.sum()
    assert found.expected == pytest.approx(found.came, rel=0.015)
    assert found.by_share < 0.95 * found.came


def test_a_few_that_all_lasted_do_not_last_for_ever() -> None:
    """One with eleven renewals: each next one is made with (11 + 12) of (11 + 12 + 1), as a beta
    that began even says.
    """
    fits = fit_intervals(cells_of(MONTHLY, np.array([11.0]), np.array([0.0])))
    _, survival, following = expect(fits, *np.array([[30.0], [11.0], [12.0]]))
    assert following[0] == pytest.approx(23 / 24)
    assert 0.5 < survival[0] < following[0]


def test_what_has_no_interval_is_no_evidence(cells: pd.DataFrame) -> None:
    unknown = cells_of(MONTHLY, np.full(50, 3.0), np.ones(50)).assign(interval_days=np.nan)
    assert fit_intervals(pd.concat([cells, unknown])) == fit_intervals(cells)


def test_before_any_renewal_was_due_nothing_is_expected() -> None:
    young = cells_of(MONTHLY, np.zeros(5), np.zeros(5))
    assert fit_intervals(young) == {}
    assert backtest(young, young) is None
    assert fit_intervals(young.head(0)) == {}


def test_amounts_are_charges_times_the_price_in_the_minor_unit(spark: SparkSession) -> None:
    frame = spark.createDataFrame(
        [
            (1, "a", 90, "USD", 30, Decimal("19.990"), 4, 3),
            (2, "b", 90, "JPY", 30, Decimal(1500), 4, 3),
        ],
        "customer_id long, subscription_id string, horizon_days int, currency string, "
        "interval_days int, price_amount decimal(18,3), renewals int, due int",
    ).selectExpr("date'2025-04-01' as_of", "*")
    fits = {0: Sbg(0.8, 5.0, (0.0, 0.0), 0.0, 1.0)}
    charges = expect(fits, *np.array([[30.0], [4.0], [3.0]]))[0][0]
    found = {row.subscription_id: row for row in score(frame, fits).collect()}
    assert float(found["a"].expected_charges) == pytest.approx(charges, abs=1e-4)
    assert found["a"].expected_amount == round(Decimal(charges) * Decimal("19.99"), 2)
    assert found["b"].expected_amount == round(Decimal(charges) * 1500, 0)
