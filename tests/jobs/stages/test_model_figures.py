"""Pictures for MLflow show what the metric rows say, and nothing where they say nothing."""

from datetime import date
from typing import Any

from holdfast.jobs.stages.model_figures import draw_figures
from holdfast.jobs.stages.training import params_to_log

DAY = date(2025, 10, 1)


def row(predictor: str, part: str, metric: str, value: float) -> dict[str, Any]:
    about = {"predictor": predictor, "cutoff_on": DAY, "slice": part, "rows": 10}
    return {**about, "metric": metric, "value": value}


ROWS = [
    row("model", "all", "auc", 0.85),
    row("recency", "all", "auc", 0.75),
    row("model", "bin=01", "mean_probability", 0.1),
    row("model", "bin=01", "observed_rate", 0.12),
    row("model", "contacted=0.1", "gain", 0.3),
    row("recency", "contacted=0.1", "gain", 0.2),
    row("model", "feature=recency_days", "importance", 0.7),
]


def test_each_figure_is_drawn_from_its_rows() -> None:
    found = draw_figures(ROWS)
    assert set(found) == {"calibration", "gain", "importance"}
    assert all(svg.startswith("<svg") for svg in found.values())
    assert "recency_days" in found["importance"]
    assert "share who left" in found["calibration"]
    assert "leavers reached" in found["gain"]


def test_a_figure_without_rows_is_not_drawn() -> None:
    assert draw_figures(ROWS[:2]) == {}
    assert draw_figures([]) == {}


def test_the_days_of_the_split_are_parameters_in_mlflow() -> None:
    card = {"split": {"held_out": "2025-10-01"}, "calibration": "platt", "params": {"depth": 4}}
    assert params_to_log({"depth": 4}, card) == {
        "split.held_out": "2025-10-01",
        "calibration": "platt",
        "params.depth": 4,
        "depth": 4,
    }
