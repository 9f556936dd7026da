#!/usr/bin/env bash
# A missing value is neutral in Splink, but an empty list is no missing value: in ArrayIntersectAtSizes two records of whom
# no phone is known contradict each other as much as two with different phones. collect_set of Spark and its like
# make empty lists, never nulls, of people without phones, so the linkage speaks against whoever is known the least.
# With null in place of the empty list the same pair is left as it was.
# Seen with splink 5.0.0 and duckdb 1.5.5: weights, beside a prior of -6.63, are -9.88 for two empty lists and for different
# phones, -6.63 for null.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q splink==5.0.0 duckdb==1.5.5 "pandas<3"
cat > "$work/try.py" <<'PY'
import sys
from importlib.metadata import version

import pandas as pd
import splink.comparison_library as cl
from splink import Linker, SettingsCreator
from splink.backends.duckdb import DuckDBAPI

people = pd.DataFrame(
    {"unique_id": range(6), "phones": [["5550142"], ["5550142"], ["5550187"], [], [], None]}
)
PAIRS = {"one phone": (0, 1), "different phones": (0, 2), "one list empty": (0, 3), "both lists empty": (3, 4), "null": (0, 5)}
overlap = cl.ArrayIntersectAtSizes("phones", [1]).configure(m_probabilities=[0.9, 0.1], u_probabilities=[0.05, 0.95])
settings = SettingsCreator(
    link_type="dedupe_only",
    comparisons=[overlap],
    blocking_rules_to_generate_predictions=["1=1"],
    probability_two_random_records_match=0.01,
)
scored = Linker(DuckDBAPI().register(people), settings).inference.predict().as_pandas_dataframe()
weights = scored.set_index(["unique_id_l", "unique_id_r"])["match_weight"].round(2)
found = {name: float(weights[pair]) for name, pair in PAIRS.items()}
print(f"splink {version('splink')}, duckdb {version('duckdb')}: match weights")
for name, weight in found.items():
    print(f"{name}: {weight}")
against = -9.88
wanted = {
    "one phone": -2.46,
    "different phones": against,
    "one list empty": against,
    "both lists empty": against,
    "null": -6.63,
}
sys.exit(found != wanted)
PY
"$work/venv/bin/python" "$work/try.py" 2> "$work/log" || { tail -20 "$work/log"; exit 1; }
