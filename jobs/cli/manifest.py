"""What the last published run left behind: the version of each table, and where it lies."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
from deltalake import DeltaTable
from deltalake.exceptions import TableNotFoundError

from holdfast.jobs.runtime.config.errors import UsageError
from holdfast.jobs.runtime.config.product import Settings
from holdfast.jobs.runtime.storage.catalog import locate
from holdfast.transformations.tables.gold import PUBLISHED_RUNS


@dataclass(frozen=True)
class Manifest:
    """A published run: its number, its day, and the Delta version of each table by name."""

    run_number: int
    as_of: date | None
    versions: Mapping[str, int]


def read_runs(root: str) -> pa.Table:
    """gold.published_runs of a root, read without Spark. Raises UsageError where it is empty."""
    try:
        runs = DeltaTable(locate(root, PUBLISHED_RUNS)).to_pyarrow_table()
    except TableNotFoundError:
        runs = None
    return _check_any(runs, f"under {root}")


def read_runs_of_catalog(root: str, settings: Settings) -> pa.Table:
    """The same of a catalog's schema, which Spark alone can read."""
    from holdfast.jobs.runtime.spark import session
    from holdfast.jobs.runtime.storage.store import Store

    store = Store(session.open_session(settings.spark), root, settings.run.catalog)
    runs = store.read(PUBLISHED_RUNS).toArrow() if store.exists(PUBLISHED_RUNS) else None
    return _check_any(runs, f"in the catalog {settings.run.catalog}")


def last_published(runs: pa.Table) -> Manifest:
    """The manifest of the last run."""
    rows = runs.select(["run_number", "as_of", "table_name", "table_version"]).to_pylist()
    last = max(rows, key=lambda row: row["run_number"])
    of_last = [row for row in rows if row["run_number"] == last["run_number"]]
    versions = {row["table_name"]: row["table_version"] for row in of_last}
    return Manifest(last["run_number"], last["as_of"], versions)


def _check_any(runs: pa.Table | None, place: str) -> pa.Table:
    if not runs:
        raise UsageError(f"Nothing has been published {place}.", cure="`holdfast run` first.")
    return runs
