"""Exactly-once writes, paid for when a run resumes and not on every write.

Each commit says which part of which job of which run made it. A job that is begun again, because
its process died, looks through the commits above the version it had once started from for its own,
and makes none of them twice. Only an append needs this: every other write, repeated on the run's
pinned inputs, leaves the same table.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Final

from pyspark.sql import SparkSession

OPTION: Final = "userMetadata"
_SETTING: Final = "spark.databricks.delta.commitInfo.userMetadata"
_KEY: Final = "holdfast"


@dataclass(frozen=True)
class WriteId:
    """Who makes a write: a part of a job of a run."""

    run_number: int
    job: str
    part: str = ""

    @property
    def metadata(self) -> str:
        """The text that the commit carries."""
        return json.dumps({_KEY: asdict(self)}, sort_keys=True)


def parse_metadata(text: str | None) -> WriteId | None:
    """The write that a commit's metadata names; None where it was made by other hands."""
    try:
        return WriteId(**json.loads(text or "")[_KEY])
    except (ValueError, KeyError, TypeError):
        return None


@dataclass
class SessionMetadata:
    """The metadata in the session's settings, where MERGE and CREATE TABLE AS SELECT look for it.

    Writes under an equal id run at once; one under another id waits until they have ended. Nothing
    stays set.
    """

    spark: SparkSession
    _write_id: WriteId | None = None
    _holders: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)

    @contextmanager
    def hold(self, write_id: WriteId) -> Iterator[None]:
        """Keep `write_id` set for the length of a write."""
        with self._changed:
            self._changed.wait_for(lambda: not self._holders or self._write_id == write_id)
            if not self._holders:
                self.spark.conf.set(_SETTING, write_id.metadata)
            self._write_id, self._holders = write_id, self._holders + 1
        try:
            yield
        finally:
            with self._changed:
                self._holders -= 1
                if not self._holders:
                    self.spark.conf.unset(_SETTING)
                    self._changed.notify_all()
