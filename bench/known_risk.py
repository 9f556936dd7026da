"""The churn model on half a million customers of 60 features, whose true risk is known, beside
LightGBM: AUC, log loss and calibration error on 100,000 others.

Run with `make bench NAME=known_risk`; `ROWS=50000 python -m bench.known_risk` for a smaller size.
Holdfast takes the settings of conf/base and a table without days, as `holdfast churn` does.
LightGBM gets 300 rounds and learns its number of trees on a tenth of its rows.
"""

import json
import os
from typing import Final

import lightgbm
import numpy as np
import pandas as pd
from sklearn.metrics import log_loss, roc_auc_score

from bench.costs.process_tree import tree_cpu
from holdfast.jobs.runtime.config import settings
from holdfast.jobs.runtime.spark import session
from holdfast.jobs.stages.parameters import churn_parameters
from holdfast.models.arrays import Floats
from holdfast.models.churn.any_table import label_table
from holdfast.models.churn.dataset import values
from holdfast.models.churn.metrics import measure
from holdfast.models.churn.training import fit

ROWS: Final = int(os.environ.get("ROWS", "500000"))
ASKED: Final = 100_000
FEATURES: Final = tuple(f"feature_{place:02}" for place in range(60))
LEVELS: Final = (3, 5, 8, 12, 20, 50)  # of the six codes
NEAR: Final = 1.005  # of the log loss of LightGBM, at most
ERROR: Final = 0.005  # of calibration, at most


def customers(rows: int) -> pd.DataFrame:
    """Amounts, counts, flags, codes and gaps that share six hidden traits; one of 15 leaves, by
    thresholds, bends, products and codes of 20 of the features.
    """
    random = np.random.default_rng(11)
    traits = random.normal(size=(rows, 6))
    mixed = traits @ (random.normal(size=(6, 60)) * (random.random((6, 60)) < 0.4)) * 0.6
    table = mixed + random.normal(size=(rows, 60))
    table[:, :10] = np.exp(0.6 * table[:, :10])
    table[:, 10:20] = random.poisson(np.exp(np.clip(0.5 * table[:, 10:20], -3, 3)))
    table[:, 20:25] = table[:, 20:25] > 0.8
    table[:, 25] = np.clip(np.exp(2.8 + 0.9 * traits[:, 0] + 0.5 * table[:, 50]), 0, 365)
    codes = [random.integers(0, levels, rows) for levels in LEVELS]
    table[:, 54:] = np.column_stack(codes)
    idle, drop = np.log1p(table[:, 25]), table[:, 26] > 0.3
    odds = (
        -5.0
        + 0.55 * idle * drop
        + 0.25 * idle
        - 0.25 * np.log1p(table[:, 0])
        + 0.35 * (table[:, 10] == 0)
        + 0.5 * table[:, 20] * drop
        + 0.5 * np.tanh(table[:, 30] * table[:, 31])
        + 0.4 * np.sin(2 * table[:, 32])
        - 0.45 * (table[:, 33] > 1) * (table[:, 34] < 0)
        + 0.3 * np.abs(table[:, 35])
        + sum((random.normal(size=k) * 0.45)[c] for k, c in zip(LEVELS, codes, strict=True))
    )
    risk = 1 / (1 + np.exp(-odds))
    for place, share in zip((2, 12, 28, 30, 36, 42), (0.05, 0.1, 0.1, 0.2, 0.4, 0.5), strict=True):
        table[random.random(rows) < share, place] = np.nan
    frame = pd.DataFrame(table.astype(np.float32), columns=list(FEATURES))
    left = (random.random(rows) < risk).astype(int)
    return frame.assign(customer=np.arange(rows), left=left, risk=risk)


def learn_by_lightgbm(known: pd.DataFrame, asked: pd.DataFrame) -> Floats:
    """Probabilities of LightGBM."""
    is_validation = known["customer"] % 10 == 0
    train, validation = known[~is_validation], known[is_validation]
    model = lightgbm.LGBMClassifier(n_estimators=300, num_leaves=31, learning_rate=0.1, verbose=-1)
    model.fit(
        train[list(FEATURES)],
        train["left"],
        eval_set=[(validation[list(FEATURES)], validation["left"])],
        callbacks=[lightgbm.early_stopping(30, verbose=False)],
    )
    return np.asarray(model.predict_proba(asked[list(FEATURES)])[:, 1])


def learn(known: pd.DataFrame, asked: pd.DataFrame) -> Floats:
    """Probabilities of Holdfast."""
    spark = session.open_session(settings.load("local").values.spark, "bench-known-risk")
    config = churn_parameters(settings.load("local").values)
    frame = spark.createDataFrame(known.drop(columns="risk"))
    table = label_table(frame, "left", "customer", None, config.horizon_days, FEATURES)
    result = fit(table.rows, table.features, config)
    assert result.model is not None, result.decision.why
    print(result.decision.why, result.params)
    return result.model.probability(values(asked, FEATURES))


def main() -> None:
    """Print the comparison and its JSON line."""
    table = customers(ROWS + ASKED)
    known, asked = table[:ROWS], table[ROWS:]
    left, found = asked["left"].to_numpy(np.float64), {"truth": asked["risk"].to_numpy()}
    for name, way in (("lightgbm", learn_by_lightgbm), ("holdfast", learn)):
        before = tree_cpu()
        found[name] = way(known, asked)
        print(f"{name}: {tree_cpu() - before:.0f} CPU-seconds")
    errors = {name: measure(risk, left)["calibration_error"] for name, risk in found.items()}
    for name, risk in found.items():
        auc, loss, error = roc_auc_score(left, risk), log_loss(left, risk), errors[name]
        print(f"{name:9} AUC {auc:.4f}  log loss {loss:.5f}  calibration error {error:.4f}")
    ours, rival = (log_loss(left, found[name]) for name in ("holdfast", "lightgbm"))
    met = ours <= rival * NEAR and errors["holdfast"] <= ERROR
    print(json.dumps({"name": "known_risk", "ours": ours, "rival": rival, "met": bool(met)}))


if __name__ == "__main__":
    main()
