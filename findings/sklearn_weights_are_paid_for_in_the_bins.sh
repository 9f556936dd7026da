#!/usr/bin/env bash
# scikit-learn's histogram gradient boosting with sample weights, even weights of 1, spends most of a fit on cutting columns
# into bins, not on trees: it works out each of the 255 percentiles of each column anew, each time sorting the column. Ten
# trees on 20,000 rows of 40 columns take twenty times as long with weights as without.
# Columns of at most 255 different values are not cut: round them to quantiles first, and weights cost next to nothing.
# Seen with scikit-learn 1.9.1 and numpy 2.4.6: .1 s without weights, 2.5 s with, .1 s with on columns rounded first.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q scikit-learn==1.9.1 numpy==2.4.6
cat > "$work/try.py" <<'PY'
import sys
import time
from importlib.metadata import version

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor

random = np.random.default_rng(0)
values, ones = random.normal(size=(20_000, 40)), np.ones(20_000)
target = values[:, 0] + random.normal(size=len(values))


def seconds(values, weights):
    """CPU-seconds of a fit, the least of three."""
    taken = []
    for _ in range(3):
        before = time.process_time()
        HistGradientBoostingRegressor(max_iter=10, early_stopping=False).fit(values, target, sample_weight=weights)
        taken.append(time.process_time() - before)
    return min(taken)


shares = np.linspace(0, 1, 201)
edges = [np.unique(np.quantile(column, shares, method="inverted_cdf")) for column in values.T]
rounded = np.column_stack([e[np.searchsorted(e, column)] for e, column in zip(edges, values.T)])
plain, weighted, rounded_first = seconds(values, None), seconds(values, ones), seconds(rounded, ones)
print(f"scikit-learn {version('scikit-learn')}")
print(f"without weights {plain:.2f} s, with {weighted:.2f} s, with on rounded columns {rounded_first:.2f} s")
sys.exit(not (weighted > 4 * plain and weighted > 4 * rounded_first))
PY
OMP_NUM_THREADS=1 "$work/venv/bin/python" "$work/try.py" 2> "$work/log" || { tail -20 "$work/log"; exit 1; }
