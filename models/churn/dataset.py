"""The rows of one training: those that teach stay with Spark, a bounded sample of every part is
seen by the driver.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from pyspark.ml.feature import VectorAssembler
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.models.arrays import Floats
from holdfast.models.churn.split import Split
from holdfast.models.trees.scoring import MISSING, filled

LABEL: Final = "churned"
KEYS: Final = ("as_of", "customer_id")
TEACH, CHECK, TEST = "teach", "check", "test"
_NAMES: Final = {TEACH: "training", CHECK: "validation", TEST: "held-out"}
_MILLION: Final = 1_000_000

Counts = Mapping[str, tuple[int, int]]  # leavers and stayers by part


@dataclass(frozen=True, eq=False)
class Parts:
    """Rows by use.

    `teach` grows the trees that choose and calibrate, `whole` (teaching and checking rows) those of
    record; `test` is the held-out sample. `taught`, `checked` and `held` are on the driver, by
    customer and day: keys, churned, half (0 or 1), rule_band and features, NaN for unknown.
    """

    teach: DataFrame
    whole: DataFrame
    test: DataFrame
    taught: pd.DataFrame
    checked: pd.DataFrame
    held: pd.DataFrame


def laid_out(frame: DataFrame, features: Sequence[str], split: Split, tasks: int) -> DataFrame:
    """The rows with a part, features as doubles with gaps filled, in one layout whatever the
    frame's was.

    Spark's trees draw their samples by place, so the layout is part of what makes a fit repeatable.
    """
    kept = frame.select(
        *KEYS,
        F.col(LABEL).cast("double").alias(LABEL),
        "rule_band",
        _part(split).alias("part"),
        F.pmod(F.xxhash64(F.lit("calibrates"), "customer_id"), F.lit(2)).cast("int").alias("half"),
        F.pmod(F.xxhash64(F.lit("teaches"), *KEYS), F.lit(_MILLION)).cast("int").alias("place"),
        *filled(features),
    )
    used = kept.filter(F.col("part").isNotNull())
    return used.repartition(tasks, "customer_id").sortWithinPartitions("customer_id", "as_of")


def _part(split: Split) -> Column:
    """What each row is for; one cut-off alone is divided by customer between teaching
    and checking.
    """
    teaches, checks = (
        F.col("as_of").isin(list(split.train)),
        F.col("as_of") == F.lit(split.validation),
    )
    if split.by_customer:
        half = F.pmod(F.xxhash64(F.lit("half"), "customer_id"), F.lit(2))
        teaches, checks = teaches & (half == 0), checks & (half == 1)
    return (
        F.when(teaches, TEACH)
        .when(checks, CHECK)
        .when(F.col("as_of") == F.lit(split.held_out), TEST)
    )


def counted(rows: DataFrame) -> Counts:
    """How many left and stayed in each part."""
    found = (
        rows.groupBy("part")
        .agg(F.count(F.lit(1)).alias("rows"), F.sum(LABEL).alias("left"))
        .collect()
    )
    return {row["part"]: (int(row["left"]), int(row["rows"] - row["left"])) for row in found}


def too_few(counts: Counts, fewest: int) -> str:
    """Which part has too few of either outcome to learn or judge by; empty when all have enough."""
    for part, name in _NAMES.items():
        left, stayed = counts.get(part, (0, 0))
        if min(left, stayed) < fewest:
            return f"{left} leavers and {stayed} stayers in the {name} cut-offs, {fewest} of each are needed"
    return ""


def divided(rows: DataFrame, counts: Counts, training_rows: int, judging_rows: int) -> Parts:
    """Rows of `laid_out` by use: `training_rows` teach, at most, and the driver sees `judging_rows`
    of each part.
    """
    teaches = F.col("place") < _MILLION * min(
        1.0, training_rows / (sum(counts[TEACH]) + sum(counts[CHECK]))
    )
    seen = {
        part: F.col("place") < _MILLION * min(1.0, judging_rows / sum(counts[part]))
        for part in _NAMES
    }
    is_part = {part: F.col("part") == F.lit(part) for part in _NAMES}
    shown = (
        (is_part[TEACH] & teaches & seen[TEACH])
        | (is_part[CHECK] & seen[CHECK])
        | (is_part[TEST] & seen[TEST])
    )
    found = pd.DataFrame(rows.filter(shown).toPandas()).replace(MISSING, np.nan)
    by_part = {
        part: found[found["part"] == part].sort_values(["customer_id", "as_of"], ignore_index=True)
        for part in _NAMES
    }
    return Parts(
        rows.filter(is_part[TEACH] & teaches),
        rows.filter(~is_part[TEST] & teaches),
        rows.filter(is_part[TEST] & seen[TEST]),
        by_part[TEACH],
        by_part[CHECK],
        by_part[TEST],
    )


def vectors(rows: DataFrame, features: Sequence[str]) -> DataFrame:
    """Keys, label and the feature vector of laid-out rows, in their order."""
    return (
        VectorAssembler(inputCols=list(features), outputCol="features")
        .transform(rows)
        .select(*KEYS, LABEL, "features")
    )


def values(found: pd.DataFrame, features: Sequence[str]) -> Floats:
    """The feature matrix of rows on the driver, gaps filled as Spark's trees saw them."""
    return np.asarray(found[list(features)].fillna(MISSING).to_numpy(dtype=np.float64))


def column(found: pd.DataFrame, name: str) -> Floats:
    """A column as doubles."""
    return np.asarray(found[name].to_numpy(dtype=np.float64))
