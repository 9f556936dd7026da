"""Whether the customers of the page are those that the churn model learnt from, and how early those
who left had been warned of, in sentences.
"""

from typing import Final

import pandas as pd

from holdfast.jobs.stages.report import formatting
from holdfast.jobs.stages.report.model import ReportData
from holdfast.jobs.stages.report.slices import select_figures
from holdfast.transformations.tables.drift import ALL_FEATURES

_SHOWN: Final = 3  # features named


def describe_drift(data: ReportData) -> list[str]:
    """Sentences; none without a churn model."""
    return [sentence for sentence in (_compare(data), _lead(data.metrics)) if sentence]


def _compare(data: ReportData) -> str:
    tested = data.drift[data.drift["measure"] == "p_value"].sort_values("value", kind="stable")
    if tested.empty:
        return ""
    days = (tested[f"reference_{end}_on"].iloc[0] for end in ("from", "to"))
    span = " to ".join(formatting.day(day) for day in days)
    moved = [
        name for name in tested[tested["is_alarm"].astype(bool)]["subject"] if name != ALL_FEATURES
    ]
    if not moved:
        return (
            f"Customers of today are like those of {span}, which the churn model learnt from: no "
            "feature lies outside what those days do by themselves."
        )
    named = [data.names.get(name, name) for name in moved[:_SHOWN]]
    more = len(moved) - _SHOWN
    rest = f" and {more} more (ops.drift)" if more > 0 else ""
    return (
        f"Customers of today are not like those of {span}, which the churn model learnt from. What "
        f"moved: {'; '.join(named)}{rest}."
    )


def _lead(metrics: pd.DataFrame) -> str:
    """How early leavers were warned of: by published scores where they reach back, else as the
    models of each day would have.
    """
    churn = metrics[metrics["model_name"] == "churn"]
    own = churn[churn["cutoff_on"] == churn["cutoff_on"].max()]
    leads, shares = (select_figures(own, metric) for metric in ("lead_days", "warned_share"))
    name = "published" if "published" in leads else "model"
    if name not in leads:
        return ""
    days, had = round(leads[name]), "had been" if name == "published" else "would have been"
    span = formatting.span(abs(days))
    when = f"no later than {span} after" if days < 0 else f"at least {span} before"
    return (
        f"Of those who left, {formatting.percent(shares[name])} {had} warned of, half of them "
        f"{when} their last order."
    )
