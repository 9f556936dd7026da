#!/usr/bin/env bash
# A local MLflow store (a SQLite database and a folder of artifacts side by side) that is copied or moved still names
# the folder it came from, although the tracking URI and the working directory are those of the copy: the database
# keeps absolute addresses of experiments, runs and model versions. A run logged in the copy puts its files into the
# original's folder, `models:/NAME@ALIAS` loads the original's, and once the original is gone it loads nothing.
# Seen with mlflow 3.17.2: the copy's new file lies under the original; without the original, MlflowException.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3.11 -m venv "$work/venv"
"$work/venv/bin/pip" install -q mlflow==3.17.2
cat > "$work/try.py" <<'PY'
import shutil
import sys
from importlib.metadata import version
from pathlib import Path

import mlflow

work = Path(sys.argv[1])
first, copy = work / "first", work / "copy"
first.mkdir()


def client_of(root):
    uri = f"sqlite:///{root}/mlflow.db"
    mlflow.set_tracking_uri(uri)
    return mlflow.MlflowClient(uri)


def log(client, root, name):
    """Log one file as a run of the experiment; all files of both folders that have its name."""
    found = client.get_experiment_by_name("shop")
    made = found and found.experiment_id
    experiment = made or client.create_experiment("shop", artifact_location=f"{root}/artifacts")
    run = client.create_run(experiment)
    (work / name).write_text("{}", encoding="utf-8")
    client.log_artifact(run.info.run_id, str(work / name), "model")
    return run.info, sorted(path.relative_to(work).parts[0] for path in work.rglob(f"*/{name}") if path.parent != work)


client = client_of(first)
run, where = log(client, first, "first.json")
client.create_registered_model("churn")
client.create_model_version("churn", f"{run.artifact_uri}/model", run.run_id)
client.set_registered_model_alias("churn", "champion", "1")
shutil.copytree(first, copy)
_, where_later = log(client_of(copy), copy, "later.json")
loaded_from = client_of(copy).get_model_version_by_alias("churn", "champion").source
shutil.rmtree(first)
try:
    mlflow.artifacts.download_artifacts("models:/churn@champion")
    gone = "loaded"
except Exception as error:
    gone = type(error).__name__
print(f"mlflow {version('mlflow')}")
print(f"first file lies in {where}; the file logged in the copy lies in {where_later}")
print(f"the copy's model is {'the original' if str(first) in loaded_from else 'its own'}; without the original: {gone}")
as_seen = where == ["first"] and where_later == ["first"] and str(first) in loaded_from and gone != "loaded"
sys.exit(not as_seen)
PY
"$work/venv/bin/python" "$work/try.py" "$work" 2> "$work/log" || { tail -20 "$work/log"; exit 1; }
