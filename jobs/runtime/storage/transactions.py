"""Transaction marks: what makes a write exactly-once. Delta skips a second one with the same or a
lower number.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from pyspark.sql import SparkSession

_TXN: Final = "spark.databricks.delta.write.txn"


@dataclass(frozen=True)
class Txn:
    """The mark of a writer's part of a run; every table keeps its own, so that one may stand in
    many tables.
    """

    application: str
    number: int


@dataclass
class SessionMark:
    """The mark in the session's settings, where MERGE looks for it.

    Merges under an equal mark run at once; one under another mark waits until they have ended.
    Nothing stays set.
    """

    spark: SparkSession
    _held: Txn | None = None
    _holders: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)

    @contextmanager
    def held(self, txn: Txn) -> Iterator[None]:
        """Keep `txn` set for the length of a merge."""
        with self._changed:
            self._changed.wait_for(lambda: not self._holders or self._held == txn)
            if not self._holders:
                self.spark.conf.set(f"{_TXN}AppId", txn.application)
                self.spark.conf.set(f"{_TXN}Version", str(txn.number))
            self._held, self._holders = txn, self._holders + 1
        try:
            yield
        finally:
            with self._changed:
                self._holders -= 1
                if not self._holders:
                    self.spark.conf.unset(f"{_TXN}AppId")
                    self.spark.conf.unset(f"{_TXN}Version")
                    self._changed.notify_all()
