#!/usr/bin/env bash
# auuc_score and qini_score of causalml rank the rows of a frame by the model's score and count on, row by row, through
# equal scores as well: what stands first in the frame comes first in the ranking. A model that says the same of everybody
# has a Qini score of .66 where the treated stand first in the file and -.24 where they stand last, and a tree of two
# leaves is better or worse by how the file was sorted. Trees and rounded scores tie all the time. scikit-uplift cuts at
# distinct scores only: its qini_auc_score is 0 for the constant, in every order.
# Seen with causalml 0.18.0 and scikit-uplift 0.5.1, on 4,000 rows drawn with a seed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q causalml==0.18.0 scikit-uplift==0.5.1 "pandas<3"
cat > "$work/try.py" <<'PY'
import sys
from importlib.metadata import version

import numpy as np
import pandas as pd
from causalml.metrics import auuc_score, qini_score
from sklift.metrics import qini_auc_score

random = np.random.default_rng(0)
treated, feature = random.integers(0, 2, 4000), random.random(4000)
bought = (random.random(4000) < 0.1 + 0.1 * treated * (feature > 0.5)).astype(int)
SCORES = {"constant": np.zeros(4000), "two leaves": (feature > 0.5).astype(float), "no ties": feature}
ORDERS = {"treated first": np.argsort(-treated, kind="stable"), "treated last": np.argsort(treated, kind="stable")}


def measures(score, order):
    frame = pd.DataFrame({"score": score, "bought": bought, "treated": treated}).iloc[order]
    columns = {"outcome_col": "bought", "treatment_col": "treated"}
    by_causalml = (auuc_score(frame, **columns)["score"], qini_score(frame, **columns)["score"])
    by_sklift = qini_auc_score(frame["bought"], frame["score"], frame["treated"])
    return [round(float(value), 2) for value in (*by_causalml, by_sklift)]


print(f"causalml {version('causalml')}, scikit-uplift {version('scikit-uplift')}")
found = {}
for name, score in SCORES.items():
    for order_name, order in ORDERS.items():
        found[name, order_name] = measures(score, order)
        auuc, qini, sklift = found[name, order_name]
        print(f"{name}, {order_name}: AUUC {auuc}, Qini {qini}; scikit-uplift's Qini {sklift}")
wanted = {
    ("constant", "treated first"): [0.57, 0.66, 0.0],
    ("constant", "treated last"): [0.23, -0.24, 0.0],
    ("two leaves", "treated first"): [0.82, 0.31, 0.15],
    ("two leaves", "treated last"): [0.88, 0.37, 0.15],
    ("no ties", "treated first"): [0.83, 0.33, 0.14],
    ("no ties", "treated last"): [0.83, 0.33, 0.14],
}
sys.exit(found != wanted)
PY
"$work/venv/bin/python" "$work/try.py" 2> "$work/log" || { tail -20 "$work/log"; exit 1; }
