"""Bodies of the commands that need Spark, once their options are read."""

import json
from collections.abc import Sequence

from rich.console import Console

from holdfast.jobs.cli.bootstrap import open_runner
from holdfast.jobs.stages.evaluation import backtest as backtests
from holdfast.jobs.stages.evaluation import ground_truth


def evaluate(env: str, root: str, overrides: Sequence[str], as_json: bool, out: Console) -> bool:
    """Print the metrics of the last published run; True when every floor is held."""
    with open_runner(env, root, overrides, quiet=as_json) as runner:
        floors = runner.settings.evaluation
        evaluation = ground_truth.evaluate(runner.store, runner.ledger, floors)
    out.print_json(json.dumps(evaluation.as_dict())) if as_json else out.print(evaluation.as_text())
    return evaluation.is_passed


def backtest(env: str, root: str, overrides: Sequence[str], as_json: bool, out: Console) -> None:
    """Print the churn model's AUC under today's identities and under those known on the day."""
    with open_runner(env, root, overrides, quiet=as_json) as runner:
        found = backtests.backtest(runner)
    out.print_json(json.dumps(found.as_dict())) if as_json else out.print(found.as_text())
