"""A root under another key: every value behind the token it had, the old key refused, and nothing
that it opens left behind.
"""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from deltalake import DeltaTable
from pyarrow import parquet
from pyspark.sql import SparkSession
from typer.testing import CliRunner

from holdfast.jobs.cli.bootstrap import open_runner
from holdfast.jobs.cli.main import app
from holdfast.jobs.runtime.config import errors
from holdfast.jobs.runtime.config.errors import BusyError, UsageError
from holdfast.jobs.runtime.runs import fault_injection, runner
from tests.fixtures import exports
from tests.sealed import opened

OLD, NEW, THIRD = "5a" * 32, "6b" * 32, "7c" * 32


@pytest.fixture(scope="module")
def root(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few orders loaded under the old key."""
    base = tmp_path_factory.mktemp("rekey")
    exports.write(base / "sources/shop/orders.yml", exports.ORDERS_MAPPING.encode())
    deliver(base / "root", 1, *exports.GOOD)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOLDFAST_KEY", OLD)
        run(base / "root")
    return base / "root"


def deliver(root: Path, number: int, *lines: str) -> None:
    text = "\n".join([exports.HEADER, *lines])
    exports.write(root / f"raw/north/orders-{number}.csv", text.encode())


def run(root: Path, *, abandon: bool = False) -> None:
    instances = ["sources.instances={north: {mapping: shop}}"]
    folder = str(root.parent / "sources")
    with open_runner(
        "mini", str(root), instances, as_of="latest", mappings=folder, quiet=True
    ) as runner:
        runner.run(["ingest"], abandon=abandon)


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
    assert (root / "bronze" / "north_orders").stat().st_mode & 0o077 != 0


def test_a_wrong_key_is_refused_before_anything_is_written(
    root: Path, keys: pytest.MonkeyPatch
) -> None:
    keys.setenv("HOLDFAST_KEY", THIRD)
    before = sizes(root)
    with pytest.raises(UsageError, match="The key is not the one this root was loaded with"):
        run(root)
    ended = rekey(root)
    assert ended.exit_code == errors.EXIT_USAGE and "is not the one" in ended.stderr
    assert sizes(root) == before


def test_a_change_that_died_is_undone_or_finished_and_nothing_else_goes_on(
    root: Path, keys: pytest.MonkeyPatch
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
        run(root)
    assert "holdfast rekey" in refused.value.cure and "--abandon" in refused.value.cure
    run(root, abandon=True)
    assert tokens(root, OLD) == before


def test_rekey_keeps_tokens_and_refuses_the_old_key(root: Path, keys: pytest.MonkeyPatch) -> None:
    held = tokens(root, OLD)
    assert {key[2] for key in held} == {"ann@example.org", "bob@example.org"}
    assert rekey(root).exit_code == 0
    assert tokens(root, NEW) == held, "all that identity is made of"
    assert rekey(root).exit_code == 0, "once more deletes what may be left, and does no more"
    vault = root / "silver" / "pii_vault"
    files = [path for path in vault.rglob("*.parquet") if "_delta_log" not in path.parts]
    for row in (row for file in files for row in parquet.read_table(file).to_pylist()):
        with pytest.raises(InvalidTag):
            opened([row], bytes.fromhex(OLD))
    before = sizes(root)
    with pytest.raises(UsageError, match="The key is not the one"):
        run(root)
    assert sizes(root) == before


def test_rows_loaded_before_the_change_are_known_after_it(
    root: Path, keys: pytest.MonkeyPatch
) -> None:
    held = tokens(root, NEW)
    keys.setenv("HOLDFAST_KEY", NEW)
    deliver(root, 2, exports.LATE, exports.GOOD[1])
    run(root)
    assert tokens(root, NEW) == held, "the customer's e-mail keeps its token"
    again = [row for row in rows(root, "bronze.north_orders") if row["total"] == Decimal("12.30")]
    assert len(again) == 1, "the row that came again is the one of before"
    assert (root / "silver" / "pii_vault").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("new", "said"), [("", "HOLDFAST_NEW_KEY is not set"), (OLD, "Both keys are the same")]
)
def test_without_another_key_nothing_begins(
    new: str, said: str, root: Path, keys: pytest.MonkeyPatch
) -> None:
    keys.setenv("HOLDFAST_NEW_KEY", new)
    ended = rekey(root)
    assert ended.exit_code == errors.EXIT_USAGE and said in ended.stderr
