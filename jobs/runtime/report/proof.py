"""How far the figures can be trusted: later outcomes, calibration, lift, rivals, intervals."""

from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from holdfast.jobs.runtime.report import words
from holdfast.jobs.runtime.report.data import ReportData
from holdfast.jobs.runtime.report.people import Bar

CHURN: Final = "churn"
VALUE: Final = "value"
_BANDS: Final = ("high", "medium", "early", "none")

# metric, heading, digits, whether more is better
_CHURN_COLUMNS: Final = (
    ("auc", "AUC", 3, True), ("average_precision", "Average precision", 3, True),
    ("log_loss", "Log loss", 3, False), ("calibration_error", "Calibration error", 3, False),
)
_VALUE_COLUMNS: Final = (
    ("mean_absolute_error", "Mean error", 2, False), ("normalised_gini", "Ranking (Gini)", 3, True),
    ("total_error", "Error of the total", 3, None), ("coverage", "In the interval", 3, None),
)


@dataclass(frozen=True)
class Comparison:
    """One table of predictors against metrics; `best` marks each column's winner."""

    headings: list[str]
    rows: list[dict[str, Any]]
    customers: str
    cutoff: str


@dataclass(frozen=True, eq=False)
class Proof:
    """Everything the section on trust shows; empty parts say so on the page."""

    churn: Comparison | None
    value: Comparison | None
    outcomes: list[Bar]
    calibration: pd.DataFrame
    calibration_title: str
    lift: pd.DataFrame
    lift_title: str
    cutoff: str
    decisions: list[tuple[str, str]] = field(default_factory=list)


def proof(data: ReportData) -> Proof:
    """Figures of the newest held-out cut-off of the models that scored this run."""
    churn = _newest(data.metrics, CHURN)
    calibration = curve(churn, {"mean_probability": "expected", "observed_rate": "observed"}, "bin")
    lift = lift_points(churn)
    return Proof(
        churn=_comparison(churn, _CHURN_COLUMNS),
        value=_comparison(_newest(data.metrics, VALUE), _VALUE_COLUMNS),
        outcomes=_outcomes(churn),
        calibration=calibration,
        calibration_title=_calibration_title(churn, calibration),
        lift=lift,
        lift_title=_lift_title(lift),
        cutoff=str(churn["cutoff_on"].iloc[0]) if len(churn) else "",
        decisions=[(f"{row.model_name} {row.model_version}", str(row.why)) for row in data.decisions.itertuples()],
    )


def _newest(metrics: pd.DataFrame, model: str) -> pd.DataFrame:
    """The rows of one model at its newest held-out cut-off."""
    mine = metrics[metrics["model_name"] == model]
    return mine[mine["cutoff_on"] == mine["cutoff_on"].max()] if len(mine) else mine


def curve(metrics: pd.DataFrame, measures: dict[str, str], dimension: str) -> pd.DataFrame:
    """The model's metrics in slices `dimension=value` side by side: value, one column a measure, rows."""
    prefix = f"{dimension}="
    sliced = metrics[(metrics["predictor"] == "model") & metrics["slice"].str.startswith(prefix)
                     & metrics["metric"].isin(list(measures))]
    if sliced.empty:
        return pd.DataFrame(columns=[dimension, *measures.values(), "rows"])
    keyed = sliced.assign(**{dimension: sliced["slice"].str.removeprefix(prefix)})
    wide = keyed.pivot_table(index=dimension, columns="metric", values="value", aggfunc="first").rename(
        columns=measures)
    wide["rows"] = keyed.groupby(dimension)["rows"].first()
    return wide.reset_index().dropna()


def lift_points(metrics: pd.DataFrame) -> pd.DataFrame:
    """predictor, contacted, reached: leavers reached when the riskiest share of customers is contacted."""
    sliced = metrics[(metrics["metric"] == "lift") & metrics["slice"].str.startswith("contacted=")]
    points = pd.DataFrame({
        "predictor": sliced["predictor"],
        "contacted": sliced["slice"].str.removeprefix("contacted=").astype(float),
        "reached": sliced["value"].astype(float),
    })
    return points.sort_values(["predictor", "contacted"]).reset_index(drop=True)


def _lift_title(lift: pd.DataFrame) -> str:
    model = lift[lift["predictor"] == "model"]
    if model.empty:
        return ""
    at = model.iloc[(model["contacted"] - 0.2).abs().argmin()]
    return (f"Contacting the riskiest {words.percent(at['contacted'])} reaches {words.percent(at['reached'])} "
            "of those who leave")


def _calibration_title(metrics: pd.DataFrame, calibration: pd.DataFrame) -> str:
    own = metrics[(metrics["predictor"] == "model") & (metrics["slice"] == "all")
                  & (metrics["metric"] == "calibration_error")]
    if calibration.empty or own.empty:
        return ""
    return f"Predicted and real shares of leavers differ by {words.percent(own['value'].iloc[0], 1)} on average"


def _outcomes(metrics: pd.DataFrame) -> list[Bar]:
    """One bar a band: the share of its customers who left."""
    bands = curve(metrics, {"observed_rate": "left"}, "risk_band").set_index("risk_band")
    return [Bar(words.plain(band, words.BANDS), float(bands["left"][band]), words.percent(bands["left"][band]),
                words.count(bands["rows"][band]), band)
            for band in _BANDS if band in bands.index]


def _comparison(metrics: pd.DataFrame, columns: tuple[tuple[str, str, int, bool | None], ...]) -> Comparison | None:
    whole = metrics[metrics["slice"] == "all"]
    if whole.empty:
        return None
    table = whole.pivot_table(index="predictor", columns="metric", values="value", aggfunc="first")
    present = [column for column in columns if column[0] in table.columns]
    order = sorted(table.index, key=lambda name: (name != "model", list(words.PREDICTORS).index(name)
                                                  if name in words.PREDICTORS else 99, name))
    best = {metric: (table[metric].idxmax() if more else table[metric].idxmin())
            for metric, _, _, more in present if more is not None}
    rows = [{"name": words.plain(name, words.PREDICTORS), "is_model": name == "model",
             "cells": [(words.figure(table[metric][name], digits), best.get(metric) == name)
                       for metric, _, digits, _ in present]} for name in order]
    return Comparison([heading for _, heading, _, _ in present], rows, words.count(whole["rows"].max()),
                      str(whole["cutoff_on"].iloc[0]))
