from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from holdfast.jobs.runtime.config.settings import load
from holdfast.jobs.stages.parameters import value_parameters
from holdfast.jobs.stages.report.comparison import VALUE_COLUMNS
from holdfast.jobs.stages.training import is_due
from holdfast.jobs.stages.value import metric_rows
from holdfast.models.value.model import BG_NBD, BOOSTED, PAST_RATE
from holdfast.models.value.model_selection import Judgement
from holdfast.transformations.tables.ops import MODEL_METRICS

DAY = date(2025, 10, 1)
JUDGEMENTS = {
    BOOSTED: Judgement(218.0, 0.9, -0.02, 0.9),
    BG_NBD: Judgement(229.0, 0.89, 0.01, float("nan")),
    PAST_RATE: Judgement(278.0, 0.83, 0.1, 0.91),
}


def trained(basis: str = BOOSTED, judged_on: date | None = DAY) -> Any:
    return SimpleNamespace(
        model=SimpleNamespace(basis=basis),
        judged_on=judged_on,
        judgements=JUDGEMENTS,
        customers_judged=2_500,
    )


def figures(rows: list[dict[str, Any]]) -> dict[tuple[str, str], float]:
    return {(row["predictor"], row["metric"]): row["value"] for row in rows}


@pytest.mark.parametrize("basis", [BOOSTED, PAST_RATE])
def test_the_forecast_in_use_is_also_called_the_model(basis: str) -> None:
    found = figures(metric_rows(trained(basis)))
    assert {name for name, _ in found} == {BOOSTED, BG_NBD, PAST_RATE, "model"}
    assert {metric: value for (name, metric), value in found.items() if name == "model"} == {
        metric: value for (name, metric), value in found.items() if name == basis
    }


def test_what_could_not_be_measured_has_no_row() -> None:
    found = figures(metric_rows(trained()))
    assert (BG_NBD, "coverage") not in found and found[BG_NBD, "mean_absolute_error"] == 229.0
    assert metric_rows(trained(judged_on=None)) == []


def test_rows_fit_their_table_and_bear_the_names_the_report_looks_for() -> None:
    rows = metric_rows(trained())
    assert all(set(row) <= set(MODEL_METRICS.names) for row in rows)
    assert all((row["cutoff_on"], row["rows"]) == (DAY, 2_500) for row in rows)
    assert {row["metric"] for row in rows} == {column.metric for column in VALUE_COLUMNS}


@pytest.mark.parametrize(
    ("force", "newest", "known", "due"),
    [
        (False, DAY, None, True),
        (False, None, None, True),  # no champion, or none that was judged
        (False, DAY, DAY, False),
        (False, None, DAY, False),
        (False, date(2025, 11, 1), DAY, True),  # a cut-off has matured
        (True, DAY, DAY, True),
    ],
)
def test_a_model_is_trained_again_when_there_is_something_new(
    force: bool, newest: date | None, known: date | None, due: bool
) -> None:
    context: Any = SimpleNamespace(force=force)
    assert is_due(context, newest, known) is due


def test_the_small_environment_grows_fewer_trees_and_asks_the_same_question() -> None:
    base, mini = (value_parameters(load(env).values) for env in ("local", "mini"))
    assert (base.horizon_days, base.coverage) == (mini.horizon_days, mini.coverage) == (90, 0.9)
    assert (base.growing.trees, mini.growing.trees) == (10, 5)
