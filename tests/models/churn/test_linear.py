"""The line where features leave the range they were fitted on, and what each contributes."""

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from holdfast.models.churn.dataset import values
from holdfast.models.churn.linear import LinearPredictor
from holdfast.models.churn.linear_fit import fit_constant, fit_logistic, fit_recency
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


def odds_of(train: pd.DataFrame, asked: pd.DataFrame) -> NDArray[np.float64]:
    line = fit_logistic(train, FEATURES, 20, ridge=0.01)
    return line.score(values(asked, FEATURES))


def loss(train: pd.DataFrame, asked: pd.DataFrame) -> float:
    odds = odds_of(train, asked)
    return log_loss(1 / (1 + np.exp(-odds)), asked["churned"].to_numpy())


def truth(asked: pd.DataFrame) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(2 - 2 * asked["signal"].to_numpy())))


@pytest.mark.parametrize("later", [1.0, 50.0, 5000.0])
def test_a_feature_with_one_odd_training_row_blows_nothing_up(later: float) -> None:
    train, asked = pd.concat([households(1), households(2)], ignore_index=True), households(3)
    train.loc[train["churned"].idxmax(), "odd"] = 1.0
    asked["odd"] = later
    best = log_loss(truth(asked), asked["churned"].to_numpy())
    assert loss(train, asked) < best + 0.02


def test_a_feature_that_goes_up_with_the_calendar_is_read_no_further_than_it_was_seen() -> None:
    train = pd.concat([households(1), households(2, since=10)], ignore_index=True)
    train["churned"] = np.maximum(train["churned"], (train["age"].between(9, 10)).astype(float))
    plain = loss(train, households(3, since=10))
    assert loss(train, households(3, since=5_000)) == pytest.approx(plain, abs=0.05)


def test_a_gap_is_the_median_and_a_value_inside_the_range_is_as_it_is() -> None:
    train = pd.concat([households(1), households(2)], ignore_index=True)
    known = train["signal"]
    asked = pd.DataFrame({"signal": [np.nan, known.median()], "odd": 0.0, "age": 5.0})
    gap, median = odds_of(train, asked)
    assert gap == pytest.approx(median)
    ends = pd.DataFrame({"signal": [known.max(), known.max() + 100], "odd": 0.0, "age": 5.0})
    highest, beyond = odds_of(train, ends)
    assert highest == pytest.approx(beyond) and highest > median


def test_where_no_feature_varies_everybody_is_as_likely_to_leave_as_those_who_were_known() -> None:
    train = households(1)
    flat = fit_logistic(train, ("odd",), 20, ridge=0.01)
    for line in (flat, fit_constant(train, FEATURES)):
        odds = line.score(values(households(3), line.features))
        assert 1 / (1 + np.exp(-odds)) == pytest.approx(train["churned"].mean())


def test_contributions_and_the_mean_of_the_training_rows_make_the_log_odds() -> None:
    train, asked = households(1), values(households(3), FEATURES)
    line = fit_logistic(train, FEATURES, 20, ridge=0.01)
    base = line.score(values(train, FEATURES)).mean()
    alone = line.explain()
    assert alone.players == FEATURES
    assert line.score(asked) == pytest.approx(base + alone.contributions(asked).sum(axis=1))
    groups = line.explain({"signal": "quality", "odd": "price", "age": "quality"})
    assert groups.players == ("quality", "price")
    assert groups.contributions(asked)[:, 0] == pytest.approx(
        alone.contributions(asked)[:, [0, 2]].sum(axis=1)
    )


def test_recency_goes_by_the_days_since_the_last_order_alone() -> None:
    train = households(1).rename(columns={"age": "recency_days"})
    train["churned"] = (train["recency_days"] > 5).astype(float)
    features = ("signal", "odd", "recency_days")
    line = fit_recency(train, features, 20)
    assert line.features == features
    assert line.weight[:2].tolist() == [0.0, 0.0] and line.weight[2] > 0


def test_its_file_gives_the_same_line_back() -> None:
    line = fit_logistic(households(1), FEATURES, 20, ridge=0.1)
    back = LinearPredictor.from_artifacts(line.to_artifacts())
    asked = values(households(3), FEATURES)
    assert back.score(asked).tolist() == line.score(asked).tolist()
    assert (back.kind, back.features) == ("logistic", FEATURES)
