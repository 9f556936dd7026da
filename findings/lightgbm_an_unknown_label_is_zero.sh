#!/usr/bin/env bash
# A label that is not known (NaN in numpy, NA in pandas) is trained as 0 by LightGBM's own API (Dataset and train), and
# a weight that is not known as weight 0: customers whose outcome is still open become customers who stayed. No warning.
# LightGBM's scikit-learn classes refuse such a label, and so does XGBoost.
# Seen with lightgbm 4.7.0, xgboost-cpu 3.2.0, pandas 2.3.3 and numpy 2.4.6: half the labels 1, half unknown, predicts
# 0.5 where all known labels are 1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q lightgbm==4.7.0 xgboost-cpu==3.2.0 scikit-learn==1.9.1 pandas==2.3.3 numpy==2.4.6
cat > "$work/try.py" <<'PY'
import sys
from importlib.metadata import version

import lightgbm
import numpy as np
import pandas as pd
import xgboost

rows = np.zeros((1000, 1))
half_known = np.where(np.arange(1000) % 2, np.nan, 1.0)
as_pandas = pd.Series([1, None] * 500, dtype="Int64")


def own(label, objective="binary", weight=None):
    data = lightgbm.Dataset(rows, label, weight=weight)
    fitted = lightgbm.train({"objective": objective, "verbose": -1, "num_threads": 1}, data, 5)
    return float(fitted.predict(rows[:1])[0])


def its_scikit_learn():
    return float(lightgbm.LGBMRegressor(verbose=-1).fit(rows, half_known).predict(rows[:1])[0])


def xgb():
    data = xgboost.DMatrix(rows, half_known)
    return float(xgboost.train({"objective": "binary:logistic"}, data, 5).predict(data)[0])


def attempt(call, *arguments):
    try:
        return round(call(*arguments), 3)
    except Exception as error:
        return type(error).__name__


zeros_and_ones, known_for_the_zeros = np.repeat([0.0, 1.0], 500), np.repeat([1.0, np.nan], 500)
tries = {
    "lightgbm.train, binary": (attempt(own, half_known), 0.5),
    "lightgbm.train, regression": (attempt(own, half_known, "regression"), 0.5),
    "lightgbm.train, NA of pandas": (attempt(own, as_pandas), 0.5),
    "lightgbm.train, unknown weights": (attempt(own, zeros_and_ones, "regression", known_for_the_zeros), 0.0),
    "LGBMRegressor": (attempt(its_scikit_learn), "ValueError"),
    "xgboost.train": (attempt(xgb), "XGBoostError"),
}
print(f"lightgbm {version('lightgbm')}, xgboost-cpu {version('xgboost-cpu')}")
for name, (found, _) in tries.items():
    print(f"{name}: {found}")
sys.exit(any(found != wanted for found, wanted in tries.values()))
PY
"$work/venv/bin/python" "$work/try.py" 2> "$work/log" || { tail -20 "$work/log"; exit 1; }
