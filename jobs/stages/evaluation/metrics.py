"""How well models and features did: each function compares published tables with the generator's
truth and gives named figures.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F
from sklearn.metrics import roc_auc_score

from holdfast.jobs.stages.evaluation.identity_metrics import Figures, share
from holdfast.transformations.features.registry import FEATURES

# The signal that gives each cause away, and whether it rises or falls once a customer has that
# grievance.
DECIDING: Final[Mapping[str, tuple[str, int]]] = {
    "price": ("discounted_share_90d", 1),
    "feature": ("core_use_change", -1),
    "service": ("service_complaints_180d", 1),
    "quality": ("quality_complaints_180d", 1),
}

# Published, then true: the chance of no order in 90 days, and what is spent in a year.
_COMPARED: Final = (
    "churn_probability",
    "expected_amount",
    "no_order_90d_probability",
    "expected_365d_amount",
)
_SCORE_FIGURES: Final = (
    "probability_error",
    "expected_leavers",
    "true_leavers",
    "value_error_share",
    "value_rank_correlation",
)


def _frame(frame: DataFrame) -> pd.DataFrame:
    return pd.DataFrame(frame.toPandas())


def select_champion_metrics(metrics: DataFrame, events: DataFrame, run: int) -> pd.DataFrame:
    """Metrics over all rows of the models that scored the run: model_name, predictor, cutoff_on,
    metric, value.
    """
    newest = Window.partitionBy("model_name").orderBy(
        F.desc("run_number"), F.desc("at"), F.desc("model_version")
    )
    champions = (
        events.filter(F.col("is_champion") & (F.col("run_number") <= F.lit(run)))
        .withColumn("place", F.row_number().over(newest))
        .filter(F.col("place") == F.lit(1))
    )
    own = metrics.filter(F.col("slice") == F.lit("all")).join(
        champions.select("model_name", "model_version"),
        on=["model_name", "model_version"],
        how="left_semi",
    )
    return _frame(own.select("model_name", "predictor", "cutoff_on", "metric", "value"))


def measure_churn(
    metrics: pd.DataFrame,
    snapshots: DataFrame,
    labels: DataFrame,
    persons: DataFrame,
    truth: DataFrame,
) -> Figures:
    """The model on its held-out cut-off beside recency alone and the oracle, which knows the hidden
    hazard and ranks far above any feature by itself.
    """
    model, recency = (newest_metrics_of(metrics, "churn", name) for name in ("model", "recency"))
    auc = model.get("auc", np.nan)
    figures = {
        "churn_auc": auc,
        "recency_auc": recency.get("auc", np.nan),
        "churn_auc_above_recency": auc - recency.get("auc", np.nan),
        "churn_calibration_error": model.get("calibration_error", np.nan),
    }
    own = metrics[metrics["model_name"] == "churn"]
    if own.empty:
        return {**figures, "oracle_auc": np.nan, "oracle_above_any_feature": np.nan}
    held_out = labels.filter(F.col("as_of") == F.lit(own["cutoff_on"].max()))
    return {**figures, **_measure_oracle(held_out, snapshots, persons, truth)}


def _measure_oracle(
    labels: DataFrame, snapshots: DataFrame, persons: DataFrame, truth: DataFrame
) -> Figures:
    """How well the true probabilities rank who left, and how far above the best feature that is."""
    left = F.col("is_churned").cast("int").alias("left")
    chances = truth.select("person_id", "as_of", "no_order_90d_probability").dropna()
    joined = (
        labels.filter(F.col("is_churned").isNotNull())
        .select("customer_id", "as_of", left)
        .join(persons, on=["customer_id"], how="inner")
        .join(chances, on=["person_id", "as_of"], how="inner")
        .join(snapshots, on=["customer_id", "as_of"], how="left")
    )
    known = _frame(joined.select("left", "no_order_90d_probability", *(f.name for f in FEATURES)))
    oracle = _auc(known["left"], known["no_order_90d_probability"])
    return {"oracle_auc": oracle, "oracle_above_any_feature": oracle - _best_alone(known)}


def _best_alone(rows: pd.DataFrame) -> float:
    """AUC of the best feature by itself, read in either direction; a gap ranks below
    every value.
    """
    known = [f.name for f in FEATURES if rows[f.name].notna().any()]
    aucs = (_auc(rows["left"], rows[name].fillna(rows[name].min() - 1)) for name in known)
    return max((max(auc, 1 - auc) for auc in aucs), default=np.nan)


def measure_scores(
    churn_scores: DataFrame, values: DataFrame, persons: DataFrame, truth: DataFrame
) -> Figures:
    """Published probabilities, the leavers they add up to and yearly values, against the true ones
    of the same day.
    """
    year = values.filter(F.col("horizon_days") == F.lit(365))
    joined = (
        churn_scores.select("customer_id", "as_of", "churn_probability")
        .join(
            year.select("customer_id", "as_of", "expected_amount"),
            on=["customer_id", "as_of"],
            how="left",
        )
        .join(persons, on=["customer_id"], how="inner")
        .join(truth, on=["person_id", "as_of"], how="inner")
    )
    known = _frame(joined.select(*(F.col(name).cast("double") for name in _COMPARED))).dropna()
    if len(known) < 2:
        return dict.fromkeys(_SCORE_FIGURES, np.nan)
    probability, amount, true_probability, true_amount = (known[name] for name in _COMPARED)
    error = (amount - true_amount).abs().sum()
    return {
        "probability_error": float((probability - true_probability).abs().mean()),
        "expected_leavers": float(probability.sum()),
        "true_leavers": float(true_probability.sum()),
        "value_error_share": share(float(error), float(true_amount.sum())),
        "value_rank_correlation": float(amount.corr(true_amount, method="spearman")),
    }


def measure_signals(
    snapshots: DataFrame, labels: DataFrame, persons: DataFrame, truth: DataFrame
) -> Figures:
    """Each cause's deciding signal: customers who left for it in the outcome window, of a grievance
    begun before the day, against those who did not leave.

    Whose grievance began later differs in nothing yet, and is left out.
    """
    population = labels.filter(F.col("is_eligible")).select("customer_id", "as_of", "horizon_days")
    window = F.date_add("as_of", F.col("horizon_days"))
    left = F.coalesce(
        (F.col("left_on") >= F.col("as_of")) & (F.col("left_on") < window), F.lit(False)
    )
    gone = F.coalesce(F.col("left_on") < F.col("as_of"), F.lit(False))
    joined = (
        snapshots.join(population, on=["customer_id", "as_of"], how="inner")
        .join(persons, on=["customer_id"], how="inner")
        .join(
            truth.select("person_id", "cause", "aggrieved_on", "left_on"),
            on=["person_id"],
            how="inner",
        )
        .filter(~gone)
    )
    had_begun = F.col("aggrieved_on") < F.col("as_of")
    outcome = F.when(left & had_begun, F.col("cause")).when(~left, F.lit("stayed"))
    rows = _frame(joined.select(outcome.alias("outcome"), *(name for name, _ in DECIDING.values())))
    found = {}
    for cause, (name, sign) in DECIDING.items():
        seen = rows[rows["outcome"].isin([cause, "stayed"])].dropna(subset=[name])
        found[f"{cause}_signal_auc"] = _auc(seen["outcome"] == cause, sign * seen[name])
    return found


def measure_value(metrics: pd.DataFrame) -> Figures:
    """Error, ranking and interval coverage on the held-out cut-off, beside BG/NBD and everybody's
    own past rate.
    """
    own = newest_metrics_of(metrics, "value", "model")
    rivals = {name: newest_metrics_of(metrics, "value", name) for name in ("bg_nbd", "past_rate")}
    return {
        "value_error": own.get("mean_absolute_error", np.nan),
        **{
            f"value_error_{name}": rival.get("mean_absolute_error", np.nan)
            for name, rival in rivals.items()
        },
        "value_gini": own.get("normalised_gini", np.nan),
        "value_interval_coverage": own.get("coverage", np.nan),
    }


def count_wrong_orders(customer_orders: DataFrame, truth: DataFrame) -> Figures:
    """Orders of customers whose currency, net or refunded amount is not what it truly was."""
    names = ("currency", "net_amount", "refund_amount")
    known = truth.select("order_id", *(F.col(name).alias(f"true_{name}") for name in names))
    joined = customer_orders.join(known, on=["order_id"], how="left")
    is_right = F.lit(True)
    for name in names:
        is_right = is_right & F.col(name).eqNullSafe(F.col(f"true_{name}"))
    return {"wrong_orders": float(joined.filter(~is_right).count())}


def count_constant_features(snapshots: DataFrame) -> Figures:
    """How many features have one value on every row of every cut-off."""
    ends = snapshots.agg(
        *(F.coalesce(F.min(f.name) < F.max(f.name), F.lit(False)).alias(f.name) for f in FEATURES)
    )
    return {"constant_features": float(sum(not varies for varies in ends.collect()[0]))}


def newest_metrics_of(metrics: pd.DataFrame, model: str, predictor: str) -> Figures:
    """One predictor's figures on its newest cut-off, by metric; empty where there are none."""
    own = metrics[(metrics["model_name"] == model) & (metrics["predictor"] == predictor)]
    newest = own[own["cutoff_on"] == own["cutoff_on"].max()] if len(own) else own
    return {
        str(name): float(figure)
        for name, figure in zip(newest["metric"], newest["value"], strict=True)
    }


def _auc(outcome: "pd.Series[bool]", score: "pd.Series[float]") -> float:
    return (
        float(roc_auc_score(outcome.astype(int), score)) if outcome.nunique() == 2 else float("nan")
    )
