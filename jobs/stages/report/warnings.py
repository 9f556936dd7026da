"""What the data of a run cannot support, said before the figures that would need it."""

from typing import Final

import pandas as pd

from holdfast.jobs.stages.report import formatting
from holdfast.jobs.stages.report.model import ReportData

YEAR: Final = 365
FEW_LEAVERS: Final = 100  # with fewer chance alone moves their number by more than a fifth
FEW_DAYS: Final = 4
MOST: Final = 0.5
# What is not seen where a silver table has no row.
UNSEEN: Final = {
    "refund_lines": "no refund was loaded: amounts are of what was sold, not of what was kept",
    "tickets": "no ticket was loaded: service is no reason that could be named",
    "message_events": "no message was loaded: who stopped reading is not known",
}


def list_warnings(data: ReportData) -> list[str]:
    """Sentences for the head of the page; none where the data carries all of it."""
    if data.customers.empty:
        return []
    found = (_history(data), _leavers(data.metrics), _one_time_buyers(data), _unseen(data))
    return [sentence for sentence in found if sentence]


def _history(data: ReportData) -> str:
    """How far orders go back, against the two years that part season from drift."""
    orders = data.freshness[data.freshness["table_name"] == "silver.orders"]
    oldest = pd.to_datetime(orders["oldest_on"]).min()
    if formatting.is_missing(oldest):
        return ""
    days = (pd.Timestamp(data.facts.as_of) - oldest).days
    months = max(1, round(days / 30.4))
    if days < YEAR:
        return (
            f"Orders go back {months} months: no season was seen twice, nor one whole. Numbers of "
            "leavers and totals are those of the months that were seen."
        )
    if days < 2 * YEAR:
        return (
            f"Orders go back {months} months: each season was seen once, and looks like "
            "a lasting rise or fall."
        )
    return ""


def _leavers(metrics: pd.DataFrame) -> str:
    """Whether enough left, on enough days, for a model to be chosen and checked by."""
    own = metrics[
        (metrics["model_name"] == "churn")
        & (metrics["predictor"] == "model")
        & (metrics["slice"] == "all")
        & (metrics["metric"] == "leavers")
    ]
    if own.empty:
        return ""
    days, newest = own["cutoff_on"].nunique() - 1, own.sort_values("cutoff_on")["value"].iloc[-1]
    if newest < FEW_LEAVERS:
        return (
            f"{formatting.count(newest)} customers left on the day the model was checked on: "
            "shares of bands and rules may be off by a fifth and more."
        )
    if days < FEW_DAYS:
        when = "one day" if days == 1 else f"{days} days"
        return f"The churn model was chosen on {when} only: another choice may be as good."
    return ""


def _one_time_buyers(data: ReportData) -> str:
    buyers = data.customers[data.customers["score_status"] == "scored"]
    once, everyone = buyers["one_time_buyers"].sum(), buyers["customers"].sum()
    if not everyone or once / everyone < MOST:
        return ""
    share = formatting.percent(once / everyone)
    return (
        f"{share} of the scored customers bought once: they have no rhythm of their own, and what "
        "is said of them is what others like them did."
    )


def _unseen(data: ReportData) -> str:
    """Kinds of facts of which there are none."""
    loaded = set(data.freshness["table_name"].str.partition(".")[2])
    unseen = [words for table, words in UNSEEN.items() if table not in loaded]
    if not unseen or not loaded:
        return ""
    said = "; ".join(unseen)
    return f"{said[0].upper()}{said[1:]}."
