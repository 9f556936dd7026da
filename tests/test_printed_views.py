"""What `holdfast tables --format` prints makes the statements of docs/bi.md run as they stand."""

from pathlib import Path

import duckdb
from pyspark.sql import SparkSession
from typer.testing import CliRunner

from holdfast.jobs.cli.main import app
from tests.duck import load_delta
from tests.test_bi import ANSWERS, COLUMNS, STATEMENTS, plain


def print_views(shop: Path, kind: str) -> str:
    printed = CliRunner().invoke(app, ["tables", "--format", kind, "--root", str(shop)])
    assert printed.exit_code == 0, printed.stderr
    return printed.stdout


def test_duckdb_answers_the_page_by_the_printed_views(shop: Path) -> None:
    with duckdb.connect() as connection:
        load_delta(connection)
        connection.execute(print_views(shop, "duckdb"))
        connection.execute("USE published")
        found = {number: connection.sql(sql) for number, sql in STATEMENTS.items()}
        assert {number: rows.columns for number, rows in found.items()} == COLUMNS
        for number in (1, 12):
            assert [plain(row) for row in found[number].fetchall()] == ANSWERS[number]


def test_spark_answers_the_page_by_the_printed_views(spark: SparkSession, shop: Path) -> None:
    try:
        for statement in print_views(shop, "sql").rstrip(";\n").split(";\n\n"):
            spark.sql(statement)
        spark.sql("USE published")
        found = {number: spark.sql(sql) for number, sql in STATEMENTS.items()}
        assert {number: rows.columns for number, rows in found.items()} == COLUMNS
        assert [plain(tuple(row)) for row in found[12].collect()] == ANSWERS[12]
    finally:
        spark.sql("USE default")
        spark.sql("DROP SCHEMA IF EXISTS published CASCADE")
