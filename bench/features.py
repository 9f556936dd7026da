"""What snapshots cost beside DuckDB: every feature of the registry for 200,000 customers, from the
same Parquet files of narrow facts to Parquet files of snapshots.

`make bench NAME=features ARGS="[CUSTOMERS]"`. Equal cells come first; then CPU-seconds of the whole
process tree for 1 and 12 monthly cut-offs, and the exponent of the cost between them. The start of
the session is printed apart, and so is its first run, in which the JVM compiles. DuckDB has two
threads and reads each table once for all cut-offs. Linux only.
"""

import json
import math
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import duckdb
from pyspark.sql import DataFrame, SparkSession

from bench.costs.process_tree import tree_cpu
from bench.snapshots.facts import write_facts
from bench.snapshots.queries import write_snapshots
from holdfast.jobs.runtime.config import settings
from holdfast.jobs.runtime.spark import session
from holdfast.transformations.features.registry import FEATURES
from holdfast.transformations.features.snapshots import snapshots
from holdfast.transformations.features.stream import FACTS, stream_events
from holdfast.transformations.tables.silver import FACT_STATES, IDENTITY_MAP
from holdfast.transformations.tables.table import Table

YEAR: Final = [*(date(2025, month, 1) for month in range(2, 13)), date(2026, 1, 1)]
GOALS: Final = {"ratio": 0.8, "exponent": 0.4}


@dataclass(frozen=True)
class Cost:
    """CPU-seconds and seconds of the clock."""

    cpu: float
    wall: float


def measure(work: Callable[[], None]) -> Cost:
    """What `work` costs in this process and all below it."""
    cpu, began = tree_cpu(), time.monotonic()
    work()
    return Cost(tree_cpu() - cpu, time.monotonic() - began)


def read_facts(spark: SparkSession, folder: Path) -> dict[Table, DataFrame]:
    """The facts as the job reads them."""
    return {
        table: spark.read.parquet(str(folder / table.short_name))
        for table in (*FACTS, FACT_STATES, IDENTITY_MAP)
    }


def write_ours(facts: Mapping[Table, DataFrame], cutoffs: Sequence[date], folder: Path) -> None:
    """Snapshots of the facts as Parquet files."""
    events = stream_events({table: facts[table] for table in facts if table is not IDENTITY_MAP})
    found = snapshots(events, facts[IDENTITY_MAP], cutoffs)
    found.write.parquet(str(folder))


def count_cells(ours: Path, theirs: Path) -> tuple[int, int]:
    """Cells that both have, and how many of them are not equal; a row that only one has differs in
    every cell.
    """
    names = ["currency", *(feature.name for feature in FEATURES)]
    same = "o.{0} IS NOT DISTINCT FROM t.{0}"
    near = same + " OR coalesce(abs(o.{0} - t.{0}) <= 1e-9 * greatest(1, abs(t.{0})), false)"
    equal = [(same if name == "currency" else near).format(name) for name in names]
    both = "o.currency IS NOT NULL AND t.currency IS NOT NULL"
    unequal = [f"countif(NOT ({both} AND ({condition})))" for condition in equal]
    found = duckdb.sql(
        f"SELECT count(*), {', '.join(unequal)} FROM '{ours}/*.parquet' o "
        f"FULL JOIN '{theirs}/*.parquet' t USING (customer_id, as_of)"
    ).fetchone()
    rows, *different = found or (0,)
    for name, count in zip(names, different, strict=True):
        if count:
            print(f"  {name}: {count:,} of {rows:,} differ")
    return rows * len(names), sum(different)


def main(customers: int = 200_000) -> int:
    """Print every figure and the JSON line; 1 where cells differ or a goal is missed."""
    config = settings.load("local").values
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        rows = write_facts(folder / "facts", customers)
        print(f"{customers:,} customers, {sum(rows.values()):,} rows: {rows}", flush=True)
        rival = {
            count: measure(
                lambda count=count: write_snapshots(
                    folder / "facts", YEAR[-count:], folder / f"rival-{count}"
                )
            )
            for count in (1, len(YEAR))
        }
        before = tree_cpu()
        spark = session.open_session(config.spark, "bench-features")
        print(f"session: {tree_cpu() - before:.0f} CPU-seconds", flush=True)
        facts = read_facts(spark, folder / "facts")

        def run(count: int, name: str) -> Cost:
            target = folder / f"{name}-{count}"
            return measure(lambda: write_ours(facts, YEAR[-count:], target))

        cold = run(len(YEAR), "cold")
        unequal = 0
        ours = {}
        for count in (1, len(YEAR)):
            ours[count] = run(count, "warm")
            cells, different = count_cells(folder / f"warm-{count}", folder / f"rival-{count}")
            unequal += different
            print(f"{count} cut-offs: {cells:,} cells, {different:,} differ")
            for name, cost in {"DuckDB": rival[count], "ours": ours[count]}.items():
                print(f"{name:>8} {cost.cpu:7.1f} CPU-seconds, {cost.wall:7.1f} s")
    return report(customers, cold, ours, rival, unequal)


def report(
    customers: int,
    cold: Cost,
    ours: Mapping[int, Cost],
    rival: Mapping[int, Cost],
    unequal: int,
) -> int:
    """Print ratio and exponent, and the JSON line; whether a goal is missed."""
    whole = len(YEAR)

    def exponent(costs: Mapping[int, Cost]) -> float:
        return math.log(costs[whole].cpu / costs[1].cpu) / math.log(whole)

    found = {"ratio": ours[whole].cpu / rival[whole].cpu, "exponent": exponent(ours)}
    print(f"first run of the session, {whole} cut-offs: {cold.cpu:.1f} CPU-seconds", end=", ")
    print(f"{cold.cpu / rival[whole].cpu:.2f} times DuckDB")
    print(
        f"warm: {found['ratio']:.2f} times DuckDB; 1 to {whole} cut-offs: cost grows with the power"
    )
    print(f"{found['exponent']:.2f}, DuckDB's with {exponent(rival):.2f}")
    met = not unequal and all(found[name] <= goal for name, goal in GOALS.items())
    costs = {"ours": ours[whole].cpu, "rival": rival[whole].cpu, "cold": cold.cpu}
    line = {"name": "features", "customers": customers, **costs, **found, "unequal": unequal}
    print(json.dumps({**line, "met": met}))
    return int(not met)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
