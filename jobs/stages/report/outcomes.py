"""What was expected on the held-out day beside what happened: in all, by risk band and by written
rule.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

import pandas as pd

from holdfast.jobs.stages.report import formatting
from holdfast.jobs.stages.report.bars import Bar
from holdfast.jobs.stages.report.slices import pivot_slices, select_figures
from holdfast.transformations.scoring.risk_bands import BANDS

_BY_CHANCE: Final = 1.96  # standard errors that chance exceeds in 5 of 100 cases
_LEAVERS: Final = {
    "expected_leavers": "expected",
    "leavers": "left",
    "leavers_low": "low",
    "leavers_high": "high",
}


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Leavers expected and real. `alarms` says which rules know more than the probabilities,
    `trend` whether the shares of leavers that set their level stand still; empty where they do.
    """

    title: str
    bands: list[Bar]
    rules: list[Bar]
    alarms: str
    trend: str


def describe_outcomes(metrics: pd.DataFrame) -> Outcomes:
    """Of the churn model's metrics on its held-out cut-off; empty where there are none."""
    rules = pivot_slices(metrics, {**_LEAVERS, "is_alarm": "is_alarm"}, "rule")
    return Outcomes(
        _title(metrics), _bands(metrics), _rules(rules), _alarms(rules), _trend(metrics)
    )


def _alarms(rules: pd.DataFrame) -> str:
    """The rules that raise an alarm of their own."""
    heard = sorted(
        formatting.label(name, formatting.RULES) for name in rules[rules["is_alarm"] > 0]["rule"]
    )
    if not heard:
        return (
            "No rule raises an alarm of its own: the customers of each left about as often as "
            "their probabilities said."
        )
    return (
        "Customers of these rules left more often than their probabilities said, beyond what "
        f"chance explains: {'; '.join(heard)}."
    )


def _trend(metrics: pd.DataFrame) -> str:
    """What rising or falling shares of leavers mean for the number that is expected."""
    z = select_figures(metrics, "rate_trend").get("model", 0.0)
    rates = pivot_slices(metrics, {"leaving_rate": "rate"}, "as_of").sort_values("as_of")
    if abs(z) < _BY_CHANCE or rates.empty:
        return ""
    (first, last), way = rates["rate"].iloc[[0, -1]], "more" if z > 0 else "fewer"
    begin, end = (formatting.day(date.fromisoformat(on)) for on in rates["as_of"].iloc[[0, -1]])
    return (
        f"The share of customers who leave {'rises' if z > 0 else 'falls'} from cut-off to "
        f"cut-off, beyond what chance explains: {formatting.percent(first)} on {begin}, "
        f"{formatting.percent(last)} on {end}. As many leavers are expected as in the past, so "
        f"{way} may leave, above all in the first months of a log."
    )


def _bands(metrics: pd.DataFrame) -> list[Bar]:
    """One bar per band: the share of its customers who left, and how many left of how many
    expected.
    """
    bands = pivot_slices(metrics, _LEAVERS, "risk_band").set_index("risk_band")
    shares = bands["left"] / bands["rows"]
    longest = float(shares.max()) if len(bands) else 0.0
    return [
        Bar(
            formatting.label(band, formatting.BAND_LABELS),
            float(shares[band]) / longest if longest else 0.0,
            formatting.percent(shares[band]),
            formatting.count(bands["rows"][band]),
            band,
            (_say_leavers(bands.loc[band]),),
        )
        for band in reversed(BANDS)
        if band in bands.index
    ]


def _say_leavers(leavers: "pd.Series[float]") -> str:
    left, expected, low, high = (
        formatting.count(leavers[name]) for name in ("left", "expected", "low", "high")
    )
    return f"{left} left, {expected} were expected, {low} to {high} in 95 of 100 cases"


def _title(metrics: pd.DataFrame) -> str:
    """Leavers expected of everybody, and how many there were."""
    known = {name: select_figures(metrics, metric) for metric, name in _LEAVERS.items()}
    found = {name: figures["model"] for name, figures in known.items() if "model" in figures}
    if found.keys() != known.keys():
        return ""
    is_inside = found["low"] <= found["left"] <= found["high"]
    where = "inside" if is_inside else "outside"
    low, high = (formatting.count(found[name]) for name in ("low", "high"))
    return (
        f"{formatting.count(found['expected'])} leavers were expected and "
        f"{formatting.count(found['left'])} left, {where} the interval of {low} to {high}"
    )


def _rules(rules: pd.DataFrame) -> list[Bar]:
    """One bar per written rule, the most frequent first: the share of its customers who left."""
    ordered = rules.sort_values(["rows", "rule"], ascending=[False, True])
    return [
        Bar(
            formatting.label(row["rule"], formatting.RULES),
            float(row["left"] / row["rows"]),
            formatting.percent(row["left"] / row["rows"]),
            formatting.count(row["rows"]),
            facts=(_say_leavers(row),),
        )
        for _, row in ordered.iterrows()
    ]
