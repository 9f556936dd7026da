"""Several frames as one."""

from collections.abc import Sequence

from pyspark.sql import DataFrame


def union_by_name(frames: Sequence[DataFrame], *, allow_missing: bool = False) -> DataFrame:
    """All rows of all frames, columns by name; `allow_missing` fills with null what a frame lacks.

    Halves are joined to halves: Spark analyses each step anew, and a chain of steps is a deep plan.
    """
    if len(frames) == 1:
        return frames[0]
    middle = len(frames) // 2
    left, right = (
        union_by_name(half, allow_missing=allow_missing)
        for half in (frames[:middle], frames[middle:])
    )
    return left.unionByName(right, allowMissingColumns=allow_missing)
