"""Frames kept in memory for as long as several actions read them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from pyspark.sql import DataFrame

from holdfast.jobs.runtime.spark.concurrency import run_concurrently


@contextmanager
def cache_frames(frames: Iterable[DataFrame]) -> Iterator[None]:
    """Frames that are computed once within the block, and let go of at its end, also after an
    error.
    """
    held = list(frames)
    try:
        run_concurrently(lambda frame: frame.persist(), held)
        yield
    finally:
        for frame in held:
            frame.unpersist()
