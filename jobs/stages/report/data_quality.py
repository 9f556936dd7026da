"""Completeness and freshness of the data, cost of the run, and the limits of the figures."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from holdfast.jobs.stages.report import formatting
from holdfast.jobs.stages.report.bars import Bar
from holdfast.jobs.stages.report.model import ReportData


@dataclass(frozen=True)
class DataQuality:
    """Figures about data and run."""

    batches: list[dict[str, Any]]
    rejected: list[Bar]
    checks: str
    broken: list[dict[str, str]]
    fresh: list[dict[str, Any]]
    jobs: list[Bar]
    total: str
    limits: list[str]


def describe_data_quality(data: ReportData) -> DataQuality:
    """Everything the last sections show."""
    checks = data.checks
    broken = checks[~checks["is_passed"].astype(bool)] if len(checks) else checks
    return DataQuality(
        batches=_batches(data.batches),
        rejected=_rejected(data.quarantine),
        checks=_check_summary(len(checks), len(broken)),
        broken=[
            {
                "check": str(row.check_name).replace("_", " "),
                "subject": str(row.subject),
                "expected": formatting.quantity(row.expected),
                "actual": formatting.quantity(row.actual),
                "detail": "" if formatting.is_missing(row.detail) else str(row.detail),
            }
            for row in broken.itertuples()
        ],
        fresh=_fresh(data.freshness, data.facts.as_of),
        jobs=_jobs(data.jobs),
        total=_total(data.jobs),
        limits=_limits(data),
    )


def _check_summary(checks: int, broken: int) -> str:
    if not checks:
        return "No check was recorded."
    return (
        f"All {checks} checks hold." if not broken else f"{broken} of {checks} checks do not hold:"
    )


def _batches(batches: pd.DataFrame) -> list[dict[str, Any]]:
    """One row per source: the equation in = loaded + rejected + repeats + erased, and whether it
    holds.
    """
    rows = []
    for row in batches.sort_values("source").itertuples():
        parts = (row.rows_loaded, row.rows_quarantined, row.rows_duplicate, row.rows_suppressed)
        rows.append(
            {
                "source": str(row.source),
                "files": formatting.count(row.files),
                "in": formatting.count(row.rows_in),
                "parts": [formatting.count(part) for part in parts],
                "holds": int(row.rows_in) == sum(int(part) for part in parts),
            }
        )
    return rows


def _rejected(quarantine: pd.DataFrame) -> list[Bar]:
    sums = (
        quarantine.groupby(["source", "reasons"])["rows"]
        .sum()
        .sort_values(ascending=False, kind="stable")
        .head(12)
    )
    longest = sums.max() if len(sums) else 0
    return [
        Bar(formatting.rule_names(reason), rows / longest, formatting.count(rows), str(source))
        for (source, reason), rows in sums.items()
    ]


def _fresh(freshness: pd.DataFrame, as_of: date) -> list[dict[str, Any]]:
    """One row per source: its newest event and how many days before the run's day it lies."""
    rows = []
    for source, group in freshness.groupby("source"):
        newest = pd.to_datetime(group["newest_on"]).max()
        age = None if formatting.is_missing(newest) else (pd.Timestamp(as_of) - newest).days
        rows.append(
            {
                "source": str(source),
                "rows": formatting.count(group["rows"].sum()),
                "tables": formatting.join_words(
                    sorted(group["table_name"].str.partition(".")[2].str.replace("_", " "))
                ),
                "newest": formatting.DASH if age is None else f"{newest:%Y-%m-%d}",
                "age": formatting.DASH
                if age is None
                else "up to date"
                if age <= 1
                else f"{age} days",
            }
        )
    return rows


def _jobs(jobs: pd.DataFrame) -> list[Bar]:
    longest = jobs["seconds"].max() if len(jobs) else 0
    return [
        Bar(
            str(row.job).replace("_", " "),
            float(row.seconds) / longest if longest else 0.0,
            formatting.seconds(row.seconds) if row.status == "done" else "unchanged",
            f"{int(row.commits)} commits" if row.commits != 1 else "1 commit",
        )
        for row in jobs.itertuples()
    ]


def _total(jobs: pd.DataFrame) -> str:
    if jobs.empty:
        return ""
    seconds = formatting.seconds(jobs["seconds"].sum())
    return f"{seconds} in all, {formatting.count(jobs['commits'].sum())} commits"


def _limits(data: ReportData) -> list[str]:
    """What the page does not prove, in words."""
    sentences = [
        f"Risk is about the next {data.facts.horizon_days} days and says who leaves if nothing is "
        "done. It "
        "does not say who can be kept: that needs an experiment with a control group.",
        "Value of 12 months reaches past any period it could be checked on; only the shorter "
        "horizon was backtested.",
    ]
    if len(data.evidence):
        sentences.append(
            "Reasons are read from what customers do, as those did who complained and left. They "
            "say what rows show, not what customers think."
        )
    if data.customers["at_risk_amount"].notna().any():
        sentences.append(
            "Value at risk is the probability of leaving times what a customer who stays is "
            f"expected to spend in {data.facts.horizon_days} days."
        )
    if len(data.customers):
        sentences.append(
            "Two records are taken for one person when names and addresses agree well enough; some "
            "pairs are "
            "missed and a few are wrong. gold.customer_keys has the confidence of each."
        )
    return sentences
