"""Leavers expected against leavers found, on one generated retailer after another.

`make bench NAME=leavers ARGS="SEEDS [FIRST [CUSTOMERS]]"` (20, 1 and 600 if not given). Each seed
is another retailer; its churn model is fitted as in a run, and on the held-out cut-off, of which it
has learnt nothing, the leavers its probabilities expect stand beside those there were. The rival is
the share of leavers on the cut-offs the model was fitted on, times the customers.
"""

import json
import sys
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import pandas as pd
from pyspark.sql import functions as F

from holdfast.jobs.cli.bootstrap import open_runner, run_standalone
from holdfast.transformations.tables.features import LABELS
from holdfast.transformations.tables.ops import MODEL_METRICS

TO_CHURN_MODEL: Final = (
    "ingest",
    "standardise",
    "resolve_identity",
    "build_features",
    "build_labels",
    "train_churn",
)
HORIZON: Final = timedelta(days=90)
GOAL: Final = 0.9  # share of retailers whose leavers lie inside the 95 % interval, at least


@dataclass(frozen=True)
class Found:
    """Leavers of one retailer's held-out cut-off: real, expected, the ends of the interval, and
    what the past share of leavers expects.
    """

    leavers: float
    expected: float
    low: float
    high: float
    past: float

    @property
    def is_inside(self) -> bool:
        """Whether chance alone explains the difference."""
        return bool(self.low <= self.leavers <= self.high)


def find_leavers(root: str, seed: int, customers: int) -> Found:
    """One retailer, from its raw exports to the figures of its held-out cut-off."""
    asked = [
        f"synthetic.seed={seed}",
        f"synthetic.customers={customers}",
        "features.cutoffs=monthly",
        "churn.trees=80",
        "churn.min_rows_per_leaf=20",
    ]
    with open_runner("mini", root, asked, as_of="latest", quiet=True) as runner:
        run_standalone(runner, "generate")
    with open_runner("mini", root, asked, as_of="latest", quiet=True) as runner:
        runner.run(list(TO_CHURN_MODEL))
        own = (F.col("predictor") == "model") & (F.col("slice") == "all")
        metrics = pd.DataFrame(runner.store.read(MODEL_METRICS).filter(own).toPandas())
        labels = runner.store.read(LABELS).filter(F.col("is_churned").isNotNull())
        known = pd.DataFrame(labels.select("as_of", "is_churned").toPandas())
    held_out = metrics["cutoff_on"].max()
    newest = metrics[metrics["cutoff_on"] == held_out].set_index("metric")
    figures, rows = newest["value"], newest["rows"]["leavers"]
    past = known[known["as_of"] <= held_out - HORIZON]["is_churned"].astype(float).mean() * rows
    low, high = figures["leavers_low"], figures["leavers_high"]
    return Found(figures["leavers"], figures["expected_leavers"], low, high, past)


def main(seeds: int = 20, first: int = 1, customers: int = 600) -> int:
    """Print each retailer, then how many lie inside and the JSON line; 1 below the goal."""
    found = []
    for seed in range(first, first + seeds):
        with tempfile.TemporaryDirectory() as folder:
            one = find_leavers(str(Path(folder) / "root"), seed, customers)
        found.append(one)
        print(
            f"seed {seed}: {one.leavers:.0f} left, {one.expected:.1f} expected "
            f"({one.low:.0f} to {one.high:.0f}), past share {one.past:.1f}"
            f"{'' if one.is_inside else '   OUTSIDE'}",
            flush=True,
        )
    inside = sum(one.is_inside for one in found)
    ours, rival = (
        sum(abs(one.leavers - getattr(one, name)) for one in found) / len(found)
        for name in ("expected", "past")
    )
    print(f"{inside} of {len(found)} inside; mean error {ours:.1f} leavers, past share {rival:.1f}")
    share = inside / len(found)
    line = {"name": "leavers", "ours": ours, "rival": rival, "ratio": ours / rival}
    print(json.dumps({**line, "inside": share, "goal": GOAL, "met": share >= GOAL}))
    return int(share < GOAL)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
