"""The rows of one training: Spark grows trees on them, the driver sees a bounded sample of each
part.
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
from holdfast.models.churn.config import ChurnTrainingConfig
from holdfast.models.churn.split import Split
from holdfast.models.trees.scoring import MISSING, impute

LABEL: Final = "churned"
RULE_HITS: Final = "rule_hits"
KEYS: Final = ("as_of", "customer_id")
TRAIN, VALIDATION, HELD_OUT = "train", "validation", "held_out"
_NAMES: Final = {TRAIN: "training", VALIDATION: "validation", HELD_OUT: "held-out"}
_MILLION: Final = 1_000_000
# Words hashed with the keys: each draws a sample of its own, and another word draws another one.
_CALIBRATION, _SAMPLE, _HALF = "calibrates", "teaches", "half"

Counts = Mapping[str, tuple[int, int]]  # leavers and stayers by part


@dataclass(frozen=True, eq=False)
class Dataset:
    """Rows by use.

    On the cluster: `search_rows` grow the trees that choose and calibrate, `fit_rows` (training and
    validation) those of record, `held_out_rows` are the sample the model is measured on. On the
    driver, in order of customer and day: `train`, `validation` and `held_out` with keys, churned,
    half (0 or 1), rule_hits and features, NaN for unknown. `counts` says how many rows were known,
    and what share of them is fitted on.
    """

    search_rows: DataFrame
    fit_rows: DataFrame
    held_out_rows: DataFrame
    train: pd.DataFrame
    validation: pd.DataFrame
    held_out: pd.DataFrame
    counts: Mapping[str, float]


def prepare_rows(
    frame: DataFrame, features: Sequence[str], split: Split, partitions: int, label: str = LABEL
) -> DataFrame:
    """The labelled rows with a part, features as doubles with gaps filled, in one layout whatever
    the frame's was.

    Spark's trees draw their samples by place, so the layout is part of what makes a fit repeatable.
    In a frame without `rule_hits` no written rule fired.
    """
    rule_hits = F.col(RULE_HITS) if RULE_HITS in frame.columns else F.lit(None)
    rows = frame.filter(F.col(label).isNotNull()).select(
        *KEYS,
        F.col(label).cast("double").alias(LABEL),
        F.coalesce(rule_hits, F.lit("")).alias(RULE_HITS),
        _part(split).alias("part"),
        F.pmod(F.xxhash64(F.lit(_CALIBRATION), "customer_id"), F.lit(2)).cast("int").alias("half"),
        F.pmod(F.xxhash64(F.lit(_SAMPLE), *KEYS), F.lit(_MILLION)).cast("int").alias("place"),
        *impute(features),
    )
    used = rows.filter(F.col("part").isNotNull())
    return used.repartition(partitions, "customer_id").sortWithinPartitions("customer_id", "as_of")


def _part(split: Split) -> Column:
    """What each row is for; a single cut-off is divided by customer between training and
    validation.
    """
    is_train = F.col("as_of").isin(list(split.train))
    is_validation = F.col("as_of") == F.lit(split.validation)
    if split.by_customer:
        half = F.pmod(F.xxhash64(F.lit(_HALF), "customer_id"), F.lit(2))
        is_train, is_validation = is_train & (half == 0), is_validation & (half == 1)
    return (
        F.when(is_train, TRAIN)
        .when(is_validation, VALIDATION)
        .when(F.col("as_of") == F.lit(split.held_out), HELD_OUT)
    )


def count_outcomes(rows: DataFrame) -> Counts:
    """How many left and stayed in each part."""
    counts = (
        rows.groupBy("part")
        .agg(F.count(F.lit(1)).alias("rows"), F.sum(LABEL).alias("left"))
        .collect()
    )
    return {row["part"]: (int(row["left"]), int(row["rows"] - row["left"])) for row in counts}


def describe_shortage(counts: Counts, min_outcomes_per_class: int) -> str:
    """Which part has too few of either outcome to learn from or measure on; empty when all have
    enough.
    """
    for part, name in _NAMES.items():
        left, stayed = counts.get(part, (0, 0))
        if min(left, stayed) < min_outcomes_per_class:
            return (
                f"{left} leavers and {stayed} stayers in the {name} cut-offs, "
                f"{min_outcomes_per_class} of each are needed"
            )
    return ""


def split_rows(rows: DataFrame, counts: Counts, parameters: ChurnTrainingConfig) -> Dataset:
    """Rows of `prepare_rows` by use, each use bounded by a hash of its rows' keys."""
    known = sum(counts[TRAIN]) + sum(counts[VALIDATION])
    fitted = min(1.0, parameters.max_training_rows / known)
    searched = min(fitted, parameters.max_search_rows / sum(counts[TRAIN]))
    is_fitted, most = _is_sampled(fitted), parameters.max_evaluation_rows
    is_shown = {part: _is_sampled(min(1.0, most / sum(counts[part]))) for part in _NAMES}
    is_part = {part: F.col("part") == F.lit(part) for part in _NAMES}
    shown = (
        (is_part[TRAIN] & is_fitted & is_shown[TRAIN])
        | (is_part[VALIDATION] & is_shown[VALIDATION])
        | (is_part[HELD_OUT] & is_shown[HELD_OUT])
    )
    sample = pd.DataFrame(rows.filter(shown).toPandas()).replace(MISSING, np.nan)
    by_part = {
        part: sample[sample["part"] == part].sort_values(
            ["customer_id", "as_of"], ignore_index=True
        )
        for part in _NAMES
    }
    return Dataset(
        search_rows=rows.filter(is_part[TRAIN] & _is_sampled(searched)),
        fit_rows=rows.filter(~is_part[HELD_OUT] & is_fitted),
        held_out_rows=rows.filter(is_part[HELD_OUT] & is_shown[HELD_OUT]),
        train=by_part[TRAIN],
        validation=by_part[VALIDATION],
        held_out=by_part[HELD_OUT],
        counts={"known": known, "share_fitted": fitted},
    )


def _is_sampled(share: float) -> Column:
    """Whether a row is in a sample of that share, drawn by hash; a smaller one is part of it."""
    return F.col("place") < _MILLION * share


def vectors(rows: DataFrame, features: Sequence[str]) -> DataFrame:
    """Keys, label and the feature vector of prepared rows, in their order."""
    return (
        VectorAssembler(inputCols=list(features), outputCol="features")
        .transform(rows)
        .select(*KEYS, LABEL, "features")
    )


def values(rows: pd.DataFrame, features: Sequence[str]) -> Floats:
    """The feature matrix of rows on the driver, gaps filled as Spark's trees saw them."""
    return np.asarray(rows[list(features)].fillna(MISSING).to_numpy(dtype=np.float64))


def column(rows: pd.DataFrame, name: str) -> Floats:
    """A column as doubles."""
    return np.asarray(rows[name].to_numpy(dtype=np.float64))
