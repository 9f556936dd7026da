"""Connected components of edges: on the driver as long as they fit there, else in Spark."""

from typing import Final

import numpy as np
import pandas as pd
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from holdfast.models.fitting import keep_computed, make_frame

MOST_ON_DRIVER: Final = 2_000_000  # edges, of 16 bytes each
_NODES: Final = "node long, component long"
_ROUNDS: Final = 60  # far beyond the logarithm of any number of nodes


def find_components(edges: DataFrame) -> tuple[DataFrame, int]:
    """node, component of every node of `edges` (left and right, whole numbers), and how many edges
    there are.
    """
    known = pd.DataFrame(edges.limit(MOST_ON_DRIVER + 1).toPandas())
    if len(known) > MOST_ON_DRIVER:
        return find_by_stars(edges), edges.count()
    return make_frame(find_on_driver(known), _NODES, beside=edges), len(known)


def find_on_driver(edges: pd.DataFrame) -> pd.DataFrame:
    """node, component of edges (left, right), by union-find."""
    sides = edges[["left", "right"]].to_numpy(dtype=np.int64)
    nodes, place = np.unique(sides, return_inverse=True)
    left, right = place.reshape(-1, 2).T
    graph = coo_array((np.ones(len(left)), (left, right)), (len(nodes), len(nodes)))
    component = connected_components(graph, directed=False)[1].astype(np.int64)
    return pd.DataFrame({"node": nodes, "component": component})


def find_by_stars(edges: DataFrame) -> DataFrame:
    """node, component, which is the smallest node in it: large stars and small stars in turn, until
    no edge moves (Kiveris et al. 2014).
    """
    stars = edges.select(*_ordered("left", "right")).filter("high > low").distinct()
    before = None
    for _ in range(_ROUNDS):
        stars = keep_computed(_small_stars(_large_stars(stars)))
        fingerprint = F.sum(F.xxhash64("high", "low").cast("decimal(38,0)"))
        now = stars.agg(F.count(F.lit(1)), fingerprint).collect()[0]
        if now == before:
            break
        before = now
    centres = stars.select(F.col("low").alias("node"), F.col("low").alias("component")).distinct()
    leaves = stars.select(F.col("high").alias("node"), F.col("low").alias("component"))
    alone = edges.filter("left = right").select(F.col("left").alias("node"), "left")
    found = leaves.unionByName(centres)
    only = alone.distinct().join(found, ["node"], how="left_anti").toDF("node", "component")
    return found.unionByName(only)


def _large_stars(stars: DataFrame) -> DataFrame:
    """Each node's larger neighbours joined with the smallest there is among all of them and it."""
    turned = stars.select(F.col("low").alias("node"), F.col("high").alias("other"))
    both = turned.unionByName(
        stars.select(F.col("high").alias("node"), F.col("low").alias("other"))
    )
    least = both.groupBy("node").agg(F.min("other").alias("least"))
    joined = turned.join(least, ["node"], how="inner")
    return joined.select(
        F.col("other").alias("high"), F.least("least", "node").alias("low")
    ).distinct()


def _small_stars(stars: DataFrame) -> DataFrame:
    """Each node and its smaller neighbours joined with the smallest of these."""
    least = stars.groupBy("high").agg(F.min("low").alias("least"))
    moved = stars.join(least, ["high"], how="inner").select(
        F.col("low").alias("high"), F.col("least").alias("low")
    )
    own = least.select("high", F.col("least").alias("low"))
    return moved.filter("high > low").unionByName(own).distinct()


def _ordered(one: str, other: str) -> tuple[Column, Column]:
    return F.greatest(one, other).alias("high"), F.least(one, other).alias("low")
