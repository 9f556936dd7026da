"""Segments, stages and purchase windows beside the truth of a generated retailer.

`make bench NAME=segments ARGS="[SEED [CUSTOMERS]]"` (1 and 20,000 if not given), from raw exports
to gold.customer_segments. The rivals are k-means of scikit-learn and RFM quintiles on the same
customers; the oracle are trees that were trained on the true segments of other customers.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Final

import numpy as np
from pyspark.sql import DataFrame

from holdfast.jobs.cli.bootstrap import open_runner, run_standalone
from holdfast.jobs.stages.evaluation import segment_metrics as metrics
from holdfast.jobs.stages.evaluation.identity_metrics import match_customers_to_persons
from holdfast.transformations.features.registry import SNAPSHOTS
from holdfast.transformations.synthetic.activity import (
    CHANNEL_SHARES,
    CHANNELS,
    expect_channel_share,
)
from holdfast.transformations.synthetic.cards import CARD_SHARE
from holdfast.transformations.synthetic.customer_behaviour import (
    ORDER_VALUE,
    ORDERS_PER_YEAR,
    SEGMENTS,
)
from holdfast.transformations.tables.gold import (
    CUSTOMER_ORDERS,
    CUSTOMER_SEGMENTS,
    SEGMENT_PROFILES,
)
from holdfast.transformations.tables.silver import IDENTITY_MAP

JOBS: Final = (
    "ingest",
    "standardise",
    "resolve_identity",
    "build_features",
    "segment_customers",
    "build_gold",
)


def find_figures(root: str, seed: int, customers: int) -> dict[str, float]:
    """One retailer from its raw exports to its segments, beside their truth."""
    asked = [f"synthetic.seed={seed}", f"synthetic.customers={customers}", "spark.memory=auto"]
    with open_runner("demo", root, asked, as_of="latest", quiet=True) as runner:
        run_standalone(runner, "generate")
    with open_runner("demo", root, asked, as_of="latest", quiet=True) as runner:
        runner.run(list(JOBS))
        read = runner.store.read
        truth = Path(root) / "truth"
        records, people = (
            runner.store.spark.read.parquet(str(truth / f"{name}.parquet"))
            for name in ("records", "people")
        )
        persons = match_customers_to_persons(read(IDENTITY_MAP), records)
        found = metrics.fetch_segments(read(CUSTOMER_SEGMENTS), read(SNAPSHOTS), persons, people)
        return {
            **metrics.measure_segments(found, read(SEGMENT_PROFILES)),
            **metrics.measure_profiles(found),
            **metrics.measure_affinities(found, *map(read, metrics.SOLD)),
            **metrics.measure_windows(found, read(CUSTOMER_ORDERS)),
            **compare_profiles(read(SEGMENT_PROFILES)),
        }


def compare_profiles(profiles: DataFrame) -> dict[str, float]:
    """How far the newest profiles are off in order value (share) and orders a year, at most."""
    rows = profiles.orderBy("as_of").collect()
    newest = {row["segment"]: row for row in rows if row["as_of"] == rows[-1]["as_of"]}
    true = zip(SEGMENTS, ORDER_VALUE, ORDERS_PER_YEAR * find_seen_share(), strict=True)
    known = [(newest[name], value, pace) for name, value, pace in true if name in newest]
    return {
        "segments_named": float(len(known)),
        "order_value_error": max(
            abs(float(row["average_order_amount"]) / value - 1) for row, value, _ in known
        ),
        "orders_a_year_error": max(
            abs(float(row["orders_a_year"]) - pace) for row, _, pace in known
        ),
    }


def find_seen_share() -> float:
    """Share of orders that a shop can tie to a customer: at the till by card alone."""
    favourites = np.arange(len(CHANNELS))
    at_till = expect_channel_share(favourites, CHANNELS.index("pos")) @ CHANNEL_SHARES
    return float(1.0 - (1.0 - CARD_SHARE) * at_till)


def main(seed: int = 1, customers: int = 20_000) -> int:
    """Print every figure and the JSON line; 1 below a goal."""
    with tempfile.TemporaryDirectory() as folder:
        found = find_figures(str(Path(folder) / "root"), seed, customers)
    for name, value in found.items():
        print(f"{name:<40} {value:.4f}")
    ours, oracle = found["segment_adjusted_rand"], found["segment_adjusted_rand_oracle"]
    rival = max(found["segment_adjusted_rand_k_means"], found["segment_adjusted_rand_rfm"])
    met = (
        ours >= 0.95 * oracle
        and found["segments_named"] == len(SEGMENTS)
        and found["segment_share_error"] <= 0.02
        and found["order_value_error"] <= 0.05
        and found["orders_a_year_error"] <= 1
        and found["segment_flips"] <= 0.02
        and found["lifecycle_macro_f1"] >= max(0.85, found["lifecycle_macro_f1_plain_rule"])
        and found["affinity_macro_f1"] >= max(0.85, found["affinity_macro_f1_plain_rule"])
        and abs(found["purchase_window_coverage"] - 0.8) <= 0.02
    )
    line = {"name": "segments", "ours": ours, "rival": rival, "ratio": ours / rival}
    print(json.dumps({**line, "oracle": oracle, "met": bool(met)}))
    return int(not met)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
