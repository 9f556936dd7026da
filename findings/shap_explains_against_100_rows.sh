#!/usr/bin/env bash
# TreeExplainer(model, data) of shap explains against the background that it is given: "100 to 1000" rows "are good sizes"
# by its manual, and beyond 1,000 it is to warn. It never sees them: of more than 100 rows it takes 100, drawn with a fixed
# seed, in silence, so the warning never comes. The base value, by shap's own words the mean of the model over the rows
# passed, is the mean of the draw; where a few customers spend most of the money, every explanation starts far from
# the mean and adds up all the same. LinearExplainer does so, too. maskers.Independent(data, max_samples=len(data)) as the
# data keeps every row.
# Seen with shap 0.51.0 and scikit-learn 1.9.1, on 1,000 rows drawn with a seed: a base value of 5.67 for a mean of 25.07.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q shap==0.51.0 scikit-learn==1.9.1 numpy==2.4.6 "pandas<3"
cat > "$work/try.py" <<'PY'
import sys
import warnings
from importlib.metadata import version

import numpy as np
import shap
from sklearn.linear_model import LinearRegression
from sklearn.tree import DecisionTreeRegressor

random = np.random.default_rng(0)
spend = np.where(np.arange(1_000) % 50 == 0, 1_000.0, random.uniform(0, 10, 1_000))
values = np.column_stack([spend, random.normal(size=1_000)])
tree = DecisionTreeRegressor(max_depth=6, random_state=0).fit(values, spend)
line = LinearRegression().fit(values, spend)
whole = shap.maskers.Independent(values, max_samples=len(values))


def explain(explainer, model, data):
    made = explainer(model, data)
    base = float(np.ravel(made.expected_value)[0])
    gap = np.abs(made.shap_values(values[:20]).sum(axis=1) + base - model.predict(values[:20])).max()
    return len(made.data) if explainer is shap.TreeExplainer else None, round(base, 2), bool(gap < 1e-6)


with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    many = shap.TreeExplainer(tree, np.tile(values, (5, 1)))
rows, base, adds_up = explain(shap.TreeExplainer, tree, values)
all_rows, all_base, _ = explain(shap.TreeExplainer, tree, whole)
_, line_base, _ = explain(shap.LinearExplainer, line, values)
mean, line_mean = round(float(tree.predict(values).mean()), 2), round(float(line.predict(values).mean()), 2)
print(f"shap {version('shap')}, scikit-learn {version('scikit-learn')}")
print(f"tree: mean over 1,000 rows {mean}; base value {base} of {rows} rows, adds up {adds_up}")
print(f"tree, masker of all rows: base value {all_base} of {all_rows} rows")
print(f"line: mean {line_mean}, base value {line_base}")
print(f"5,000 rows: {len(many.data)} are used, {len(said)} warnings")
as_seen = (rows, adds_up, all_rows, len(many.data), len(said)) == (100, True, 1_000, 100, 0)
sys.exit(not (as_seen and abs(base - mean) > 5 and all_base == mean and abs(line_base - line_mean) > 5))
PY
"$work/venv/bin/python" "$work/try.py" 2> "$work/log" || { tail -20 "$work/log"; exit 1; }
