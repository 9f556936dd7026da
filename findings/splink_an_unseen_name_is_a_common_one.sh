#!/usr/bin/env bash
# Term frequencies make agreement on a rare name worth more in Splink. A record scored against a model afterwards
# (score_pair, score_pairs: new customers) may have a name that the table of frequencies lacks, the rarest there can be.
# For it Splink makes no adjustment: it weighs as a name of average frequency does, less than one seen in 4 of 1,000 rows.
# The pair that one would be surest of falls below the threshold.
# Seen with splink 5.0.0 and duckdb 1.5.5: probability .69 for the rare name, .04 for the unseen one, .02 for the commonest.
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

NAMES = {"anna": 400, "maria": 300, "john": 296, "zoltan": 4}
people = pd.DataFrame({"name": [name for name, count in NAMES.items() for _ in range(count)]})
people["unique_id"] = range(len(people))
agreement = cl.ExactMatch("name").configure(
    term_frequency_adjustments=True, m_probabilities=[0.9, 0.1], u_probabilities=[0.25, 0.75]
)
settings = SettingsCreator(
    link_type="dedupe_only", comparisons=[agreement], probability_two_random_records_match=0.01
)
linker = Linker(DuckDBAPI().register(people), settings)
linker.table_management.compute_tf_table("name")


def probability(name):
    """That two new records of the same name are of one person."""
    left, right = ([{"unique_id": number, "name": name}] for number in (1001, 1002))
    scored = linker.inference.score_pairs(left, right).as_pandas_dataframe()
    return round(float(scored["match_probability"].iloc[0]), 2)


found = {name: probability(name) for name in ("anna", "zoltan", "ottilie")}
print(f"splink {version('splink')}, duckdb {version('duckdb')}")
for name, value in found.items():
    print(f"two records of {name}, {NAMES.get(name, 0)} of 1,000: {value}")
sys.exit(found != {"anna": 0.02, "zoltan": 0.69, "ottilie": 0.04})
PY
"$work/venv/bin/python" "$work/try.py" 2> "$work/log" || { tail -20 "$work/log"; exit 1; }
