"""Why customers leave: the reason that is named beside the true cause, retailer after retailer.

`make bench NAME=reasons ARGS="SEEDS [FIRST [CUSTOMERS]]"` (3, 1 and 20,000 if not given). Each seed
is another generated retailer, run from its raw exports to its reasons. Asked are the customers
whose grievance had begun; a reason that is not named is a miss. The rivals are the summed exact
contributions of the churn model and the evidence farthest from the mean; beside them stands what
trees reach that were trained on the truth of other customers with the same rows.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Final

from bench.leavers import TO_CHURN_MODEL
from holdfast.jobs.cli.bootstrap import open_runner, run_standalone
from holdfast.jobs.stages.evaluation.reason_metrics import OURS, ReasonTruth, read_reason_truth
from holdfast.transformations.features.registry import SNAPSHOTS
from holdfast.transformations.tables.gold import CHURN_REASONS, CHURN_SIGNS
from holdfast.transformations.tables.silver import IDENTITY_MAP

JOBS: Final = (*TO_CHURN_MODEL, "score_churn")
RIVALS: Final = ("summed_shap", "z_scores")
GOAL: Final = 0.60  # macro-F1, on every retailer
COVERAGE: Final = 0.70  # share of the asked for whom a reason is named, at least


def name_reasons(root: str, seed: int, customers: int) -> ReasonTruth:
    """One retailer, from its raw exports to its reasons beside their causes."""
    asked = [f"synthetic.seed={seed}", f"synthetic.customers={customers}", "spark.memory=auto"]
    with open_runner("demo", root, asked, as_of="latest", quiet=True) as runner:
        run_standalone(runner, "generate")
    with open_runner("demo", root, asked, as_of="latest", quiet=True) as runner:
        runner.run(list(JOBS))
        tables = (CHURN_REASONS, CHURN_SIGNS, SNAPSHOTS, IDENTITY_MAP)
        return read_reason_truth(Path(root), *map(runner.store.read, tables))


def main(seeds: int = 3, first: int = 1, customers: int = 20_000) -> int:
    """Print each retailer, then the JSON line of the worst; 1 below a goal."""
    found = {}
    for seed in range(first, first + seeds):
        with tempfile.TemporaryDirectory() as folder:
            truth = name_reasons(str(Path(folder) / "root"), seed, customers)
        found[seed] = truth.figures()
        said = ", ".join(f"{name} {f1:.3f}" for name, (f1, _) in found[seed].items())
        print(f"seed {seed}, {len(truth.leavers)} customers with a cause: {said}")
        print(f"{truth.confusion().to_string()}\n", flush=True)
    ours, coverage = (min(one[OURS][part] for one in found.values()) for part in (0, 1))
    rival = max(one[name][0] for one in found.values() for name in RIVALS)
    line = {"name": "reasons", "ours": ours, "rival": rival, "ratio": ours / rival}
    met = bool(ours >= GOAL and coverage >= COVERAGE)
    print(json.dumps({**line, "coverage": coverage, "goal": GOAL, "met": met}))
    return int(not met)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
