"""Which candidate is chosen."""

from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from holdfast.models.churn.dataset import Dataset
from holdfast.models.churn.rolling import Rolled, choose_kind
from holdfast.models.churn.split import Fold

DAYS: Final = (date(2025, 4, 1), date(2025, 7, 1))
SIZE: Final = 2_000


def known() -> pd.DataFrame:
    """Customers of both days, of whom those with the higher risk leave more often."""
    random = np.random.default_rng(5)
    risk = np.tile(random.uniform(0.05, 0.6, SIZE), 2)
    return pd.DataFrame(
        {
            "as_of": np.repeat(DAYS, SIZE),
            "customer_id": np.tile(np.arange(SIZE), 2),
            "churned": (random.random(2 * SIZE) < risk).astype(float),
            "risk": risk,
        }
    )


def test_who_knows_who_leaves_is_chosen_though_the_number_was_forecast_ill() -> None:
    rows = known()
    constant, trees = {}, {}
    for day in DAYS:
        own = rows[rows["as_of"] == day]
        constant[day] = np.full(SIZE, own["churned"].mean())  # the number of the day itself
        odds = np.log(own["risk"] / (1 - own["risk"])) - 1.5  # four times too few
        trees[day] = (1 / (1 + np.exp(-odds))).to_numpy()
    rolled = {"constant": Rolled([], constant), "trees": Rolled([], trees)}
    folds = [Fold((date(2025, 1, 1),), day) for day in DAYS]
    kind, why = choose_kind(rolled, Dataset(rows, rows, rows[:0], len(rows), 1.0, 1.0), folds)
    assert kind == "trees" and why.startswith("trees does better than constant on 2 days")


def test_who_knows_nothing_more_is_not_chosen() -> None:
    rows = known()
    constant = {day: np.full(SIZE, 0.3) for day in DAYS}
    noise = {day: np.random.default_rng(1).uniform(0.2, 0.4, SIZE) for day in DAYS}
    rolled = {"constant": Rolled([], constant), "trees": Rolled([], noise)}
    folds = [Fold((date(2025, 1, 1),), day) for day in DAYS]
    assert (
        choose_kind(rolled, Dataset(rows, rows, rows[:0], len(rows), 1.0, 1.0), folds)[0]
        == "constant"
    )
