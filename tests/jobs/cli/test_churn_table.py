"""`holdfast churn` on a file as people have them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pyspark.sql import SparkSession
from typer.testing import CliRunner, Result

from holdfast.jobs.cli.main import app
from holdfast.jobs.runtime.config.errors import EXIT_INPUT


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["churn", *words, "--env", "mini"])


def subscribers(size: int = 2_000) -> pd.DataFrame:
    """Who is new and complains leaves; the last fifty are still asked about."""
    random = np.random.default_rng(8)
    months, complaints = random.integers(1, 60, size), random.integers(0, 4, size)
    odds = 0.5 - 0.08 * months + 0.9 * complaints
    left = np.where(random.random(size) < 1 / (1 + np.exp(-odds)), "Yes", "No").astype(object)
    left[-50:] = None
    return pd.DataFrame(
        {
            "customerID": [f"{n:04}" for n in range(size)],
            "plan": random.choice(["basic", "gold"], size),
            "tenure": months,
            "complaints": np.where(random.random(size) < 0.1, " ", complaints.astype(str)),
            "Churn": left,
        }
    )


@pytest.fixture
def table(tmp_path: Path) -> Path:
    subscribers().to_csv(tmp_path / "table.csv", index=False)
    return tmp_path / "table.csv"


def test_a_table_without_days_is_learnt_from_and_its_open_rows_are_scored(
    spark: SparkSession, table: Path
) -> None:
    out = table.parent / "out"
    words = ["--label", "Churn", "--customer", "customerID", "--out", str(out)]
    done = run(str(table), *words, "--set", "churn.trials=1", "--set", "churn.trees=3")
    assert done.exit_code == 0, done.output
    assert "50 customers scored" in done.output
    assert "left out, no number and no flag: plan" in done.output
    scores = pd.read_parquet(out / "scores").set_index("customer_id")
    asked = subscribers().set_index("customerID").tail(50)
    assert set(scores.index) == set(asked.index)
    expected = asked["tenure"] <= 12
    assert scores["probability"][expected].mean() > scores["probability"][~expected].mean() + 0.2
    assert set(scores["risk_band"]) <= {"none", "early", "medium", "high"}
    signs = pd.read_parquet(out / "signs")
    assert set(signs["sign"]) <= {"tenure", "complaints"}
    metrics = pd.read_csv(out / "metrics.csv")
    assert {"constant", "logistic", "trees", "blend", "model"} == set(metrics["predictor"])


def dated(**columns: object) -> pd.DataFrame:
    """300 customers on four days a quarter apart, the youngest two not known yet."""
    days = pd.date_range("2024-01-01", periods=6, freq="90D").date
    random = np.random.default_rng(2)
    calls = random.integers(0, 9, (6, 300))
    left = random.random((6, 300)) < 0.1 + 0.08 * calls
    table = pd.DataFrame(
        {
            "id": np.tile(np.arange(300), 6),
            "day": np.repeat(days, 300),
            "calls": calls.ravel(),
            "vip": np.where(random.random(1800) < 0.3, "true", "False"),
            "tenure_days": 1e9,
            "gone": np.where(np.repeat(np.arange(6), 300) < 4, left.ravel().astype(str), ""),
        }
    )
    return table.assign(**columns)


def churn_of(tmp_path: Path, frame: pd.DataFrame, *more: str) -> Result:
    frame.to_csv(tmp_path / "dated.csv", index=False)
    words = ["--label", "gone", "--customer", "id", "--at", "day", "--out", str(tmp_path / "out")]
    small = ["--set", "churn.trials=1", "--set", "churn.trees=3"]
    return run(str(tmp_path / "dated.csv"), *words, *small, *more)


def test_of_several_open_days_the_newest_of_each_customer_is_asked_and_flags_are_features(
    spark: SparkSession, tmp_path: Path
) -> None:
    done = churn_of(tmp_path, dated(Rule_Band=1, _half=2))
    assert done.exit_code == 0, done.output
    assert "300 customers scored" in done.output
    assert "left out, rename what is a feature: Rule_Band, _half" in done.output
    assert len(pd.read_parquet(tmp_path / "out" / "scores")) == 300
    assert "vip" in set(pd.read_parquet(tmp_path / "out" / "signs")["sign"])


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"gone": "maybe"}, "no row says in gone who left"),
        ({"day": "31/12/2023"}, "no row has a customer and a day that can be read"),
    ],
)
def test_labels_and_days_that_cannot_be_read_are_said_to_be_so(
    spark: SparkSession, tmp_path: Path, columns: dict[str, str], words: str
) -> None:
    done = churn_of(tmp_path, dated(**columns))
    assert done.exit_code == EXIT_INPUT
    assert words in " ".join(done.output.split())


def test_an_unknown_column_is_named(spark: SparkSession, table: Path) -> None:
    done = run(
        str(table), "--label", "left", "--customer", "customerID", "--out", str(table.parent)
    )
    assert done.exit_code == EXIT_INPUT
    assert "no column left" in done.output
