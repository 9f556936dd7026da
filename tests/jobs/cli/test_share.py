"""What is handed out by `holdfast share`: gold as it was published, and nothing that leads out."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
import pytest
from deltalake import write_deltalake
from typer.testing import CliRunner

from holdfast.jobs.cli.main import app
from holdfast.jobs.runtime.config import errors
from holdfast.transformations.tables.gold import CHURN_SCORES, PUBLISHED_RUNS, TABLES
from tests.architecture.rule import REPOSITORY

SECRET: Final = "ann@example.test"
LOCKED: Final = {"enable_external_access": "false", "lock_configuration": "true"}


def arrow(values: list[dict[str, Any]], names: tuple[str, ...]) -> pa.Table:
    kinds = {
        "as_of": pa.date32(),
        "customer_id": pa.int64(),
        "published_at": pa.timestamp("us", "UTC"),
    }
    kinds |= {"run_number": pa.int64(), "table_version": pa.int64()}
    columns = {name: [value.get(name) for value in values] for name in names}
    return pa.table({k: pa.array(v, kinds.get(k, pa.string())) for k, v in columns.items()})


def publish(root: Path, run: int, version: int) -> None:
    row = {"run_number": run, "table_version": version, "as_of": date(2026, 1, run)}
    rows = [{**row, "table_name": name} for name in (CHURN_SCORES.name, "silver.pii_vault")]
    write_deltalake(root / "gold/published_runs", arrow(rows, PUBLISHED_RUNS.names), mode="append")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two published runs, and scores of a third that was not."""
    place = tmp_path / "root"
    vault = pa.table({"party_id": ["shop:1"], "value": [SECRET]})
    write_deltalake(place / "silver/pii_vault", vault)
    for run in (1, 2, 3):
        scores = arrow([{"customer_id": run, "churn_probability": "0.5"}], CHURN_SCORES.names)
        write_deltalake(place / "gold/churn_scores", scores, mode="overwrite")
        if run < 3:
            publish(place, run, run - 1)
    return place


def share(root: Path, file: Path) -> Any:
    return CliRunner().invoke(app, ["share", str(file), "--root", str(root)])


@pytest.fixture
def file(root: Path, tmp_path: Path) -> Path:
    place = tmp_path / "gold.duckdb"
    ended = share(root, place)
    assert ended.exit_code == 0, ended.stderr
    return place


