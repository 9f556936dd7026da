"""Leavers of the real grocery panel: the model against recency alone, 60 days from 2017-11-01 and
30 from 2017-12-01.

Run with `make bench NAME=journey`; the panel comes with the extra `demo`. Recency is measured on
the same customers; the goal is to be above it, and above what recency reached when the figures of
this bench were set.
"""

import json
import tempfile
from pathlib import Path

from holdfast.jobs.cli.bootstrap import open_runner, run_standalone
from holdfast.jobs.stages.evaluation.metrics import newest_metrics_of, select_champion_metrics
from holdfast.transformations.tables.ops import MODEL_EVENTS, MODEL_METRICS

ASKED = {60: 0.784, 30: 0.801}  # horizon in days to the AUC of recency alone


def figures(root: str, horizon: int) -> dict[str, float]:
    """AUC by predictor on the newest cut-off whose outcome is known after `horizon` days."""
    asked = [f"outcome.horizon_days={horizon}"]
    if not (Path(root) / "raw").is_dir():
        with open_runner("demo", root, asked) as runner:
            run_standalone(runner, "import_journey")
    with open_runner("demo", root, asked, as_of="latest") as runner:
        done = runner.run([])
        assert done is not None
        metrics = select_champion_metrics(
            runner.store.read(MODEL_METRICS), runner.store.read(MODEL_EVENTS), done.number
        )
    churn = metrics[metrics["model_name"] == "churn"]
    print(f"{horizon} days from {churn['cutoff_on'].max()}", flush=True)
    return {
        name: newest_metrics_of(metrics, "churn", name)["auc"]
        for name in ("model", "recency", "logistic", "trees")
    }


def main() -> None:
    """Print each horizon and the JSON line of the smallest lead."""
    with tempfile.TemporaryDirectory(prefix="holdfast-journey-") as root:
        found = {horizon: figures(root, horizon) for horizon in ASKED}
    for horizon, aucs in found.items():
        print(f"{horizon} days: " + ", ".join(f"{name} {auc:.3f}" for name, auc in aucs.items()))
    rivals = {horizon: max(aucs["recency"], ASKED[horizon]) for horizon, aucs in found.items()}
    worst = min(found, key=lambda horizon: found[horizon]["model"] / rivals[horizon])
    ours, rival = found[worst]["model"], rivals[worst]
    print(
        json.dumps(
            {
                "name": "journey",
                "ours": ours,
                "rival": rival,
                "ratio": ours / rival,
                "goal": 1.0,
                "met": ours > rival,
            }
        )
    )


if __name__ == "__main__":
    main()
