#!/usr/bin/env bash
# A feature without gaps in training has one (NaN) when the model is used. LightGBM then reads the gap as 0, although its
# manual says that NaN is a missing value by default: "days since the last order" that nobody knows is "ordered today".
# XGBoost and scikit-learn send it down a side of each split, by rules of their own: three libraries, three answers.
# One row with a gap in training is enough for LightGBM to keep it apart from 0.
# Seen with lightgbm 4.7.0, xgboost-cpu 3.2.0 and scikit-learn 1.9.1, where one in ten leaves up to day 180 and four in
# five after it: for the gap LightGBM gives its answer for day 0 to the last bit (.05), XGBoost .72 and scikit-learn .78.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q lightgbm==4.7.0 xgboost-cpu==3.2.0 scikit-learn==1.9.1 numpy==2.4.6
cat > "$work/try.py" <<'PY'
import sys
from importlib.metadata import version

import numpy as np
from lightgbm import LGBMClassifier
from sklearn.ensemble import HistGradientBoostingClassifier
from xgboost import XGBClassifier

random = np.random.default_rng(0)
days = random.integers(0, 365, 4000).astype(float)
left = (random.random(4000) < np.where(days > 180, 0.8, 0.1)).astype(int)
asked = np.array([[0.0], [364.0], [np.nan]])


def answers(model, days, left):
    """Risks on day 0, on day 364, and where the day is unknown."""
    return [float(risk) for risk in model.fit(days[:, None], left).predict_proba(asked)[:, 1]]


def lightgbm():
    return LGBMClassifier(n_estimators=50, num_leaves=7, n_jobs=1, verbose=-1)


found = {
    "lightgbm": answers(lightgbm(), days, left),
    "xgboost": answers(XGBClassifier(n_estimators=50, max_depth=3, n_jobs=1), days, left),
    "scikit-learn": answers(HistGradientBoostingClassifier(max_iter=50, random_state=0), days, left),
    "lightgbm, one gap in training": answers(lightgbm(), np.append(days, np.nan), np.append(left, 1)),
}
print(", ".join(f"{name} {version(name)}" for name in ("lightgbm", "xgboost-cpu", "scikit-learn")))
for name, (today, long_ago, gap) in found.items():
    print(f"{name}: day 0 {today:.2f}, day 364 {long_ago:.2f}, unknown {gap:.2f}")
is_today = {name: gap == today for name, (today, _, gap) in found.items()}
wanted = {"lightgbm": True, "xgboost": False, "scikit-learn": False, "lightgbm, one gap in training": False}
sys.exit(is_today != wanted or found["xgboost"][2] < 0.5 or found["scikit-learn"][2] < 0.5)
PY
"$work/venv/bin/python" "$work/try.py" 2> "$work/log" || { tail -20 "$work/log"; exit 1; }
