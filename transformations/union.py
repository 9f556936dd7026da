"""Several frames as one."""

from collections.abc import Sequence
from functools import reduce

from pyspark.sql import DataFrame


def together(frames: Sequence[DataFrame]) -> DataFrame:
    """All rows of all frames, columns by name."""
    return reduce(lambda a, b: a.unionByName(b), frames)
