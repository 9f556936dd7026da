"""`holdfast value` on files as people have them."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from pyspark.sql import SparkSession
from typer.testing import CliRunner, Result

from holdfast.jobs.cli import value_files
from holdfast.jobs.cli.main import app
from holdfast.jobs.runtime.config.errors import EXIT_INPUT

LOG = """Customer ID,InvoiceDate,Quantity,Price,Note
1,2025-01-03 10:00:00,2,5.00,"first
of two lines"
1,2025-02-03 10:00:00,1,5.00,
2,2025-02-04 11:00:00,1,20.00,
,2025-02-05 11:00:00,1,1.00,nobody
3,2025-03-01,1,3.00,
3,2025-03-20,-1,3.00,given back
"""


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["value", *words, "--env", "mini"])


@pytest.fixture
def log(tmp_path: Path) -> Path:
    (tmp_path / "log.csv").write_text(LOG)
    return tmp_path / "log.csv"


def columns(customer: str = "Customer ID") -> list[str]:
    return ["--customer", customer, "--at", "InvoiceDate", "--amount", "Quantity * Price"]


def test_scores_and_warnings_of_a_csv_file(spark: SparkSession, log: Path) -> None:
    out = log.parent / "out"
    done = run(str(log), *columns(), "--out", str(out), "--as-of", "2025-04-01", "--horizon", "30")
    assert done.exit_code == 0, done.output
    assert "3 customers, 30 days from 2025-04-01" in done.output
    assert "1 of 6 rows were left out: 1 without a customer" in done.output
    scores = pd.read_parquet(out / "scores")
    assert sorted(scores["customer_id"]) == ["1", "2", "3"]
    assert (out / "backtest.csv").is_file()


def test_the_backtest_is_drawn() -> None:
    days = [date(2025, month, 1) for month in (1, 2)]
    rows = [(day, "bg_nbd", metric, 0.5, 9) for day in days for metric in ("total_error", "auc")]
    names = ["cutoff_on", "predictor", "metric", "value", "rows"]
    drawn = value_files.draw(pd.DataFrame(rows, columns=names))
    assert drawn.startswith("<svg") and "bg_nbd" in drawn and "total_error" in drawn


def test_an_unknown_column_is_named_with_those_that_there_are(
    spark: SparkSession, log: Path
) -> None:
    done = run(str(log), *columns("Client"), "--out", str(log.parent / "out"))
    assert done.exit_code == EXIT_INPUT
    assert "Client" in done.output and "Customer ID, InvoiceDate" in done.output


@pytest.mark.parametrize("name", ["absent.csv", "log.xlsx"])
def test_what_is_no_table_is_named(spark: SparkSession, tmp_path: Path, name: str) -> None:
    (tmp_path / "log.xlsx").write_bytes(b"PK")
    done = run(str(tmp_path / name), *columns(), "--out", str(tmp_path / "out"))
    assert done.exit_code == EXIT_INPUT
    assert name in done.output