@pytest.fixture
def reader(file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The file, opened as the manual says."""
    with duckdb.connect(file, read_only=True, config=LOCKED) as connection:
        yield connection


def test_the_file_holds_gold_as_it_was_last_published(reader: duckdb.DuckDBPyConnection) -> None:
    assert reader.sql("SELECT customer_id FROM gold.churn_scores").fetchall() == [(2,)]
    found = reader.sql("SELECT max(run_number) FROM gold.published_runs").fetchall()
    assert found == [(2,)]


def test_every_table_and_column_carries_its_sentence(reader: duckdb.DuckDBPyConnection) -> None:
    said = reader.sql("SELECT column_name, comment FROM duckdb_columns() WHERE NOT internal")
    for table in (CHURN_SCORES, PUBLISHED_RUNS):
        assert {(column.name, column.doc) for column in table.columns} <= set(said.fetchall())
    grain = reader.sql("SELECT comment FROM duckdb_tables() WHERE table_name = 'churn_scores'")
    assert grain.fetchall() == [(f"{CHURN_SCORES.grain} {CHURN_SCORES.doc}",)]


def test_only_gold_is_in_it_and_no_personal_value(
    file: Path, reader: duckdb.DuckDBPyConnection
) -> None:
    tables = reader.sql("SELECT schema_name, table_name FROM duckdb_tables()").fetchall()
    assert set(tables) == {("main", "churn_scores"), ("main", "published_runs")}
    assert SECRET.encode() not in file.read_bytes()
    assert [c.name for table in TABLES for c in table.columns if c.pii is not None] == []


PATHS: Final = (
    "SELECT * FROM '{root}/silver/pii_vault/*.parquet'",
    "SELECT * FROM read_parquet('{root}/silver/pii_vault/*.parquet')",
    "SELECT * FROM read_text('{root}/report.html')",
    "SELECT * FROM read_blob('/etc/hostname')",
    "SELECT * FROM glob('{root}/**')",
    "SELECT * FROM delta_scan('{root}/silver/pii_vault')",
    "ATTACH '{root}/other.duckdb'",
    "ATTACH ':memory:' AS other",
    "COPY gold.churn_scores TO '{root}/out.csv'",
    "COPY gold.churn_scores FROM '{root}/in.csv'",
    "EXPORT DATABASE '{root}/out'",
    "IMPORT DATABASE '{root}/out'",
)
SETTINGS: Final = (
    "SET enable_external_access = true",
    "SET GLOBAL enable_external_access = true",
    "RESET enable_external_access",
    "SET lock_configuration = false",
    "SET allowed_directories = ['/']",
    "SET secret_directory = '{root}'",
    "PRAGMA profiling_output = '{root}/profile'",
    "CREATE SECRET (TYPE s3)",
)
CODE: Final = (
    "INSTALL httpfs",
    "LOAD delta",
    "LOAD '{root}/any.duckdb_extension'",
    "CREATE FUNCTION gold.twice(x) AS 2 * x",
    "SELECT java_method('java.lang.System', 'getenv', 'HOLDFAST_KEY')",
    "SELECT reflect('java.lang.System', 'getenv', 'HOLDFAST_KEY')",
    "SELECT getenv('HOLDFAST_KEY')",
    "ADD JAR '{root}/any.jar'",
)
WRITES: Final = (
    "INSERT INTO gold.churn_scores SELECT * FROM gold.churn_scores",
    "UPDATE gold.churn_scores SET customer_id = 9",
    "DELETE FROM gold.churn_scores",
    "TRUNCATE gold.churn_scores",
    "DROP TABLE gold.churn_scores",
    "ALTER TABLE gold.churn_scores DROP COLUMN risk_band",
    "CREATE TABLE gold.mine (a INT)",
    "CREATE VIEW gold.mine AS SELECT 1",
    "CREATE SCHEMA mine",
    "COMMENT ON TABLE gold.churn_scores IS 'mine'",
)


@pytest.mark.parametrize("statement", [*PATHS, *SETTINGS, *CODE, *WRITES])
def test_no_statement_leads_out_of_the_file_or_changes_it(
    root: Path, file: Path, reader: duckdb.DuckDBPyConnection, statement: str
) -> None:
    before = file.read_bytes(), sorted(root.rglob("*"))
    (root / "report.html").write_text("x", encoding="utf-8")
    (root / "in.csv").write_text("x\n1\n", encoding="utf-8")
    with pytest.raises(duckdb.Error):
        reader.execute(statement.format(root=root)).fetchall()
    written = {path.name for path in set(root.rglob("*")) - set(before[1])}
    assert (file.read_bytes(), written) == (before[0], {"report.html", "in.csv"})


def test_the_manual_opens_it_with_the_very_settings_that_are_tried_here() -> None:
    manual = (REPOSITORY / "docs" / "operations.md").read_text(encoding="utf-8")
    config = re.search(r"config=(\{.*\})", manual)
    assert config is not None and json.loads(config[1]) == LOCKED


def test_a_file_is_replaced_whole_and_may_only_be_read(root: Path, file: Path) -> None:
    assert file.stat().st_mode & 0o777 == 0o440
    with duckdb.connect(file, read_only=True) as early:
        publish(root, 3, 2)
        assert share(root, file).exit_code == 0
        assert early.sql("SELECT customer_id FROM gold.churn_scores").fetchall() == [(2,)]
    with duckdb.connect(file, read_only=True) as late:
        assert late.sql("SELECT customer_id FROM gold.churn_scores").fetchall() == [(3,)]
    assert [path.name for path in file.parent.iterdir() if path.is_file()] == ["gold.duckdb"]


def test_a_failure_leaves_the_old_file_and_nothing_beside_it(root: Path, file: Path) -> None:
    before = file.read_bytes()
    publish(root, 4, 99)  # a version that does not exist
    assert share(root, file).exit_code == errors.EXIT_FAILED
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir() if path.is_file()] == ["gold.duckdb"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["report.html"], "ends in .duckdb"),
        (["gold.duckdb", "--root", "nowhere"], "Nothing has been published"),
        (["gold.duckdb", "--set", "run.catalog=main.shop"], "catalog main.shop"),
    ],
)
def test_what_cannot_be_shared_is_said_with_its_cure(words: list[str], said: str) -> None:
    ended = CliRunner().invoke(app, ["share", *words])
    assert ended.exit_code == errors.EXIT_USAGE and said in ended.stderr
    assert not Path(words[0]).exists()
