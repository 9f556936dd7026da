"""The churn model on many days of a real root: fitted as of each of them, asked about it, beside
recency alone, a logistic regression and LightGBM on the same features.

Run with `make bench NAME=churn_days ARGS="ROOT DAYS"`; without them it is the generated demo and 6
days. On each of the newest DAYS days with known outcome everybody learns from what was known on it.
LightGBM chooses its leaves and its number of trees on the newest known day, as Holdfast does, and
is then fitted on all known ones.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

import lightgbm
import numpy as np
import pandas as pd
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast import open_root
from holdfast.jobs.runtime.config import settings
from holdfast.jobs.runtime.spark import session
from holdfast.jobs.stages.parameters import churn_parameters
from holdfast.models.arrays import Floats
from holdfast.models.churn.calibration import probability_of
from holdfast.models.churn.config import ChurnTrainingConfig
from holdfast.models.churn.dataset import DAYS_TO_ORDER, LABEL, column, values
from holdfast.models.churn.linear_fit import fit_logistic, fit_recency
from holdfast.models.churn.metrics import measure
from holdfast.models.churn.split import time_split
from holdfast.models.churn.training import fit
from holdfast.transformations.features.registry import NAMES
from holdfast.transformations.scoring.churn import with_days_to_order

GOAL: Final = 0.05  # calibration error, at most
LEAVES: Final = (7, 15, 31)
RIDGE: Final = 0.01


def learn_by_lightgbm(known: pd.DataFrame, asked: pd.DataFrame) -> Floats:
    """Probabilities of LightGBM at its own best settings."""
    newest = known["as_of"].max()
    is_newest = known["as_of"] == newest
    if is_newest.all():
        is_newest = known["customer_id"] % 2 == 0
    train, validation = known[~is_newest], known[is_newest]
    trials = []
    for leaves in LEAVES:
        model = _lightgbm(leaves, 400).fit(
            train[list(NAMES)],
            train[LABEL],
            eval_set=[(validation[list(NAMES)], validation[LABEL])],
            callbacks=[lightgbm.early_stopping(30, verbose=False)],
        )
        loss = model.best_score_["valid_0"]["binary_logloss"]
        trials.append((loss, leaves, max(1, model.best_iteration_)))
    _, leaves, trees = min(trials)
    final = _lightgbm(leaves, trees).fit(known[list(NAMES)], known[LABEL])
    return np.asarray(final.predict_proba(asked[list(NAMES)])[:, 1])


def _lightgbm(leaves: int, trees: int) -> lightgbm.LGBMClassifier:
    return lightgbm.LGBMClassifier(
        num_leaves=leaves,
        n_estimators=trees,
        learning_rate=0.05,
        min_child_samples=30,
        subsample=0.8,
        subsample_freq=1,
        colsample_bytree=0.8,
        reg_lambda=5,
        verbose=-1,
        random_state=0,
    )


def answers(
    frame: DataFrame, rows: pd.DataFrame, day: date, config: ChurnTrainingConfig
) -> Iterator[tuple[str, Floats]]:
    """Each predictor's probabilities of the customers of a day, by what was known on it."""
    horizon = timedelta(days=config.horizon_days)
    known, asked = rows[rows["as_of"] <= day - horizon], rows[rows["as_of"] == day]
    split = time_split(set(rows["as_of"]), config.horizon_days, day, config.evaluation_days)
    result = fit(frame, NAMES, config, split=split) if split else None
    if result is None or result.model is None:
        return
    print(f"{day}: {result.decision.why}", flush=True)
    yield "holdfast", result.model.probability(values(asked, result.model.features), day)
    yield "lightgbm", learn_by_lightgbm(known, asked)
    for name, line in (
        ("logistic", fit_logistic(known, NAMES, config.min_rows_per_leaf, RIDGE)),
        ("recency", fit_recency(known, NAMES, config.min_rows_per_leaf)),
    ):
        yield name, probability_of(line.score(values(asked, NAMES)))


def compare(root: str, days: int) -> pd.DataFrame:
    """Mean figures by predictor."""
    spark = session.open_session(settings.load("local").values.spark, "bench-churn-days")
    conf, tables = settings.load("demo").values, open_root(root, spark)
    labels = tables.table("features.labels")
    horizon = labels.agg({"horizon_days": "min"}).collect()[0][0]
    config = replace(churn_parameters(conf), horizon_days=horizon)
    snapshots = tables.table("features.customer_snapshots")
    asked = with_days_to_order(snapshots, labels, horizon)
    wanted = ("as_of", "customer_id", LABEL, DAYS_TO_ORDER, *NAMES)
    frame = asked.filter(F.col(LABEL).isNotNull()).select(*wanted).localCheckpoint()
    rows = frame.toPandas().astype(dict.fromkeys(NAMES, float))
    found = []
    for day in sorted(set(rows["as_of"]))[-days:]:
        churned = column(rows[rows["as_of"] == day], LABEL)
        for name, chance in answers(frame, rows, day, config):
            total = abs(chance.sum() / churned.sum() - 1)
            figures = measure(chance, churned) | {"total_error": total}
            found.append({"predictor": name, "day": day, **figures})
    return pd.DataFrame(found).drop(columns="day").groupby("predictor").mean()


def main() -> None:
    """Print the means and the JSON line of the goal."""
    root, days = [*sys.argv[1:], *("holdfast-generated", "6")[len(sys.argv) - 1 :]]
    means = compare(root, int(days))
    print(means.round(4).to_string())
    ours, rival = means.loc["holdfast"], means.drop(index="holdfast")["log_loss"].min()
    met = ours["log_loss"] <= rival and ours["calibration_error"] <= GOAL
    line = {"name": "churn_days", "ours": ours["log_loss"], "rival": rival, "met": bool(met)}
    print(json.dumps({**line, "calibration_error": ours["calibration_error"]}))


if __name__ == "__main__":
    main()
