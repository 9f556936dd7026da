"""`holdfast tables --format`: views that read gold as it was last published."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
import pytest
import yaml
from deltalake import write_deltalake
from typer.testing import CliRunner, Result

from holdfast.jobs.cli import views
from holdfast.jobs.cli.main import app
from holdfast.jobs.cli.manifest import Manifest
from holdfast.jobs.runtime.config import errors
from holdfast.transformations.tables.gold import CHURN_SCORES, PUBLISHED_RUNS
from tests.duck import load_delta

LAST: Final = Manifest(2, date(2026, 1, 2), {CHURN_SCORES.name: 1, "silver.orders": 4})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two published runs, and scores of a third that was not; a place whose name has a quote."""
    place = tmp_path / "it's"
    for run in (1, 2, 3):
        scores = pa.table({"customer_id": [run]})
        write_deltalake(place / "gold/churn_scores", scores, mode="overwrite")
        if run < 3:
            publish(place, run)
    return place


def publish(place: Path, run: int) -> None:
    about = {"run_number": run, "as_of": date(2026, 1, run)}
    rows = [
        {**about, "table_name": name, "table_version": run - 1}
        for name in (CHURN_SCORES.name, "silver.orders")
    ]
    write_deltalake(place / "gold/published_runs", pa.Table.from_pylist(rows), mode="append")


def tables(*words: Any) -> Result:
    return CliRunner().invoke(app, ["tables", *map(str, words)])


@pytest.fixture
def reader(root: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB after the printed views."""
    printed = tables("--format", "duckdb", "--root", root)
    assert printed.exit_code == 0, printed.stderr
    with duckdb.connect() as connection:
        load_delta(connection)
        connection.execute(printed.stdout)
        connection.execute("USE published")
        yield connection


def test_duckdb_reads_what_was_published_and_not_what_is_newest(
    reader: duckdb.DuckDBPyConnection,
) -> None:
    assert reader.sql("SELECT customer_id FROM gold_churn_scores").fetchall() == [(2,)]


def test_the_manifest_is_not_pinned_so_that_old_views_are_seen_to_be_old(
    root: Path, reader: duckdb.DuckDBPyConnection
) -> None:
    publish(root, 3)
    assert reader.sql("SELECT max(run_number) FROM gold_published_runs").fetchall() == [(3,)]
    assert reader.sql("SELECT customer_id FROM gold_churn_scores").fetchall() == [(2,)]


def test_each_view_carries_its_sentence_and_only_gold_has_one(
    reader: duckdb.DuckDBPyConnection,
) -> None:
    said = reader.sql(
        "SELECT view_name, comment FROM duckdb_views() WHERE schema_name = 'published'"
    )
    contracts = {CHURN_SCORES, PUBLISHED_RUNS}
    assert set(said.fetchall()) == {
        (t.name.replace(".", "_"), f"{t.grain} {t.doc}") for t in contracts
    }


def test_spark_sql_names_the_path_and_the_version(root: Path) -> None:
    printed = tables(CHURN_SCORES.name, "--format", "sql", "--root", root).stdout
    assert printed.startswith("-- Gold as run 2 (as of 2026-01-02) published it.")
    assert "CREATE SCHEMA IF NOT EXISTS `published`;" in printed
    assert "VIEW `published`.`gold_churn_scores`\nCOMMENT 'One row per customer, day" in printed
    assert printed.endswith(f"FROM delta.`{root}/gold/churn_scores` VERSION AS OF 1;\n")
    assert printed.count("CREATE OR REPLACE VIEW") == 1


def test_views_of_a_catalog_stand_in_a_schema_beside_it() -> None:
    printed = views.spark_sql([CHURN_SCORES, PUBLISHED_RUNS], LAST, "", "main.shop")
    assert "VIEW `main`.`shop_published`.`gold_churn_scores`" in printed
    assert "FROM `main`.`shop`.`gold_churn_scores` VERSION AS OF 1;" in printed
    assert printed.endswith("FROM `main`.`shop`.`gold_published_runs`;")


def test_dbt_finds_the_views_with_every_sentence(root: Path) -> None:
    page = yaml.safe_load(tables("--format", "dbt", "--root", root).stdout)
    (source,) = page["sources"]
    assert (page["version"], source["schema"], "database" in source) == (2, "published", False)
    assert "run 2 (as of 2026-01-02)" in source["description"]
    assert source["tables"] == [
        {
            "name": table.name.replace(".", "_"),
            "description": f"{table.grain} {table.doc}",
            "columns": [{"name": c.name, "description": c.doc} for c in table.columns],
        }
        for table in (CHURN_SCORES, PUBLISHED_RUNS)
    ]


def test_dbt_is_given_the_catalog_as_its_database() -> None:
    (source,) = yaml.safe_load(views.dbt_sources([CHURN_SCORES], LAST, "main.shop"))["sources"]
    assert (source["database"], source["schema"]) == ("main", "shop_published")


@pytest.mark.parametrize("kind", ["sql", "duckdb", "dbt"])
def test_where_nothing_was_published_the_cure_is_a_run(tmp_path: Path, kind: str) -> None:
    ended = tables("--format", kind, "--root", tmp_path)
    assert ended.exit_code == errors.EXIT_USAGE
    assert "Nothing has been published" in ended.stderr and "`holdfast run`" in ended.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["silver.orders", "--format", "sql"], "Run 2 published no gold table silver.orders"),
        (["gold.kpis", "--format", "dbt"], "gold.churn_scores, gold.published_runs; none: all"),
        (["--format", "sql", "--json"], "Leave out one of the two"),
        (["--format", "duckdb", "--set", "run.catalog=main.shop"], "catalog main.shop"),
        (["gold.nothing"], "There is no table gold.nothing"),
    ],
)
def test_what_cannot_be_printed_is_said_with_its_cure(
    root: Path, words: list[str], said: str
) -> None:
    ended = tables(*words, "--root", root)
    assert ended.exit_code == errors.EXIT_USAGE and said in ended.stderr, ended.stderr
    assert not ended.stdout


def test_without_a_format_the_contracts_are_printed_and_no_root_is_needed(tmp_path: Path) -> None:
    printed = tables(CHURN_SCORES.name, "--root", tmp_path / "nowhere")
    assert printed.stdout.startswith("## gold.churn_scores\n")
