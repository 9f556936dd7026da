"""How far the figures can be trusted: later outcomes, calibration, lift, rivals, intervals.

What it looks for in ops.model_metrics, at the newest cut-off of the version that scores (model_name churn or value):
- every predictor (`model` is the one in use), slice all: auc, average_precision, log_loss, calibration_error of churn;
  mean_absolute_error (in units of the currency), normalised_gini, total_error, coverage of value.
- predictor model, slice `bin=01` and on, equal groups by probability: mean_probability, observed_rate.
- predictor model, slice `risk_band=high` and so on: observed_rate.
- predictors model and recency, slice `contacted=0.1` to `contacted=1.0`: lift, the share of leavers reached.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from holdfast.jobs.stages.report import formatting
from holdfast.jobs.stages.report.model import ReportData
from holdfast.jobs.stages.report.risk import BANDS, Bar

CHURN: Final = "churn"
VALUE: Final = "value"

Column = tuple[
    str, str, Callable[[Any], str], bool | None
]  # metric, heading, how it is said, whether more is better
_CHURN_COLUMNS: Final[tuple[Column, ...]] = (
    ("auc", "AUC", formatting.figure, True),
    ("average_precision", "Average precision", formatting.figure, True),
    ("log_loss", "Log loss", formatting.figure, False),
    ("calibration_error", "Calibration error", formatting.figure, False),
)
_VALUE_COLUMNS: Final[tuple[Column, ...]] = (
    ("mean_absolute_error", "Mean error", lambda value: formatting.figure(value, 2), False),
    ("normalised_gini", "Ranking (Gini)", formatting.figure, True),
    ("total_error", "Error of the total", formatting.signed_percent, None),
    ("coverage", f"In the 90{formatting.PERCENT} interval", formatting.percent, None),
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
    churn_title: str
    value: Comparison | None
    value_title: str
    outcomes: list[Bar]
    outcomes_title: str
    calibration: pd.DataFrame
    calibration_title: str
    lift: pd.DataFrame
    lift_title: str
    cutoff: str
    coverage: str
    decisions: list[tuple[str, str]] = field(default_factory=list)


def proof(data: ReportData, currency: str | None) -> Proof:
    """Figures of the newest held-out cut-off of the models that scored this run."""
    churn, value = (_newest(data.metrics, model) for model in (CHURN, VALUE))
    bins = curve(churn, {"mean_probability": "expected", "observed_rate": "observed"}, "bin")
    lift = lift_points(churn)
    outcomes = _outcomes(churn)
    return Proof(
        churn=_comparison(churn, _CHURN_COLUMNS),
        churn_title=_churn_title(churn),
        value=_comparison(value, _VALUE_COLUMNS),
        value_title=_value_title(value, currency),
        outcomes=outcomes,
        outcomes_title=_outcomes_title(outcomes),
        calibration=merged(bins),
        calibration_title=_calibration_title(churn, bins),
        lift=lift,
        lift_title=_lift_title(lift),
        cutoff=formatting.day(churn["cutoff_on"].iloc[0]) if len(churn) else "",
        coverage=formatting.percent(_figures(value, "coverage").get("model")),
        decisions=[
            (
                f"{str(row.model_name).capitalize()} model, version {row.model_version}",
                str(row.why).replace("_", " "),
            )
            for row in data.decisions.itertuples()
        ],
    )


def _newest(metrics: pd.DataFrame, model: str) -> pd.DataFrame:
    """The rows of one model at its newest held-out cut-off."""
    mine = metrics[metrics["model_name"] == model]
    return mine[mine["cutoff_on"] == mine["cutoff_on"].max()] if len(mine) else mine


def curve(metrics: pd.DataFrame, measures: dict[str, str], dimension: str) -> pd.DataFrame:
    """The model's metrics in slices `dimension=value` side by side: value, one column a measure,
    rows.
    """
    prefix = f"{dimension}="
    sliced = metrics[
        (metrics["predictor"] == "model")
        & metrics["slice"].str.startswith(prefix)
        & metrics["metric"].isin(list(measures))
    ]
    if sliced.empty:
        return pd.DataFrame(columns=[dimension, *measures.values(), "rows"])
    keyed = sliced.assign(**{dimension: sliced["slice"].str.removeprefix(prefix)})
    wide = keyed.pivot_table(
        index=dimension, columns="metric", values="value", aggfunc="first"
    ).rename(columns=measures)
    wide["rows"] = keyed.groupby(dimension)["rows"].first()
    return wide.reset_index().dropna()


def lift_points(metrics: pd.DataFrame) -> pd.DataFrame:
    """predictor, contacted, reached: leavers reached when the riskiest share of customers is
    contacted.
    """
    sliced = metrics[(metrics["metric"] == "lift") & metrics["slice"].str.startswith("contacted=")]
    points = pd.DataFrame(
        {
            "predictor": sliced["predictor"],
            "contacted": sliced["slice"].str.removeprefix("contacted=").astype(float),
            "reached": sliced["value"].astype(float),
        }
    )
    return points.sort_values(["predictor", "contacted"]).reset_index(drop=True)


def merged(bins: pd.DataFrame) -> pd.DataFrame:
    """Bins whose predicted shares are the same to a percent as one, weighted by their rows."""
    if bins.empty:
        return bins
    held = bins.astype({"expected": float, "observed": float, "rows": float})
    sums = (
        held.assign(
            expected=held["expected"] * held["rows"], observed=held["observed"] * held["rows"]
        )
        .groupby(held["expected"].round(2))[["expected", "observed", "rows"]]
        .sum()
    )
    return sums.assign(
        expected=sums["expected"] / sums["rows"], observed=sums["observed"] / sums["rows"]
    ).reset_index(drop=True)


def _figures(metrics: pd.DataFrame, metric: str) -> dict[str, float]:
    """Predictor to its figure over all rows."""
    found = metrics[(metrics["slice"] == "all") & (metrics["metric"] == metric)]
    return dict(zip(found["predictor"].astype(str), found["value"].astype(float), strict=True))


def _lift_title(lift: pd.DataFrame) -> str:
    model = lift[lift["predictor"] == "model"]
    if model.empty:
        return "Leavers reached by contacting the riskiest"
    at = model.iloc[(model["contacted"] - 0.2).abs().argmin()]
    return (
        f"Contacting the riskiest {formatting.percent(at['contacted'])} reaches "
        f"{formatting.percent(at['reached'])} "
        "of those who leave"
    )


def _calibration_title(metrics: pd.DataFrame, calibration: pd.DataFrame) -> str:
    own = metrics[
        (metrics["predictor"] == "model")
        & (metrics["slice"] == "all")
        & (metrics["metric"] == "calibration_error")
    ]
    if calibration.empty or own.empty:
        return "Predicted and real shares of leavers"
    return f"Predicted and real shares of leavers differ by {100 * float(own['value'].iloc[0]):.1f} points on average"


def _churn_title(metrics: pd.DataFrame) -> str:
    found = _figures(metrics, "auc")
    model = found.pop("model", None)
    if model is None or not found:
        return "The model against simpler ones"
    rival = max(sorted(found), key=found.__getitem__)
    name = formatting.plain(rival, formatting.PREDICTORS)
    if model >= found[rival]:
        return f"The model ranks leavers better than any rival: AUC {model:.3f}, {name.lower()} {found[rival]:.3f}"
    return f"{name} ranks leavers better than the model in use: AUC {found[rival]:.3f} against {model:.3f}"


def _value_title(metrics: pd.DataFrame, currency: str | None) -> str:
    found = _figures(metrics, "mean_absolute_error")
    if not {"model", "past_rate"} <= set(found):
        return "Value forecasts against simpler ones"
    return (
        f"Value forecasts err by {formatting.money(found['model'], currency)} a customer; to go on "
        "as in the past errs by "
        f"{formatting.money(found['past_rate'], currency)}"
    )


def _outcomes(metrics: pd.DataFrame) -> list[Bar]:
    """One bar a band: the share of its customers who left."""
    bands = curve(metrics, {"observed_rate": "left"}, "risk_band").set_index("risk_band")
    longest = float(bands["left"].max()) if len(bands) else 0.0
    return [
        Bar(
            formatting.plain(band, formatting.BANDS),
            float(bands["left"][band]) / longest if longest else 0.0,
            formatting.percent(bands["left"][band]),
            formatting.count(bands["rows"][band]),
            band,
        )
        for band in BANDS
        if band in bands.index
    ]


def _outcomes_title(outcomes: list[Bar]) -> str:
    if len(outcomes) < 2:
        return ""
    return (
        f"Of customers in the band “{outcomes[0].label.lower()}” {outcomes[0].value} left; in “"
        f"{outcomes[-1].label.lower()}”, {outcomes[-1].value}"
    )


def _comparison(metrics: pd.DataFrame, columns: tuple[Column, ...]) -> Comparison | None:
    """Predictors against metrics; the rival that is the model in use gives it its name."""
    whole = metrics[metrics["slice"] == "all"]
    if whole.empty:
        return None
    table = whole.pivot_table(index="predictor", columns="metric", values="value", aggfunc="first")
    present = [column for column in columns if column[0] in table.columns]
    figures = table[[metric for metric, *_ in present]]
    same = [
        name
        for name in table.index
        if name != "model"
        and "model" in table.index
        and figures.loc[name].equals(figures.loc["model"])
    ]
    table = table.drop(index=same)
    in_use = (
        f"The model in use ({formatting.plain(same[0], formatting.PREDICTORS).lower()})"
        if same
        else "The model in use"
    )
    known = [*formatting.PREDICTORS]
    order = sorted(
        table.index, key=lambda name: (known.index(name) if name in known else len(known), name)
    )
    best = {
        metric: (table[metric].idxmax() if more else table[metric].idxmin())
        for metric, _, _, more in present
        if more is not None
    }
    rows = [
        {
            "name": in_use if name == "model" else formatting.plain(name, formatting.PREDICTORS),
            "is_model": name == "model",
            "cells": [
                (said(table[metric][name]), best.get(metric) == name)
                for metric, _, said, _ in present
            ],
        }
        for name in order
    ]
    return Comparison(
        [heading for _, heading, _, _ in present],
        rows,
        formatting.count(whole["rows"].max()),
        formatting.day(whole["cutoff_on"].iloc[0]),
    )
