"""The plain rival where features leave the range they were fitted on."""

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from holdfast.models.churn.logistic import fit_logistic
from holdfast.models.churn.metrics import log_loss

FEATURES = ("signal", "odd", "age")


def households(seed: int, size: int = 600, since: float = 0.0) -> pd.DataFrame:
    """Who leaves follows the signal alone; `age` goes up with the calendar, a little noise on it;
    `odd` is 0 for all.
    """
    random = np.random.default_rng(seed)
    signal = random.normal(size=size)
    left = random.random(size) < 1 / (1 + np.exp(2 - 2 * signal))
    age = since + random.uniform(0, 10, size)
    return pd.DataFrame({"signal": signal, "odd": 0.0, "age": age, "churned": left.astype(float)})


def loss(train: pd.DataFrame, validation: pd.DataFrame, asked: pd.DataFrame) -> float:
    odds = fit_logistic(train, validation, FEATURES, 20)(asked)
    return log_loss(1 / (1 + np.exp(-odds)), asked["churned"].to_numpy())


def truth(asked: pd.DataFrame) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(2 - 2 * asked["signal"].to_numpy())))


@pytest.mark.parametrize("later", [1.0, 50.0, 5000.0])
def test_a_feature_with_one_odd_training_row_blows_nothing_up(later: float) -> None:
    train, validation, asked = households(1), households(2), households(3)
    train.loc[train["churned"].idxmax(), "odd"] = 1.0
    asked["odd"] = later
    best = log_loss(truth(asked), asked["churned"].to_numpy())
    assert loss(train, validation, asked) < best + 0.02


def test_a_feature_that_goes_up_with_the_calendar_is_read_no_further_than_it_was_seen() -> None:
    train, validation = households(1), households(2, since=10)
    train["churned"] = np.maximum(train["churned"], (train["age"] > 9).astype(float))
    plain = loss(train, validation, households(3, since=10))
    assert loss(train, validation, households(3, since=5_000)) == pytest.approx(plain, abs=0.05)


def test_a_gap_is_the_median_and_a_value_inside_the_range_is_as_it_is() -> None:
    train, validation = households(1), households(2)
    known = pd.concat([train, validation])["signal"]
    asked = pd.DataFrame({"signal": [np.nan, known.median()], "odd": 0.0, "age": 5.0})
    gap, median = fit_logistic(train, validation, FEATURES, 20)(asked)
    assert gap == pytest.approx(median)
    ends = pd.DataFrame({"signal": [known.max(), known.max() + 100], "odd": 0.0, "age": 5.0})
    highest, beyond = fit_logistic(train, validation, FEATURES, 20)(ends)
    assert highest == pytest.approx(beyond) and highest > median


def test_where_no_feature_varies_everybody_is_as_likely_to_leave_as_those_who_were_known() -> None:
    train, validation = households(1), households(2)
    known = pd.concat([train, validation])["churned"]
    odds = fit_logistic(train, validation, ("odd",), 20)(households(3))
    assert 1 / (1 + np.exp(-odds)) == pytest.approx(known.mean())
