"""Average linkage on Spark: pairs are gathered by connected component of those that may join, and
each worker links its components by themselves.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.models.identity.clusters import average_linkage, membership
from holdfast.models.identity.components import find_components

_GATHERED: Final = 50_000  # pairs that may join, or one component's, that a worker has at a time
Kernel = Callable[[pa.Table], pa.Table]


def link_pairs(pairs: DataFrame, threshold: float, cap: int) -> DataFrame:
    """name, group, certainty of all that is in a group with others, from pairs (left, right,
    strength, probability), each there once.

    Those of a `strength` from `threshold` on start a merge; a group is named by its smallest member
    and has `cap` at most. `certainty` is the probability of the surest pair with another member.
    """
    within = gather(pairs, pairs.filter(F.col("strength") >= threshold))
    name = pairs.schema["left"].dataType.simpleString()
    schema = f"name {name}, group {name}, certainty double"
    return within.groupBy("bucket").applyInArrow(_link(threshold, cap), schema)


def gather(pairs: DataFrame, edges: DataFrame) -> DataFrame:
    """The pairs (left, right and others) within connected components of `edges` among them, with
    `bucket`, which is one for a component.

    Sides are numbered by their hash: where two have one, two components share a bucket.
    """
    sides = [F.xxhash64(side).alias(side) for side in ("left", "right")]
    component, size = find_components(edges.select(*sides))
    buckets = F.pmod("component", F.lit(1 + size // _GATHERED)).alias("bucket")
    hashed = pairs.withColumn("node", F.xxhash64("left"))
    return hashed.join(component.select("node", buckets), ["node"], how="inner").drop("node")


def _link(threshold: float, cap: int) -> Kernel:
    def kernel(table: pa.Table) -> pa.Table:
        pairs = table.to_pandas()
        sides = pd.concat([pairs["left"], pairs["right"]], ignore_index=True)
        place, names = pd.factorize(sides, sort=True)
        left, right = place.reshape(2, -1).astype(np.int64)
        strength, probability = (pairs[name].to_numpy() for name in ("strength", "probability"))
        group = average_linkage(len(names), left, right, strength, threshold, cap)
        certainty = membership(group, left, right, probability)
        shared = np.flatnonzero(np.bincount(group, minlength=len(names))[group] > 1)
        kind = table.schema.field("left").type
        columns = [pa.array(names[rows], kind) for rows in (shared, group[shared])]
        return pa.table(
            {"name": columns[0], "group": columns[1], "certainty": pa.array(certainty[shared])}
        )

    return kernel
