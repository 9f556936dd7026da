"""What has changed since the run before."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from holdfast.jobs.stages.evaluation.metrics import newest_metrics_of
from holdfast.jobs.stages.report import formatting
from holdfast.jobs.stages.report.model import Earlier, Facts, ReportData
from holdfast.jobs.stages.report.population import Population, divide_customers, main_currency
from holdfast.transformations.scoring.risk_bands import BANDS


@dataclass(frozen=True)
class Change:
    """One figure: as it was, as it is, and the difference."""

    label: str
    before: str
    now: str
    difference: str


@dataclass(frozen=True)
class Changes:
    """The section on changes; without rows the title says why there are none."""

    title: str
    rows: list[Change] = field(default_factory=list)
    note: str = ""


def describe_changes(data: ReportData) -> Changes:
    """The run against the one published before it, money in the main currency of this one."""
    if data.facts.earlier_run is None:
        return Changes("This is the first published run: the next will be compared with it.")
    if data.earlier is None:
        return Changes(
            f"Run {data.facts.earlier_run} can no longer be read, so nothing is compared with it."
        )
    currency = main_currency(data.customers)
    now = divide_customers(data.customers, currency)
    before = divide_customers(data.earlier.customers, currency)
    return Changes(
        _title(data.earlier, data.facts, now, before),
        [*_customers(now, before), *_money(now, before), *_auc(data.earlier, data.metrics)],
        _held_out(data.earlier, data.metrics),
    )


def _title(earlier: Earlier, facts: Facts, now: Population, before: Population) -> str:
    is_expected = now.has_probability and before.has_probability
    leaving, seen = (
        round(one.leavers.expected if is_expected else one.risk["customers"].sum())
        for one in (now, before)
    )
    more, what = leaving - seen, "expected to leave" if is_expected else "at risk"
    then = f"in run {facts.earlier_run} of {formatting.day(earlier.as_of)}"
    if not more:
        return f"As many customers are {what} as {then}"
    who = f"{'more' if more > 0 else 'fewer'} customer{' is' if abs(more) == 1 else 's are'}"
    return f"{formatting.count(abs(more))} {who} {what} than {then}"


def _change(label: str, before: Any, now: Any, write: Callable[[Any], str]) -> Change:
    difference = None if formatting.is_missing(before) else now - before
    return Change(label, write(before), write(now), formatting.write_difference(difference, write))


def _customers(now: Population, before: Population) -> Iterator[Change]:
    def sizes(population: Population) -> list[float]:
        bands = population.scored.groupby("risk_band")["customers"].sum()
        whole = (population.cube["customers"].sum(), population.scored["customers"].sum())
        return [*whole, *(bands.get(band, 0.0) for band in reversed(BANDS))]

    bands = [f"Risk: {formatting.BAND_LABELS[band].lower()}" for band in reversed(BANDS)]
    labels = ["Known", "Active and scored", *bands]
    for label, was, is_now in zip(labels, sizes(before), sizes(now), strict=True):
        yield _change(label, was, is_now, formatting.count)
    if now.has_probability and before.has_probability:
        was, is_now = (round(one.leavers.expected) for one in (before, now))
        yield _change("Expected to leave", was, is_now, formatting.count)


def _money(now: Population, before: Population) -> Iterator[Change]:
    """Sums that both runs know."""

    def sums(population: Population) -> tuple[float, float]:
        expected, risk = population.own["expected_amount"], population.own["at_risk_amount"]
        return expected.sum(min_count=1), risk.sum(min_count=1)

    labels = ("Expected in 12 months", "Value at risk")
    for label, was, is_now in zip(labels, sums(before), sums(now), strict=True):
        if not formatting.is_missing(was + is_now):
            yield _change(label, was, is_now, lambda amount: formatting.money(amount, now.currency))


def _auc(earlier: Earlier, metrics: pd.DataFrame) -> Iterator[Change]:
    """The churn model of each run, where both had one that could be evaluated."""
    was, now = (_newest_auc(frame) for frame in (earlier.metrics, metrics))
    if was and now:
        yield _change("AUC of the churn model", was, now, formatting.figure)


def _held_out(earlier: Earlier, metrics: pd.DataFrame) -> str:
    """The days whose customers the two AUCs are of, where they differ."""
    was, now = (_whole(frame)["cutoff_on"].max() for frame in (earlier.metrics, metrics))
    if formatting.is_missing(was) or formatting.is_missing(now) or was == now:
        return ""
    days = f"of {formatting.day(was)}, now {formatting.day(now)}"
    return f"AUC is that of each run’s own held-out customers: {days}."


def _newest_auc(metrics: pd.DataFrame) -> float | None:
    return newest_metrics_of(_whole(metrics), "churn", "model").get("auc")


def _whole(metrics: pd.DataFrame) -> pd.DataFrame:
    """The churn model's metrics over all rows."""
    own = metrics[metrics["model_name"] == "churn"]
    return own[own["slice"] == "all"] if "slice" in own else own
