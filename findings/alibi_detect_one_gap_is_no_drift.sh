#!/usr/bin/env bash
# KSDrift and CVMDrift of alibi-detect answer "no drift" as soon as one value is missing (NaN): the p-value is NaN, and NaN
# is below no threshold. A feature that moved by three standard deviations in 1,000 rows is drift with a p-value of 0; with
# one gap among them it is none, and so it is with half of them gone. A gap in the reference ends the watch for good. Of
# several features only the one with a gap goes unseen. No warning.
# Seen with alibi-detect 0.13.0, numpy 1.26.4 and scipy 1.17.1; ks_2samp of scipy finds it with nan_policy="omit".
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q alibi-detect==0.13.0 numpy==1.26.4 scipy==1.17.1 "pandas<3"
cat > "$work/try.py" <<'PY'
import sys
import warnings
from importlib.metadata import version

import numpy as np
from alibi_detect.cd import CVMDrift, KSDrift
from scipy.stats import ks_2samp

random = np.random.default_rng(0)
reference, moved = random.normal(size=(1_000, 2)), random.normal(3, size=(1_000, 2))


def with_gaps(rows, count):
    rows = rows.copy()
    rows[:count, 0] = np.nan
    return rows


def is_drift(detector, before, after):
    return int(detector(before[:, :1], p_val=0.05).predict(after[:, :1])["data"]["is_drift"])


def per_feature(before, after):
    found = KSDrift(before, p_val=0.05).predict(after, drift_type="feature")["data"]["is_drift"]
    return [int(flag) for flag in found]


with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    tries = {
        f"{detector.__name__}, {name}": (is_drift(detector, before, after), wanted)
        for detector in (KSDrift, CVMDrift)
        for name, before, after, wanted in (
            ("no gap", reference, moved, 1),
            ("1 gap of 1,000", reference, with_gaps(moved, 1), 0),
            ("500 gaps", reference, with_gaps(moved, 500), 0),
            ("1 gap in the reference", with_gaps(reference, 1), moved, 0),
        )
    }
    tries["two features, a gap in the first"] = (per_feature(reference, with_gaps(moved, 1)), [0, 1])
tries["warnings"] = (len(said), 0)
tries["scipy, gaps left out: p-value"] = (
    float(ks_2samp(reference[:, 0], with_gaps(moved, 1)[:, 0], nan_policy="omit").pvalue),
    0.0,
)
print(f"alibi-detect {version('alibi-detect')}, numpy {version('numpy')}, scipy {version('scipy')}")
for name, (found, _) in tries.items():
    print(f"{name}: {found}")
sys.exit(any(found != wanted for found, wanted in tries.values()))
PY
"$work/venv/bin/python" "$work/try.py" 2> "$work/log" || { tail -20 "$work/log"; exit 1; }
