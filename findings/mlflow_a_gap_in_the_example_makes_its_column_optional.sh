#!/usr/bin/env bash
# A gap (NaN) in an input example decides more than a type: MLflow takes its column for optional. A frame that lacks the
# column passes the check of the signature and reaches the model, which has to notice by itself, while a frame that lacks
# a column without a gap is refused by MLflow. An example of typical rows, where gaps are common, so loosens the schema.
# Seen with mlflow 3.17.2 and pandas 2.3.3: the model is called without "gap" and answers; without "full" MlflowException.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q mlflow==3.17.2 pandas==2.3.3
cat > "$work/model.py" <<'PY'
from mlflow.models import set_model
from mlflow.pyfunc import PythonModel


class Names(PythonModel):
    def predict(self, context, model_input, params=None):
        return [",".join(sorted(model_input.columns))] * len(model_input)


set_model(Names())
PY
cat > "$work/try.py" <<'PY'
import sys
from importlib.metadata import version

import mlflow
import pandas as pd

work = sys.argv[1]
example = pd.DataFrame({"full": [1.0, 2.0], "gap": [1.0, float("nan")]})
mlflow.pyfunc.save_model(
    f"{work}/saved", python_model=f"{work}/model.py", input_example=example, pip_requirements=[]
)
model = mlflow.pyfunc.load_model(f"{work}/saved")
found = {}
for name in example:
    try:
        found[name] = model.predict(example[[c for c in example if c != name]])[0]
    except Exception as error:
        found[name] = type(error).__name__
print(f"mlflow {version('mlflow')}, pandas {version('pandas')}: without each column {found}")
sys.exit(found != {"full": "MlflowException", "gap": "full"})
PY
cd "$work"
"$work/venv/bin/python" "$work/try.py" "$work" 2> "$work/log" || { tail -20 "$work/log"; exit 1; }
