"""The rows of one training: Spark prepares them, the driver learns from a bounded sample."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import pandas as pd
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.models.arrays import Floats
from holdfast.models.churn.config import ChurnTrainingConfig
from holdfast.models.churn.split import SIDE, Fold, Split
from holdfast.models.trees.scoring import MISSING, select_finite
from holdfast.transformations.scoring.risk_bands import BANDS

LABEL: Final = "churned"
RULE_HITS: Final = "rule_hits"
RULE_BAND: Final = "rule_band"
DAYS_TO_ORDER: Final = "days_to_order"
KEYS: Final = ("as_of", "customer_id")
HALF: Final = "_half"  # 0 or 1, by another hash of the customer
PLACE: Final = "_place"  # of a row, by a hash of its keys: a sample is those below a bound
# What the rows have beside the features, and no feature may be called.
TAKEN: Final = (*KEYS, LABEL, RULE_HITS, RULE_BAND, DAYS_TO_ORDER, SIDE, HALF, PLACE)
TWO_CYCLES: Final = timedelta(days=2 * 365)
_MILLION: Final = 1_000_000
_MOST_VALUES: Final = 100_000_000  # 800 MB: Spark hands a driver 1 GB at once
# Words hashed with the keys: each draws a sample of its own, and another word draws another one.
_CALIBRATION, _SAMPLE, _SIDE = "calibrates", "teaches", "half"

Counts = Mapping[tuple[date, int], tuple[int, int]]  # leavers and stayers by day and side


@dataclass(frozen=True, eq=False)
class Dataset:
    """Rows by use, in order of customer and day: TAKEN (rule_band from 0 to 3) and the features,
    NaN for unknown. `between` are those of the embargoed and the running cut-offs.

    Of the `rows_known`, `share_fitted` are `known` here, drawn by a hash of the keys, and
    `share_searched` of all are what candidates are compared by: a part of those.
    """

    known: pd.DataFrame
    held_out: pd.DataFrame
    between: pd.DataFrame
    rows_known: int
    share_fitted: float
    share_searched: float

    def select_train(self, fold: Fold) -> pd.DataFrame:
        """What the candidates of a fold learn from."""
        rows = fold.select_train(self.known)
        return rows[rows[PLACE] < _MILLION * self.share_searched]

    def select_before(self, fold: Fold) -> pd.DataFrame:
        """What was there when the fold's day began: rows learnt from, and those of younger days,
        whose outcome was not known then.
        """
        younger = (self.known["as_of"] > max(fold.train)) & (self.known["as_of"] < fold.day)
        return pd.concat([self.select_train(fold), self.known[younger]], ignore_index=True)

    def select_all(self) -> pd.DataFrame:
        """All there is today: without a label where the window is running."""
        held_out = self.held_out[self.held_out[PLACE] < _MILLION * self.share_fitted]
        return pd.concat([self.known, self.between, held_out], ignore_index=True)


def is_taken(name: str) -> bool:
    """Whether a name is one of TAKEN, in any case: Spark does not tell cases apart."""
    return name.lower() in TAKEN


def prepare_rows(
    frame: DataFrame, features: Sequence[str], split: Split, label: str = LABEL
) -> DataFrame:
    """The rows of the split's cut-offs, features as doubles: with a label where the outcome is
    known, without one where the window is running. Without the columns `rule_hits` and `rule_band`
    no written rule fired, without `days_to_order` nobody knows who has come back when. Raises
    ValueError for a feature whose name is one of TAKEN.
    """
    if clash := [name for name in features if is_taken(name)]:
        raise ValueError(f"rename {', '.join(clash)}: no feature may be called so")
    given = {name: name in frame.columns for name in (RULE_HITS, RULE_BAND, DAYS_TO_ORDER)}
    rule_hits, band, days = (F.col(name) if given[name] else F.lit(None) for name in given)
    is_matured = F.col(label).isNotNull() & F.col("as_of").isin(list(split.matured))
    is_running = F.col("as_of").isin(list(split.running) if given[DAYS_TO_ORDER] else [])
    return frame.filter(is_matured | is_running).select(
        *KEYS,
        F.when(is_matured, F.col(label).cast("double")).alias(LABEL),
        days.cast("double").alias(DAYS_TO_ORDER),
        F.coalesce(rule_hits, F.lit("")).alias(RULE_HITS),
        (F.array_position(F.array(*map(F.lit, BANDS)), band) - 1).cast("double").alias(RULE_BAND),
        _draw(_SIDE, 2, "customer_id").alias(SIDE),
        _draw(_CALIBRATION, 2, "customer_id").alias(HALF),
        _draw(_SAMPLE, _MILLION, *KEYS).alias(PLACE),
        *select_finite(features),
    )


def _draw(word: str, ways: int, *keys: str) -> Column:
    return F.pmod(F.xxhash64(F.lit(word), *keys), F.lit(ways)).cast("int")


def count_outcomes(rows: DataFrame) -> Counts:
    """How many left and stayed on each day, by side; of a running window all have stayed so far."""
    left = F.coalesce(F.sum(LABEL), F.lit(0.0)).alias("left")
    counts = rows.groupBy("as_of", SIDE).agg(F.count(F.lit(1)).alias("rows"), left).collect()
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
    """Rows of `prepare_rows` on the driver, by use, each use bounded by a hash of its rows' keys: a
    smaller sample is part of a larger one.
    """
    sizes = dict.fromkeys((*split.matured, *split.running), 0)
    for (day, _), outcomes in counts.items():
        sizes[day] += sum(outcomes)
    known = sum(sizes[day] for day in split.known)
    learnt = sum(sizes.values()) - sizes[split.held_out]
    trained = sum(sizes[day] for day in split.folds[-1].train)
    most = min(parameters.max_training_rows, _MOST_VALUES // len(rows.columns))
    fitted = min(1.0, most / learnt)
    is_held_out = F.col("as_of") == F.lit(split.held_out)
    shown = parameters.max_evaluation_rows / sizes[split.held_out]
    place = F.col(PLACE) / F.lit(float(_MILLION))
    is_used = place < F.when(is_held_out, F.lit(shown)).otherwise(F.lit(fitted))
    sample: pd.DataFrame = rows.filter(is_used).toArrow().to_pandas()
    sample = sample.sort_values(["customer_id", "as_of"], ignore_index=True)
    is_known, later = sample["as_of"].isin(split.known), sample["as_of"] == split.held_out
    return Dataset(
        sample[is_known].reset_index(drop=True),
        sample[later].reset_index(drop=True),
        sample[~is_known & ~later].reset_index(drop=True),
        known,
        fitted,
        min(fitted, parameters.max_search_rows / trained),
    )


def leave_out_calendar(rows: pd.DataFrame, features: Sequence[str], fold: Fold) -> tuple[str, ...]:
    """The features without those that are the same for all customers of each day, as its month is,
    unless the fold has learnt from days of two years: else they say only which day it is. How many
    leave on a day is forecast apart, and trees that know the days by name learn their levels
    instead of what tells customers apart. Where there are no others they stay.
    """
    if max(fold.train) - min(fold.train) >= TWO_CYCLES:
        return tuple(features)
    ways = rows.groupby("as_of")[list(features)].nunique(dropna=False).max()
    overall = rows[list(features)].nunique(dropna=False)
    telling = tuple(name for name in features if ways[name] > 1 or overall[name] == 1)
    return telling or tuple(features)


def values(rows: pd.DataFrame, features: Sequence[str]) -> Floats:
    """The feature matrix of rows, gaps filled as trees see them."""
    return np.asarray(rows[list(features)].fillna(MISSING).to_numpy(dtype=np.float64))


def column(rows: pd.DataFrame, name: str) -> Floats:
    """A column as doubles."""
    return np.asarray(rows[name].to_numpy(dtype=np.float64))
