"""What a churn model of conf/base costs: CPU-seconds of a search of 20 trials with successive cuts
and one fit on all rows.

Run with `make bench NAME=training`; `ROWS=50000 python -m bench.training` for a smaller size. The
customers are made up: their leaving follows a few of 79 features, the others are noise. The goal is
2,500 CPU-seconds at a million rows.
"""

import json
import os
import time
from datetime import date, timedelta
from typing import Final

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from bench.costs.process_tree import tree_cpu
from holdfast.jobs.runtime.config import settings
from holdfast.jobs.runtime.spark import session
from holdfast.jobs.stages.parameters import churn_parameters
from holdfast.models.churn.training import fit
from holdfast.models.fitting import keep_computed

ROWS: Final = int(os.environ.get("ROWS", "1000000"))  # rows to train on
GOAL: Final = 2_500.0  # CPU-seconds at a million rows
DAYS: Final = tuple(date(2025, 1, 1) + timedelta(days=90 * n) for n in range(4))
FEATURES: Final = tuple(f"feature_{n:02}" for n in range(79))


def customers(spark: SparkSession, rows: int) -> DataFrame:
    """`rows` customers and cut-offs to train on, and a held-out cut-off of the same size as each
    other: the chance to leave bends with four of the features and their product.
    """
    people = rows // (len(DAYS) - 1)
    ids = spark.range(1, people + 1).withColumnRenamed("id", "customer_id")
    days = spark.createDataFrame([(day,) for day in DAYS], "as_of date")
    unit = {name: _uniform(name) for name in FEATURES}
    first, second, third, fourth = (unit[name] for name in FEATURES[:4])
    odds = 3 * first - 4 * second * third + 2 * (fourth - 0.5) - F.lit(1.0)
    leaves = (_uniform("leaves") < 1 / (1 + F.exp(-odds))).cast("double")
    known = ids.crossJoin(days).withColumns({**unit, "churned": leaves})
    return known


def _uniform(name: str) -> Column:
    """A number in [0, 1) that hangs on the name, the customer and the day alone."""
    return F.pmod(F.xxhash64(F.lit(name), "customer_id", "as_of"), F.lit(10_000)) / F.lit(10_000.0)


def main() -> None:
    """Print what the fit cost, and the JSON line of the goal."""
    config = churn_parameters(settings.load("local").values)
    spark = session.open_session(settings.load("local").values.spark, "bench-training")
    table = keep_computed(customers(spark, ROWS).repartition(4))
    before, began = tree_cpu(), time.monotonic()
    result = fit(table, FEATURES, config)
    used, wall = tree_cpu() - before, time.monotonic() - began
    auc = next(row["value"] for row in result.metrics if row["metric"] == "auc")
    print(f"{ROWS:,} rows: {used:.0f} CPU-seconds, {wall:.0f} s; AUC {auc:.3f}; {result.params}")
    goal = GOAL if ROWS >= 1_000_000 else None
    met = used <= GOAL if goal else None
    print(json.dumps({"name": "training", "rows": ROWS, "ours": used, "goal": goal, "met": met}))


if __name__ == "__main__":
    main()
