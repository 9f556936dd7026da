"""How far the figures can be trusted: later outcomes, calibration, gain, rivals, intervals.

Read from ops.model_metrics, at the newest cut-off of the version that scores (model_name churn or
value):
- every predictor (`model` is the one in use), slice all: of churn auc, average_precision, log_loss,
  calibration_error; of value mean_absolute_error (in units of the currency), normalised_gini,
  total_error, coverage.
- predictor model, slice `bin=01` and on, equal groups by probability: mean_probability,
  observed_rate.
- predictor model, slice all, `risk_band=high` and so on, and `rule=idle_high` and so on:
  expected_leavers, leavers, leavers_low, leavers_high; of rules also is_alarm.
- predictors model and recency, slice `contacted=0.1` to `contacted=1.0`: gain, the share of leavers
  reached.
"""

from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from holdfast.jobs.stages.report import formatting
from holdfast.jobs.stages.report.comparison import (
    CHURN_COLUMNS,
    CHURN_DAY_COLUMNS,
    VALUE_COLUMNS,
    Comparison,
    compare_days,
    compare_predictors,
)
from holdfast.jobs.stages.report.model import ReportData
from holdfast.jobs.stages.report.outcomes import Outcomes, describe_outcomes
from holdfast.jobs.stages.report.slices import pivot_slices, select_figures

CHURN: Final = "churn"
VALUE: Final = "value"


@dataclass(frozen=True, eq=False)
class ModelQuality:
    """Everything the section on trust shows; empty parts say so on the page."""

    churn: Comparison | None
    churn_title: str
    churn_by_day: Comparison | None
    value: Comparison | None
    value_title: str
    value_by_day: Comparison | None
    outcomes: Outcomes
    calibration: pd.DataFrame
    calibration_title: str
    gains: pd.DataFrame
    gains_title: str
    cutoff: str
    coverage: str
    decisions: list[tuple[str, str]] = field(default_factory=list)


def describe_model_quality(data: ReportData, currency: str | None) -> ModelQuality:
    """Figures of the newest held-out cut-off of the models that scored this run."""
    churn, value = (_newest_cutoff(data.metrics, model) for model in (CHURN, VALUE))
    bins = pivot_slices(churn, {"mean_probability": "expected", "observed_rate": "observed"}, "bin")
    gains = select_gains(churn)
    return ModelQuality(
        churn=compare_predictors(churn, CHURN_COLUMNS),
        churn_title=_churn_title(churn),
        churn_by_day=compare_days(
            data.metrics[data.metrics["model_name"] == CHURN], CHURN_DAY_COLUMNS
        ),
        value=compare_predictors(value, VALUE_COLUMNS),
        value_title=_value_title(value, currency),
        value_by_day=compare_days(data.metrics[data.metrics["model_name"] == VALUE], VALUE_COLUMNS),
        outcomes=describe_outcomes(churn),
        calibration=merge_equal_bins(bins),
        calibration_title=_calibration_title(churn, bins),
        gains=gains,
        gains_title=_gains_title(gains),
        cutoff=formatting.day(churn["cutoff_on"].iloc[0]) if len(churn) else "",
        coverage=formatting.percent(select_figures(value, "coverage").get("model")),
        decisions=[
            (
                f"{str(row.model_name).capitalize()} model, version {row.model_version}",
                str(row.why).replace("_", " "),
            )
            for row in data.decisions.itertuples()
        ],
    )


def _newest_cutoff(metrics: pd.DataFrame, model: str) -> pd.DataFrame:
    """The rows of one model at its newest held-out cut-off."""
    own = metrics[metrics["model_name"] == model]
    return own[own["cutoff_on"] == own["cutoff_on"].max()] if len(own) else own


def select_gains(metrics: pd.DataFrame) -> pd.DataFrame:
    """predictor, contacted, reached: leavers reached when the riskiest share of customers is
    contacted.
    """
    sliced = metrics[(metrics["metric"] == "gain") & metrics["slice"].str.startswith("contacted=")]
    points = pd.DataFrame(
        {
            "predictor": sliced["predictor"],
            "contacted": sliced["slice"].str.removeprefix("contacted=").astype(float),
            "reached": sliced["value"].astype(float),
        }
    )
    return points.sort_values(["predictor", "contacted"]).reset_index(drop=True)


def merge_equal_bins(bins: pd.DataFrame) -> pd.DataFrame:
    """Bins whose predicted shares are the same to a percent as one, weighted by their rows."""
    if bins.empty:
        return bins
    typed = bins.astype({"expected": float, "observed": float, "rows": float})
    sums = (
        typed.assign(
            expected=typed["expected"] * typed["rows"], observed=typed["observed"] * typed["rows"]
        )
        .groupby(typed["expected"].round(2))[["expected", "observed", "rows"]]
        .sum()
    )
    return sums.assign(
        expected=sums["expected"] / sums["rows"], observed=sums["observed"] / sums["rows"]
    ).reset_index(drop=True)


def _gains_title(gains: pd.DataFrame) -> str:
    model = gains[gains["predictor"] == "model"]
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
    points = 100 * float(own["value"].iloc[0])
    return f"Predicted and real shares of leavers differ by {points:.1f} points on average"


def _churn_title(metrics: pd.DataFrame) -> str:
    found = select_figures(metrics, "auc")
    model = found.pop("model", None)
    rivals = {name: auc for name, auc in found.items() if auc != model}  # one of them is the model
    if model is None or not rivals:
        return "The model against simpler ones"
    rival = max(sorted(rivals), key=rivals.__getitem__)
    name = formatting.label(rival, formatting.PREDICTORS).lower()
    if model > rivals[rival]:
        return (
            f"The model ranks leavers better than any rival: AUC {model:.3f}, "
            f"{name} {rivals[rival]:.3f}"
        )
    return (
        f"Leavers are ranked better by {name} than by the model in use: AUC {rivals[rival]:.3f} "
        f"against {model:.3f}"
    )


def _value_title(metrics: pd.DataFrame, currency: str | None) -> str:
    found = select_figures(metrics, "mean_absolute_error")
    if not {"model", "past_rate"} <= set(found):
        return "Value forecasts against simpler ones"
    own, past = (formatting.money(found[name], currency) for name in ("model", "past_rate"))
    return f"Value forecasts err by {own} per customer; to go on as in the past errs by {past}"
