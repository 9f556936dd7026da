"""`holdfast.open(root)`: the published tables in a notebook, on the notebook's own session or one
of ours.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession

from holdfast.jobs.pipeline import PIPELINE
from holdfast.jobs.runtime.config import settings
from holdfast.jobs.runtime.config.errors import UsageError
from holdfast.jobs.runtime.runs.ledger import Ledger
from holdfast.jobs.runtime.spark import session
from holdfast.jobs.runtime.storage.store import Store


@dataclass(frozen=True)
class Door:
    """The tables of a root as the last published run left them. The session is never stopped from
    here.
    """

    store: Store
    ledger: Ledger

    @property
    def spark(self) -> SparkSession:
        """The session the tables are read with."""
        return self.store.spark

    @property
    def tables(self) -> list[str]:
        """Names of the published tables."""
        return sorted(self.ledger.manifest)

    def table(self, name: str) -> DataFrame:
        """A table, such as `gold.churn_scores`, at the version of the last manifest."""
        known = {table.name: table for table in PIPELINE.tables}
        if name not in known or name not in self.ledger.manifest:
            raise UsageError(
                f"There is no published table {name}.",
                cure=f"Published: {', '.join(self.tables) or 'none'}.",
            )
        return self.store.read(known[name], self.ledger.manifest[name])


def open_root(root: str | Path = "", spark: SparkSession | None = None, env: str = "local") -> Door:
    """Open a root (default: HOLDFAST_ROOT, else the one in settings) for reading."""
    values = settings.load(env).values
    place = str(root or os.environ.get("HOLDFAST_ROOT") or values.run.root)
    own = session.prepare(spark) if spark is not None else session.open_session(values.spark)
    store = Store(own, place if "://" in place else str(Path(place).absolute()), values.run.catalog)
    return Door(store, Ledger(store, values.run.lease_minutes))
