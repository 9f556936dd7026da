"""What opening a root makes."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from holdfast.jobs.cli import bootstrap
from holdfast.jobs.runtime.config.errors import HoldfastError
from holdfast.jobs.runtime.storage.store import Store
from holdfast.transformations.tables.gold import PUBLISHED_RUNS
from holdfast.transformations.tables.ops import TABLES as LOGS
from holdfast.transformations.tables.table import Table
from tests.architecture.rule import REPOSITORY


class OpenedError(Exception):
    """The tables were asked for: there is nothing more to see."""


def test_the_tables_that_get_new_columns_are_those_that_the_papers_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    created: list[Table] = []

    def create(store: Store, tables: Iterable[Table]) -> None:
        created.extend(tables)
        raise OpenedError

    monkeypatch.setattr(bootstrap.session, "open_session", lambda spark: None)
    monkeypatch.setattr(Store, "create", create)
    with pytest.raises(OpenedError), bootstrap.open_runner("mini", str(tmp_path), []):
        pass
    assert set(created) == {*LOGS, PUBLISHED_RUNS}
    assert {table.layer for table in LOGS} == {"ops"}
    for paper in ("CONTRIBUTING.md", "docs/operations.md"):
        text = " ".join((REPOSITORY / paper).read_text(encoding="utf-8").split())
        assert "New nullable columns of the `ops` tables and of `gold.published_runs`" in text


@pytest.mark.parametrize(
    ("jobs", "folder", "problem"),
    [
        (["ingset"], "shopify", "There is no job ingset"),
        ([], "shopfy", "the folder raw/shopfy is read by no mapping"),
        (["ingest"], "shopify", "There is no raw file"),
        ([], "", "There is no raw file"),
    ],
)
def test_what_a_run_lacks_is_said_before_spark_starts(
    jobs: list[str], folder: str, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(spark: object) -> None:
        raise OpenedError

    monkeypatch.setattr(bootstrap.session, "open_session", start)
    (tmp_path / "raw" / folder).mkdir(parents=True)
    with (
        pytest.raises(HoldfastError, match=problem),
        bootstrap.open_runner("mini", str(tmp_path), [], jobs=jobs),
    ):
        pass
    with (
        pytest.raises(OpenedError),
        bootstrap.open_runner("mini", str(tmp_path), [], jobs=["standardise"]),
    ):
        pass
