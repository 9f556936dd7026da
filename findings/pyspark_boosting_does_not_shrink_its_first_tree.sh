#!/usr/bin/env bash
# stepSize of pyspark.ml's boosted trees shrinks every tree but the first, whose weight is 1 whatever it says. One tree with
# stepSize .01 moves its predictions as far as one with stepSize 1, so the settings of scikit-learn's boosting mean another
# model here: many small steps begin with a whole one.
# Seen with pyspark 4.2.0: weights 1, .01, .01 and a first tree that spans .99 of the labels' range; scikit-learn 1.9.1's .01.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q pyspark==4.2.0 scikit-learn==1.9.1 numpy==2.4.6
cat > "$work/try.py" <<'PY'
import sys
from importlib.metadata import version

import numpy as np
from pyspark.ml.feature import VectorAssembler
from pyspark.ml.regression import GBTRegressor
from pyspark.sql import SparkSession
from sklearn.ensemble import GradientBoostingRegressor

random = np.random.default_rng(0)
x = random.random(2_000)
y = np.where(x > 0.5, 1.0, 0.0)
spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
spark.sparkContext.setLogLevel("OFF")
rows = spark.createDataFrame(list(zip(x.tolist(), y.tolist())), "x double, y double")
vectors = VectorAssembler(inputCols=["x"], outputCol="features").transform(rows)


def span(step, trees):
    """Weights of the trees, and how far apart the predictions are."""
    model = GBTRegressor(labelCol="y", maxDepth=1, maxIter=trees, stepSize=step, seed=1).fit(vectors)
    found = [row[0] for row in model.transform(vectors).select("prediction").collect()]
    return list(model.treeWeights), max(found) - min(found)


weights, _ = span(0.01, 3)
_, one = span(0.01, 1)
theirs = GradientBoostingRegressor(n_estimators=1, max_depth=1, learning_rate=0.01).fit(x[:, None], y)
other = float(np.ptp(theirs.predict(x[:, None])))
spark.stop()
print(f"pyspark {version('pyspark')}, scikit-learn {version('scikit-learn')}")
print(f"weights {weights}; labels span 1, one tree with step .01 spans {one:.2f}, scikit-learn's {other:.2f}")
sys.exit(not (weights == [1.0, 0.01, 0.01] and one > 0.5 and other < 0.02))
PY
"$work/venv/bin/python" "$work/try.py" 2> "$work/log" || { tail -20 "$work/log"; exit 1; }
