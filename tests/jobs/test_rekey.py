"""A root under another key: every value behind the token it had, the old key refused, and nothing
that it opens left behind.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography.exceptions import InvalidTag
from deltalake import DeltaTable
from pyarrow import parquet
from pyspark.sql import SparkSession
from typer.testing import CliRunner

from holdfast.jobs.cli.main import app
from holdfast.jobs.runtime.config import errors
from holdfast.jobs.runtime.config.errors import BusyError, UsageError
from holdfast.jobs.runtime.runs import fault_injection, runner
from tests.fixtures import exports
from tests.sealed import opened

OLD, NEW, THIRD = "5a" * 32, "6b" * 32, "7c" * 32
JOBS: Final = ["ingest", "standardise", "resolve_identity"]


@pytest.fixture(scope="module")
def root(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first day's exports under the old key, with customers."""
    base = tmp_path_factory.mktemp("rekey")
    exports.mappings(base / "sources")
    exports.first_day(base / "root" / "raw")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOLDFAST_KEY", OLD)
        run(spark, base / "root")
    return base / "root"


def run(spark: SparkSession, root: Path, *, abandon: bool = False) -> None:
    folder = root.parent / "sources"
    exports.ran(spark, root, folder, *JOBS, abandon=abandon)


def rows(root: Path, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (
        DeltaTable(root / name.replace(".", "/")).to_pyarrow_table().to_pylist()
    )
    return found


def tokens(root: Path, key: str) -> dict[tuple[str, ...], str]:
    """Party, kind, value and normal form to token, opened with a key."""
    found = opened(rows(root, "silver.pii_vault"), bytes.fromhex(key))
    names = ("party_id", "kind", "value", "normalised")
    return {tuple(row[name] for name in names): row["token"] for row in found}


def people(root: Path) -> set[tuple[str, int]]:
    found = rows(root, "silver.identity_map")
    return {(row["party_id"], row["customer_id"]) for row in found if row["valid_to"] is None}


def rekey(root: Path) -> Any:
    return CliRunner().invoke(app, ["rekey", "--root", str(root)])


def sizes(root: Path) -> dict[Path, int]:
    return {path: path.stat().st_size for path in root.rglob("*") if path.is_file()}


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """The old key, and the new one that is to follow."""
    monkeypatch.setenv("HOLDFAST_KEY", OLD)
    monkeypatch.setenv("HOLDFAST_NEW_KEY", NEW)
    yield monkeypatch


def test_the_vaults_folder_is_its_owners_alone(root: Path) -> None:
    assert (root / "silver" / "pii_vault").stat().st_mode & 0o777 == 0o700
    assert (root / "silver" / "parties").stat().st_mode & 0o077 != 0


def test_a_wrong_key_is_refused_before_anything_is_written(
    spark: SparkSession, root: Path, keys: pytest.MonkeyPatch
) -> None:
    keys.setenv("HOLDFAST_KEY", THIRD)
    before = sizes(root)
    with pytest.raises(UsageError, match="The key is not the one this root was loaded with"):
        run(spark, root)
    ended = rekey(root)
    assert ended.exit_code == errors.EXIT_USAGE and "is not the one" in ended.stderr
    assert sizes(root) == before


def test_a_change_that_died_is_undone_or_finished_and_nothing_else_goes_on(
    spark: SparkSession, root: Path, keys: pytest.MonkeyPatch
) -> None:
    before = tokens(root, OLD)

    def crash(point: str) -> None:
        if point == "after:silver.pii_vault":
            raise RuntimeError("died")

    with keys.context() as patch:
        patch.setattr(fault_injection, "maybe_crash", crash)
        assert rekey(root).exit_code != 0
    assert tokens(root, NEW) == before, "it was written, and not published"
    keys.setattr(runner, "is_alive", lambda *_: False)  # the process is this one
    with pytest.raises(BusyError) as refused:
        run(spark, root)
    assert "holdfast rekey" in refused.value.cure and "--abandon" in refused.value.cure
    run(spark, root, abandon=True)
    assert tokens(root, OLD) == before


def test_rekey_keeps_tokens_and_customers_and_refuses_the_old_key(
    spark: SparkSession, root: Path, keys: pytest.MonkeyPatch
) -> None:
    held, known = tokens(root, OLD), people(root)
    assert len(held) > 8 and len(known) > 4
    assert rekey(root).exit_code == 0
    assert tokens(root, NEW) == held
    assert rekey(root).exit_code == 0, "the same once more deletes what may be left and no more"
    files = list((root / "silver" / "pii_vault").rglob("*.parquet"))
    for row in (row for file in files for row in parquet.read_table(file).to_pylist()):
        with pytest.raises(InvalidTag):
            opened([row], bytes.fromhex(OLD))
    before = sizes(root)
    with pytest.raises(UsageError, match="The key is not the one"):
        run(spark, root)
    assert sizes(root) == before
    keys.setenv("HOLDFAST_KEY", NEW)
    exports.second_day(root / "raw")
    run(spark, root)
    assert people(root) == known and held.items() <= tokens(root, NEW).items()
    found = account(rows(root, "ops.batches"), "orders-2.csv")
    assert (found["rows_loaded"], found["rows_duplicate"]) == (1, 1), "a repeat is still known"
    assert (root / "silver" / "pii_vault").stat().st_mode & 0o777 == 0o700


def account(batches: list[dict[str, Any]], name: str) -> dict[str, Any]:
    (row,) = (row for row in batches if (row["source"], row["input"]) == ("north", name))
    return {key: value for key, value in row.items() if key.startswith("rows_")}


@pytest.mark.parametrize(
    ("new", "said"), [("", "HOLDFAST_NEW_KEY is not set"), (OLD, "Both keys are the same")]
)
def test_without_another_key_nothing_begins(
    new: str, said: str, root: Path, keys: pytest.MonkeyPatch
) -> None:
    keys.setenv("HOLDFAST_NEW_KEY", new)
    ended = rekey(root)
    assert ended.exit_code == errors.EXIT_USAGE and said in ended.stderr
