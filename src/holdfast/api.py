"""The public face: the tables of the last published run, and the settings of a run."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.jobs.runtime.config import settings
from holdfast.jobs.runtime.config.errors import MachineError, UsageError
from holdfast.jobs.runtime.config.places import resolve_root
from holdfast.jobs.runtime.config.product import Settings

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from holdfast.jobs.runtime.runs.ledger import Ledger
    from holdfast.jobs.runtime.storage.store import Store


@dataclass(frozen=True)
class PublishedRun:
    """One published run: its number, the day it speaks about, and when it was opened (UTC)."""

    number: int
    as_of: date | None
    opened_at: datetime


class PublishedTables:
    """The tables of a root as its last published run left them; made by `open_root`.

    Reading never waits for a run that is at work and never sees half of one: each table is read at
    the version that the manifest names. A run published later is seen by opening the root again.
    """

    def __init__(self, store: "Store", ledger: "Ledger") -> None:
        self._store = store
        self._ledger = ledger

    def __repr__(self) -> str:
        return f"PublishedTables({self.root!r}, {len(self.tables)} tables, as of {self.as_of})"

    @property
    def root(self) -> str:
        """The root as an absolute path or a URI."""
        return self._store.root

    @property
    def spark(self) -> "SparkSession":
        """The session that reads the tables; it is never stopped from here."""
        return self._store.spark

    @property
    def as_of(self) -> date | None:
        """The day D that the tables speak about; None before the first run was published."""
        last = self._ledger.published
        return last.as_of if last is not None else None

    @property
    def tables(self) -> list[str]:
        """Names of the published tables, such as `gold.customer_360`, in order."""
        return sorted(self._ledger.manifest)

    @property
    def tracking_uri(self) -> str:
        """Where MLflow keeps the models of this root, for `mlflow.set_tracking_uri`."""
        from holdfast.jobs.runtime.registry.mlflow_store import Tracking

        return Tracking(Path(self.root)).uri

    def table(self, name: str) -> "DataFrame":
        """A table by its name, such as `gold.churn_scores`.

        Raises UsageError, which lists what there is, for a name that is not published.
        """
        from holdfast.jobs.pipeline import PIPELINE

        known = {table.name: table for table in PIPELINE.tables}
        if name not in known or name not in self._ledger.manifest:
            raise UsageError(
                f"There is no published table {name}.",
                cure=f"Published: {', '.join(self.tables) or 'none'}.",
            )
        return self._store.read(known[name], self._ledger.manifest[name])

    def runs(self) -> list[PublishedRun]:
        """Every published run, the oldest first."""
        known = self._ledger.runs
        return [
            PublishedRun(number, known[number].as_of, known[number].opened_at)
            for number in sorted(self._ledger.manifests)
            if number in known
        ]


def open_root(root: str | Path = "", spark: "SparkSession | None" = None) -> PublishedTables:
    """Open a root for reading at its last published run.

    `root` is a folder or a URI; without one HOLDFAST_ROOT counts, then `run.root` of the settings.
    `spark` is the session to read with; without one the active session counts, else a local one is
    started. Raises MachineError where Spark is not installed.
    """
    try:
        from holdfast.jobs.runtime.runs.ledger import Ledger
        from holdfast.jobs.runtime.spark import session
        from holdfast.jobs.runtime.storage.store import Store
    except ModuleNotFoundError as missing:
        raise MachineError(
            f"Reading tables needs the package {missing.name}, which is not installed.",
            cure="pip install 'holdfast[local]'",
        ) from missing
    values = settings.load().values
    own = (
        session.apply_common_settings(spark)
        if spark is not None
        else session.open_session(values.spark)
    )
    store = Store(own, resolve_root(root, values.run.root), values.run.catalog)
    return PublishedTables(store, Ledger(store, values.run.lease_minutes))


def load_settings(env: str = "local", overrides: Sequence[str] = ()) -> Settings:
    """The settings of an environment, typed by section: `load_settings("demo").churn.trials`.

    `overrides` are `section.key=value`, as `--set` takes them. Raises SettingsError, a
    HoldfastError with its cure, for a key or value that does not fit.
    """
    return settings.load(env, overrides).values
