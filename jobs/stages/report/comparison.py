"""Predictors side by side: one table of a model, its rivals and their metrics."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from holdfast.jobs.stages.report import formatting


@dataclass(frozen=True)
class MetricColumn:
    """A metric, its heading, how its figure is written, and whether more of it is better."""

    metric: str
    heading: str
    write: Callable[[Any], str]
    more_is_better: bool | None


CHURN_COLUMNS: Final = (
    MetricColumn("auc", "AUC", formatting.figure, True),
    MetricColumn("average_precision", "Average precision", formatting.figure, True),
    MetricColumn("log_loss", "Log loss", formatting.figure, False),
    MetricColumn("calibration_error", "Calibration error", formatting.figure, False),
)
CHURN_DAY_COLUMNS: Final = (
    *CHURN_COLUMNS,
    MetricColumn("expected_leavers", "Expected to leave", formatting.count, None),
    MetricColumn("leavers", "Left", formatting.count, None),
)
VALUE_COLUMNS: Final = (
    MetricColumn("mean_absolute_error", "Mean error", formatting.two_digits, False),
    MetricColumn("normalised_gini", "Ranking (Gini)", formatting.figure, True),
    MetricColumn("total_error", "Error of the total", formatting.signed_percent, None),
    MetricColumn("coverage", f"In the 90{formatting.PERCENT} interval", formatting.percent, None),
)


@dataclass(frozen=True)
class Comparison:
    """One table of predictors against metrics; a cell is its text and whether it is its column's
    best.
    """

    headings: list[str]
    rows: list[dict[str, Any]]
    customers: str
    cutoff: str


def compare_predictors(
    metrics: pd.DataFrame, columns: tuple[MetricColumn, ...]
) -> Comparison | None:
    """Predictors against metrics over all rows; the rival that is the model in use gives it its
    name. None where there are no metrics.
    """
    whole = _select_whole(metrics, columns)
    if whole.empty:
        return None
    table = whole.pivot_table(index="predictor", columns="metric", values="value", aggfunc="first")
    present = [column for column in columns if column.metric in table.columns]
    table, in_use = _name_the_model(table[[column.metric for column in present]])
    best = {
        column.metric: table[column.metric].idxmax()
        if column.more_is_better
        else table[column.metric].idxmin()
        for column in present
        if column.more_is_better is not None
    }
    rows = [
        {
            "name": in_use if name == "model" else formatting.label(name, formatting.PREDICTORS),
            "is_model": name == "model",
            "cells": [
                (column.write(table[column.metric][name]), best.get(column.metric) == name)
                for column in present
            ],
        }
        for name in sorted(table.index, key=_place)
    ]
    return Comparison(
        [column.heading for column in present],
        rows,
        formatting.count(whole["rows"].max()),
        formatting.day(whole["cutoff_on"].iloc[0]),
    )


def compare_days(metrics: pd.DataFrame, columns: tuple[MetricColumn, ...]) -> Comparison | None:
    """The model in use against metrics over all rows, day by day; None where there is one day
    alone.
    """
    whole = _select_whole(metrics, columns)
    own = whole[whole["predictor"] == "model"]
    if own["cutoff_on"].nunique() < 2:
        return None
    table = own.pivot_table(index="cutoff_on", columns="metric", values="value", aggfunc="first")
    present = [column for column in columns if column.metric in table.columns]
    rows = [
        {
            "name": formatting.day(day),
            "is_model": False,
            "cells": [(column.write(table[column.metric][day]), False) for column in present],
        }
        for day in table.index
    ]
    days = formatting.day(table.index[0]), formatting.day(table.index[-1])
    return Comparison(
        [column.heading for column in present],
        rows,
        formatting.count(own["rows"].max()),
        " to ".join(days),
    )


def _select_whole(metrics: pd.DataFrame, columns: tuple[MetricColumn, ...]) -> pd.DataFrame:
    """The rows of the columns' metrics over all customers of a day."""
    is_shown = metrics["metric"].isin([column.metric for column in columns])
    return metrics[(metrics["slice"] == "all") & is_shown]


def _name_the_model(table: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """The table without rivals that are the model in use, and what that is called."""
    same = [
        name
        for name in table.index
        if name != "model" and "model" in table.index and table.loc[name].equals(table.loc["model"])
    ]
    if not same:
        return table, "The model in use"
    rival = formatting.label(same[0], formatting.PREDICTORS).lower()
    return table.drop(index=same), f"The model in use ({rival})"


def _place(predictor: str) -> tuple[int, str]:
    """Predictors that have a label in its order, the others behind them by name."""
    known = [*formatting.PREDICTORS]
    return (known.index(predictor) if predictor in known else len(known), predictor)
