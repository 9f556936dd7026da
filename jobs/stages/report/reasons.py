"""Why customers leave: reasons with the facts behind them, by channel, and the written rules that
fired.
"""

import math
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from holdfast.jobs.stages.report import formatting
from holdfast.jobs.stages.report.bars import Bar
from holdfast.jobs.stages.report.causes import Causes, compare_with_causes
from holdfast.jobs.stages.report.model import ReportData
from holdfast.transformations.tables.vocabulary import UNCLEAR

_RARE: Final = 0.1  # share of a reason's customers below which a fact is not shown
_FACTS: Final = 2  # facts shown for each reason
_TIMES: Final = "\N{NO-BREAK SPACE}×"
_RULES: Final = 8  # rules shown


@dataclass(frozen=True)
class Reasons:
    """Everything the section on reasons shows. Without a model there are no rows and the rules
    stand alone.
    """

    title: str
    rows: list[Bar]
    without: str
    grid: dict[str, Any]
    rule_hits: list[Bar]
    causes: Causes | None


def describe_reasons(
    data: ReportData, risk: pd.DataFrame, amounts: "pd.Series[float]", currency: str | None
) -> Reasons:
    """Reasons of the customers at risk: `risk` is their part of the cube, `amounts` the money by
    reason.
    """
    has_reason = risk["top_reason"].notna() & (risk["top_reason"] != UNCLEAR)
    sums = risk[has_reason].groupby("top_reason")["customers"].sum()
    sums = sums.sort_index().sort_values(ascending=False, kind="stable")
    longest, total = sums.max() if len(sums) else 0, sums.sum()
    facts = _facts(data, currency)
    rows = [
        Bar(
            formatting.label(code, formatting.REASONS),
            value / longest if longest else 0.0,
            f"{formatting.count(value)} · {formatting.percent(value / total if total else 0)}",
            formatting.money(amounts.get(code), currency),
            facts=facts.get(str(code), ()),
        )
        for code, value in sums.items()
    ]
    return Reasons(
        _title(sums),
        rows,
        _without(risk, total),
        _grid(risk[has_reason]),
        _rule_hits(data.rule_hits),
        compare_with_causes(data),
    )


def _title(sums: "pd.Series[float]") -> str:
    if not len(sums):
        return "Why they may leave"
    first = formatting.label(sums.index[0], formatting.REASONS)
    share = formatting.percent(sums.iloc[0] / sums.sum())
    return f"{first} is the most frequent reason: {share} of those who have one"


def _without(risk: pd.DataFrame, with_reason: float) -> str:
    """Those of whom no row says why."""
    everyone = risk["customers"].sum()
    others = everyone - with_reason
    return (
        f"Of {formatting.customers(others)} more at risk ({formatting.percent(others / everyone)} "
        "of all) no row says why."
        if others
        else ""
    )


def _grid(risk: pd.DataFrame) -> dict[str, Any]:
    """Reasons down, channels across: each channel's customers at risk divided among reasons."""
    table = risk.pivot_table(
        index="top_reason",
        columns="main_channel",
        values="customers",
        aggfunc="sum",
        fill_value=0.0,
    )
    if table.empty or len(table.columns) < 2:
        return {}
    table = table.loc[
        table.sum(axis=1).sort_values(ascending=False).index,
        table.sum().sort_values(ascending=False).index,
    ]
    shares = table / table.sum()
    return {
        "channels": [formatting.label(code, formatting.CHANNELS) for code in table.columns],
        "totals": [formatting.count(total) for total in table.sum()],
        "rows": [
            (
                formatting.label(code, formatting.REASONS),
                [(formatting.percent(share), float(share)) for share in row],
            )
            for code, row in zip(shares.index, shares.to_numpy(), strict=True)
        ],
    }


def _facts(data: ReportData, currency: str | None) -> dict[str, tuple[str, ...]]:
    """The most frequent facts behind each reason, as sentences; rare ones say little and are left
    out.
    """
    ordered = data.evidence.sort_values(["customers", "evidence"], ascending=[False, True])
    found = {}
    for reason, group in ordered.groupby("reason", sort=False):
        frequent = group[group["customers"] >= _RARE * group["customers"].sum()].head(_FACTS)
        found[str(reason)] = tuple(_fact(row, data, currency) for row in frequent.itertuples())
    return found


def _fact(row: Any, data: ReportData, currency: str | None) -> str:
    key = str(row.evidence)
    name, unit = data.names.get(key, key.replace("_", " ")), data.units.get(key, "")
    if formatting.is_missing(row.mean_value):
        shown = "not known"
    elif unit == "log ratio":
        shown = formatting.signed_percent(math.expm1(float(row.mean_value)))
    elif key.endswith("_change"):
        shown = formatting.points(row.mean_value)
    else:
        shown = f"{_measure(row.mean_value, unit, currency)}{_usual(row, unit, currency)}"
    return f"{name}: {shown} ({formatting.customers(row.customers)})"


def _usual(row: Any, unit: str, currency: str | None) -> str:
    """What it is compared with: what those who stay show."""
    if formatting.is_missing(row.mean_baseline):
        return ""
    return f", against {_measure(row.mean_baseline, unit, currency)} usually"


def _measure(value: Any, unit: str, currency: str | None) -> str:
    if unit == "share":
        return formatting.percent(value)
    if unit == "currency":
        return formatting.money(value, currency)
    return f"{formatting.quantity(value)}{_TIMES if unit == 'ratio' else ''}"


def _rule_hits(hits: pd.DataFrame) -> list[Bar]:
    """Written rules that fired: what, how often against the most frequent, how often."""
    ordered = hits.sort_values(["customers", "rule"], ascending=[False, True]).head(_RULES)
    longest = float(ordered["customers"].max()) if len(ordered) else 0.0
    return [
        Bar(
            formatting.label(row.rule, formatting.RULES),
            float(row.customers) / longest if longest else 0.0,
            formatting.count(row.customers),
            kind="quiet",
        )
        for row in ordered.itertuples()
    ]
