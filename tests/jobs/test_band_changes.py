"""Whose risk band moved, by the job itself: a second day, and that day again."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from holdfast.transformations.tables.gold import BAND_CHANGES, CHURN_SCORES
from tests.fixtures import shop as small

NEXT = small.DAY + timedelta(days=7)
OBJECTED = 22  # of the small shop


def scores() -> list[dict[str, Any]]:
    """The next day: 1 is at high risk, 2 to 19 are where they were, 20 fell silent; one who had
    objected before is there by mistake.
    """
    rows = next(values for table, values in small.first_day() if table is CHURN_SCORES)
    before = {row["customer_id"]: row for row in rows}
    moved = {**before[1], "risk_band": "high", "churn_probability": 0.9}
    kept = [moved, *(before[i] for i in range(2, 20)), {**before[1], "customer_id": OBJECTED}]
    return [{**row, "as_of": NEXT} for row in kept]


def test_each_move_is_there_once_however_often_the_day_is_run(
    spark: SparkSession, shop: Path, root: Path
) -> None:
    shutil.copytree(shop, root)
    store = small.opened(spark, root).store
    assert store.read(BAND_CHANGES).count() == 0  # of the first day
    found = []
    for _ in range(2):
        small.publish(spark, root, [(CHURN_SCORES, scores())], ["build_gold"], day=NEXT)
        rows = small.opened(spark, root).store.read(BAND_CHANGES).collect()
        found.append(
            sorted((r.customer_id, r.as_of, r.from_on, r.from_band, r.to_band) for r in rows)
        )
    assert (
        found[0]
        == found[1]
        == [
            (1, NEXT, small.DAY, "none", "high"),
            (20, NEXT, small.DAY, "high", None),
        ]
    )
