"""Groups found on Spark are those found of all pairs at once, and so are components."""

from random import Random

import numpy as np
import pandas as pd
import pytest
from pyspark.sql import SparkSession

from holdfast.models.identity import components, linking
from holdfast.models.identity.clusters import average_linkage, membership

CAP = 6
THRESHOLD = 0.7
Edges = list[tuple[int, int]]


def shuffle(edges: Edges, seed: int = 1) -> Edges:
    """Nodes renamed and turned, so that no order of numbers helps."""
    random = Random(seed)
    nodes = sorted({node for edge in edges for node in edge})
    names = dict(zip(nodes, random.sample(range(-(2**40), 2**40), len(nodes)), strict=True))
    turned = [(names[a], names[b])[:: random.choice((1, -1))] for a, b in edges]
    return random.sample(turned, len(turned))  # type: ignore[return-value]  # slices of pairs


def walk(edges: Edges) -> set[frozenset[int]]:
    """Components by a plain walk."""
    beside: dict[int, set[int]] = {}
    for a, b in edges:
        beside.setdefault(a, set()).add(b)
        beside.setdefault(b, set()).add(a)
    found = set()
    while beside:
        seen, waiting = set(), [next(iter(beside))]
        while waiting:
            node = waiting.pop()
            if node not in seen:
                seen.add(node)
                waiting += beside.pop(node)
        found.add(frozenset(seen))
    return found


def make_edges() -> Edges:
    """A chain of 300, a star of 200, a ring, a pair there twice, a node beside itself, and what
    chance makes of 80 nodes.
    """
    random = Random(3)
    chain = [(1_000 + i, 1_001 + i) for i in range(299)]
    star = [(2_000, 2_000 + i) for i in range(1, 201)]
    ring = [(3_000 + i, 3_000 + (i + 1) % 9) for i in range(9)]
    drawn = [(random.randrange(80), random.randrange(80)) for _ in range(45)]
    return shuffle([*chain, *star, *ring, (4_000, 4_001), (4_001, 4_000), (5_000, 5_000), *drawn])


def by_component(found: pd.DataFrame) -> set[frozenset[int]]:
    assert found["node"].is_unique
    return {frozenset(nodes) for _, nodes in found.groupby("component")["node"]}


def test_components_of_the_driver_and_of_spark_are_those_of_a_walk(spark: SparkSession) -> None:
    edges = make_edges()
    frame = pd.DataFrame(edges, columns=["left", "right"])
    known = spark.createDataFrame(frame, "left long, right long")
    in_spark = pd.DataFrame(components.find_by_stars(known).toPandas())
    assert by_component(components.find_on_driver(frame)) == walk(edges)
    assert by_component(in_spark) == walk(edges)
    least = in_spark.groupby("component")["node"].min()
    assert least.tolist() == least.index.tolist()


def test_groups_are_those_of_all_pairs_at_once_however_they_are_gathered(
    spark: SparkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(5)
    both = {tuple(sorted(random.sample(range(200), 2))) for _ in range(420)}
    pairs = [(a, b, random.random()) for a, b in sorted(both)]
    left, right, chance = (np.array([pair[at] for pair in pairs]) for at in range(3))
    group = average_linkage(200, left, right, chance, THRESHOLD, CAP)
    certainty = membership(group, left, right, chance)
    shared = np.flatnonzero(np.bincount(group, minlength=200)[group] > 1)
    expected = {f"p{at:03}": (f"p{group[at]:03}", certainty[at]) for at in shared}
    assert len(expected) > 100
    table = [(f"p{a:03}", f"p{b:03}", p, p) for a, b, p in pairs]
    schema = "left string, right string, strength double, probability double"
    frame = spark.createDataFrame(table, schema)
    monkeypatch.setattr(linking, "_GATHERED", 20)
    found = linking.link_pairs(frame.repartition(3), THRESHOLD, CAP).collect()
    assert {row["name"]: (row["group"], row["certainty"]) for row in found} == expected
    monkeypatch.setattr(components, "MOST_ON_DRIVER", 0)
    again = linking.link_pairs(frame, THRESHOLD, CAP).collect()
    assert {row["name"]: (row["group"], row["certainty"]) for row in again} == expected
