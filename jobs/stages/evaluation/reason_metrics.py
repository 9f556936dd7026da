"""How well the reason that is named is the cause that the generator gave: who is asked, what other
methods name, and what could be known.

Asked of every scored customer whose grievance had begun: all of them leave for it, sooner or later.
A reason that is not named counts as a miss of the true cause and `unclear` is no class, so silence
cannot raise a figure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from holdfast.jobs.stages.evaluation.identity_metrics import Figures, match_customers_to_persons
from holdfast.models.churn.reasons import FEATURES
from holdfast.transformations.features.evidence import COMPLAINTS, EVIDENCE, LOST_INTEREST
from holdfast.transformations.tables.vocabulary import REASONS, UNCLEAR

CAUSES: Final = tuple(COMPLAINTS)
OURS: Final = "named"
_FOLDS: Final = 5
_GAP: Final = -9.0  # stands for unknown where the oracle reads


@dataclass(frozen=True, eq=False)
class ReasonTruth:
    """`rows`: one per scored customer, with the true `cause` (none without a grievance), and what
    each method names: `named`, `summed_shap`, `z_scores`, `oracle`, `unclear` where nothing.
    """

    rows: pd.DataFrame

    @property
    def leavers(self) -> pd.DataFrame:
        """Those with a cause."""
        return self.rows[self.rows["cause"].isin(CAUSES)]

    def figures(self) -> dict[str, tuple[float, float]]:
        """By method: macro-F1 over the causes, and the share for whom one of them is named."""
        own = self.leavers
        methods = [name for name in own.columns if name != "cause"]
        if own.empty:
            return dict.fromkeys(methods, (float("nan"), float("nan")))
        return {
            name: (
                float(
                    f1_score(
                        own["cause"],
                        own[name],
                        labels=list(CAUSES),
                        average="macro",
                        zero_division=0.0,
                    )
                ),
                float(own[name].isin(CAUSES).mean()),
            )
            for name in methods
        }

    def confusion(self) -> pd.DataFrame:
        """Customers by true cause (down) and the reason that is named (across)."""
        counted = pd.crosstab(self.rows["cause"], self.rows[OURS])
        return counted.reindex(index=[*CAUSES, "none"], columns=list(REASONS), fill_value=0)


def has_truth(root: Path) -> bool:
    """Whether the root is of a generated retailer."""
    return (root / "truth").is_dir()


def read_reason_truth(
    root: Path, reasons: DataFrame, signs: DataFrame, snapshots: DataFrame, identity_map: DataFrame
) -> ReasonTruth:
    """The published reasons of the newest day beside the truth of a generated retailer."""
    truth = root / "truth"
    spark = reasons.sparkSession
    records = spark.read.parquet(str(truth / "records.parquet"))
    people = spark.read.parquet(str(truth / "people.parquet"))
    persons = match_customers_to_persons(identity_map, records)
    return compare_reasons(reasons, signs, snapshots, persons, people)


def compare_reasons(
    reasons: DataFrame,
    signs: DataFrame,
    snapshots: DataFrame,
    persons: DataFrame,
    people: DataFrame,
) -> ReasonTruth:
    """What each method names for the customers of the newest day of `reasons`.

    `summed_shap` is the strongest group of the churn model's exact contributions that is a reason;
    `z_scores` the reason whose evidence lies farthest from the mean of all, in standard deviations;
    `oracle` boosted trees that were trained on the truth of other customers with the same rows.
    """
    day = reasons.agg(F.max("as_of").alias("day")).collect()[0]["day"]
    is_day = F.col("as_of") == F.lit(day)
    first = reasons.filter(is_day & (F.col("reason_rank") == F.lit(1)))
    joined = (
        first.select("customer_id", F.col("reason").alias(OURS))
        .join(persons, on=["customer_id"], how="inner")
        .join(people.select("person_id", "cause"), on=["person_id"], how="inner")
        .join(_strongest_sign(signs.filter(is_day)), on=["customer_id"], how="left")
        .join(
            snapshots.filter(is_day).select("customer_id", *FEATURES),
            on=["customer_id"],
            how="inner",
        )
    )
    rows = pd.DataFrame(joined.toPandas()).sort_values("customer_id", ignore_index=True)
    seen = rows[list(FEATURES)].astype(float)
    found = rows[["cause", OURS]].assign(
        summed_shap=rows["sign"].fillna(UNCLEAR), z_scores=_farthest(seen)
    )
    return ReasonTruth(found.assign(oracle=_oracle(seen, found["cause"])))


def measure_reasons(truth: ReasonTruth) -> Figures:
    """Named figures of every method."""
    found = truth.figures()
    own = {"reason_macro_f1": found[OURS][0], "reason_coverage": found[OURS][1]}
    rivals: Mapping[str, float] = {
        f"reason_macro_f1_{name}": f1 for name, (f1, _) in found.items() if name != OURS
    }
    return {**own, **rivals}


def _strongest_sign(signs: DataFrame) -> DataFrame:
    """customer_id, sign: the strongest that is a reason."""
    reasons = signs.filter(F.col("sign").isin(list(REASONS)))
    return reasons.groupBy("customer_id").agg(F.min_by("sign", "sign_rank").alias("sign"))


def _farthest(seen: pd.DataFrame) -> "pd.Series[str]":
    """The reason of the evidence that lies farthest out."""
    distance = (seen - seen.mean()) / seen.std().where(lambda spread: spread > 0)
    scores: dict[str, list[pd.Series[float]]] = {}
    for one in (*EVIDENCE, *LOST_INTEREST):
        away = distance[one.feature]
        scores.setdefault(one.reason, []).append(-away if one.falls else away)
    for reason, name in COMPLAINTS.items():
        scores[reason].append(distance[name])
    best = pd.DataFrame({name: pd.concat(own, axis=1).max(axis=1) for name, own in scores.items()})
    return best.fillna(float("-inf")).idxmax(axis=1)


def _oracle(seen: pd.DataFrame, cause: "pd.Series[str]") -> "pd.Series[str]":
    """What is named of each customer with a cause by trees trained on the causes of the others."""
    named = pd.Series(UNCLEAR, index=cause.index)
    own = cause.isin(CAUSES)
    if cause[own].nunique() < len(CAUSES) or cause[own].value_counts().min() < _FOLDS:
        return named
    trees = HistGradientBoostingClassifier(
        max_iter=80, learning_rate=0.06, max_leaf_nodes=8, l2_regularization=1.0, random_state=0
    )
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=0)
    named[own] = cross_val_predict(trees, seen[own].fillna(_GAP), cause[own], cv=folds)
    return named
