"""The rows of one training: Spark grows trees on them, the driver sees a bounded sample."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pandas as pd
from pyspark.ml.feature import VectorAssembler
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.models.arrays import Floats
from holdfast.models.churn.config import ChurnTrainingConfig
from holdfast.models.churn.split import SIDE, Fold, Split
from holdfast.models.trees.scoring import MISSING, impute

LABEL: Final = "churned"
RULE_HITS: Final = "rule_hits"
KEYS: Final = ("as_of", "customer_id")
_MILLION: Final = 1_000_000
# Words hashed with the keys: each draws a sample of its own, and another word draws another one.
_CALIBRATION, _SAMPLE, _SIDE = "calibrates", "teaches", "half"

Counts = Mapping[tuple[date, int], tuple[int, int]]  # leavers and stayers by day and side


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows to learn from: all of them on the cluster, a sample with equal shares of every cut-off
    on the driver; and the fold whose rows they are, if of one.
    """

    frame: DataFrame
    sample: pd.DataFrame
    fold: Fold | None = None


@dataclass(frozen=True, eq=False)
class Dataset:
    """Rows by use.

    `frame` has them on the cluster. On the driver, in order of customer and day: samples `known`
    and `held_out` with keys, churned, side, half (0 or 1), rule_hits and features, NaN for unknown.
    Of the `rows_known`, `share_shown` are in the sample, and `share_fitted` and `share_searched`
    are what trees are grown on, drawn by a hash of the keys: a smaller sample is part of a larger.
    """

    frame: DataFrame
    known: pd.DataFrame
    held_out: pd.DataFrame
    rows_known: int
    share_shown: float
    share_fitted: float
    share_searched: float

    def select_train(self, fold: Fold) -> Rows:
        """What the candidates of a fold learn from."""
        chosen = fold.is_train() & _is_sampled(self.share_searched)
        return Rows(self.frame.filter(chosen), fold.select_train(self.known), fold)

    def select_known(self, split: Split) -> Rows:
        """All whose outcome was known before the held-out day."""
        chosen = F.col("as_of").isin(list(split.known)) & _is_sampled(self.share_fitted)
        return Rows(self.frame.filter(chosen), self.known)

    def select_matured(self) -> Rows:
        """All whose outcome is known today."""
        later = self.held_out[self.held_out["place"] < _MILLION * self.share_shown]
        sample = pd.concat([self.known, later], ignore_index=True)
        return Rows(self.frame.filter(_is_sampled(self.share_fitted)), sample)


def prepare_rows(
    frame: DataFrame, features: Sequence[str], split: Split, partitions: int, label: str = LABEL
) -> DataFrame:
    """The labelled rows of the split's cut-offs, features as doubles with gaps filled, in one
    layout whatever the frame's was.

    Spark's trees draw their samples by place, so the layout is part of what makes a fit repeatable.
    In a frame without `rule_hits` no written rule fired.
    """
    rule_hits = F.col(RULE_HITS) if RULE_HITS in frame.columns else F.lit(None)
    is_used = F.col(label).isNotNull() & F.col("as_of").isin(list(split.matured))
    rows = frame.filter(is_used).select(
        *KEYS,
        F.col(label).cast("double").alias(LABEL),
        F.coalesce(rule_hits, F.lit("")).alias(RULE_HITS),
        _draw(_SIDE, 2, "customer_id").alias(SIDE),
        _draw(_CALIBRATION, 2, "customer_id").alias("half"),
        _draw(_SAMPLE, _MILLION, *KEYS).alias("place"),
        *impute(features),
    )
    return rows.repartition(partitions, "customer_id").sortWithinPartitions("customer_id", "as_of")


def _draw(word: str, ways: int, *keys: str) -> Column:
    return F.pmod(F.xxhash64(F.lit(word), *keys), F.lit(ways)).cast("int")


def count_outcomes(rows: DataFrame) -> Counts:
    """How many left and stayed on each day, by side."""
    counts = (
        rows.groupBy("as_of", SIDE)
        .agg(F.count(F.lit(1)).alias("rows"), F.sum(LABEL).alias("left"))
        .collect()
    )
    return {
        (row["as_of"], row[SIDE]): (int(row["left"]), int(row["rows"] - row["left"]))
        for row in counts
    }


def find_shortage(counts: Counts, fold: Fold, held_out: date, fewest: int) -> str:
    """Which part of a fold, or the held-out day, has too few of either outcome to learn from or
    measure on; empty when all have enough.
    """
    learns, measures = ((0,), (1,)) if fold.by_customer else ((0, 1), (0, 1))
    parts = {
        "training": [(day, side) for day in fold.train for side in learns],
        "validation": [(fold.day, side) for side in measures],
        "held-out": [(held_out, side) for side in (0, 1)],
    }
    for name, keys in parts.items():
        left, stayed = np.sum([counts.get(key, (0, 0)) for key in keys], axis=0)
        if min(left, stayed) < fewest:
            return (
                f"{left} leavers and {stayed} stayers in the {name} cut-offs, "
                f"{fewest} of each are needed"
            )
    return ""


def split_rows(
    rows: DataFrame, counts: Counts, split: Split, parameters: ChurnTrainingConfig
) -> Dataset:
    """Rows of `prepare_rows` by use, each use bounded by a hash of its rows' keys."""
    sizes = dict.fromkeys(split.matured, 0)
    for (day, _), outcomes in counts.items():
        sizes[day] += sum(outcomes)
    known = sum(sizes[day] for day in split.known)
    trained = sum(sizes[day] for day in split.folds[-1].train)
    most = parameters.max_evaluation_rows
    is_held_out = F.col("as_of") == F.lit(split.held_out)
    shown = min(1.0, most * (len(split.folds) + 1) / known)
    is_shown = (is_held_out & _is_sampled(most / sizes[split.held_out])) | (
        ~is_held_out & _is_sampled(shown)
    )
    sample = pd.DataFrame(rows.filter(is_shown).toPandas()).replace(MISSING, np.nan)
    sample = sample.sort_values(["customer_id", "as_of"], ignore_index=True)
    later = sample["as_of"] == split.held_out
    fitted = min(1.0, parameters.max_training_rows / known)
    return Dataset(
        rows,
        sample[~later].reset_index(drop=True),
        sample[later].reset_index(drop=True),
        known,
        shown,
        fitted,
        min(fitted, parameters.max_search_rows / trained),
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
