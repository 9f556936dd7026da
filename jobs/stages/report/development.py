"""How the base develops: agreed figures of the last months, and who of each cohort still buys."""

from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
from pyspark.sql import functions as F

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.stages.report import formatting
from holdfast.jobs.stages.report.model import ReportData
from holdfast.jobs.stages.report.parts import collect_part
from holdfast.transformations.kpis.figures import NO_CURRENCY
from holdfast.transformations.kpis.kpi import ALL
from holdfast.transformations.kpis.registry import BY_NAME
from holdfast.transformations.tables.gold import COHORTS, KPIS

DEVELOPMENT_TABLES: Final = (KPIS, COHORTS)
_SHOWN: Final = {
    "active_customers": "Customers who ordered",
    "new_customers": "New customers",
    "retention_rate": "Of last month’s customers, ordered again",
    "churn_rate": "Active customers who left",
    "reactivation_rate": "Dormant customers who came back",
    "second_order_rate": "New customers with a second order",
    "average_order_value": "Average order",
    "net_revenue": "Revenue",
}
_COHORTS, _MONTHS = 12, 12


@dataclass(frozen=True)
class Figure:
    """A KPI: its newest complete month with the interval, the month before and the year before."""

    label: str
    month: str
    value: str
    interval: str
    before: str
    year_before: str


@dataclass(frozen=True)
class Development:
    """Everything the section shows; `cohorts` has months since, and by cohort the shares."""

    figures: list[Figure]
    cohorts: dict[str, Any]


def load_development(ctx: Context) -> dict[str, pd.DataFrame]:
    """The parts `kpis` (complete months, not cut) and `cohorts`."""
    kpis, cohorts = map(ctx.read_published, DEVELOPMENT_TABLES)
    is_whole = (F.col("dimension") == F.lit(ALL)) & (F.col("period_kind") == F.lit("month"))
    asked = kpis.filter(is_whole & F.col("is_complete") & F.col("kpi_name").isin(*_SHOWN))
    return {
        "kpis": collect_part("kpis", asked),
        "cohorts": collect_part("cohorts", cohorts.filter(F.col("months_since") <= _MONTHS)),
    }


def describe_development(data: ReportData, currency: str | None) -> Development | None:
    """The section in the main currency; None where no month is complete."""
    figures = [
        figure for name in _SHOWN if (figure := _describe(data.kpis, name, currency)) is not None
    ]
    return Development(figures, _grid(data.cohorts, currency)) if figures else None


def _describe(kpis: pd.DataFrame, name: str, currency: str | None) -> Figure | None:
    kpi = BY_NAME[name]
    is_of = NO_CURRENCY if kpi.money == "none" else currency
    own = kpis[(kpis["kpi_name"] == name) & (kpis["currency"] == is_of)]
    if own.empty:
        return None
    months = (
        own.assign(month=pd.to_datetime(own["period_start_on"])).set_index("month").sort_index()
    )
    newest = months.index[-1]

    def write(value: Any) -> str:
        if kpi.kind == "share":
            return formatting.percent(value, 1)
        return formatting.count(value) if kpi.money == "none" else formatting.money(value, currency)

    def at(months_ago: int) -> str:
        month = newest - pd.DateOffset(months=months_ago)
        return write(months.loc[month, "value"]) if month in months.index else formatting.DASH

    row = months.loc[newest]
    interval = ""
    if not formatting.is_missing(row["low"]):
        interval = f"{write(row['low'])} to {write(row['high'])}"
    return Figure(_SHOWN[name], f"{newest:%B %Y}", at(0), interval, at(1), at(12))


def _grid(cohorts: pd.DataFrame, currency: str | None) -> dict[str, Any]:
    """Shares of the newest cohorts that ordered in each month after their first, where it is over;
    empty where there is none.
    """
    own = cohorts[(cohorts["currency"] == currency) & (cohorts["months_since"] > 0)]
    seen = own[own["is_observed"].astype(bool) & (own["customers"] > 0)]
    if seen.empty:
        return {}
    share = seen["active_customers"].astype(float) / seen["customers"].astype(float)
    wide = seen.assign(share=share).pivot(index="cohort_on", columns="months_since", values="share")
    wide = wide.tail(_COHORTS)
    sizes = seen.groupby("cohort_on")["customers"].max()
    highest = float(wide.max().max()) or 1.0
    return {
        "columns": [int(month) for month in wide.columns],
        "rows": [
            (
                f"{pd.Timestamp(cohort):%b %Y}",
                formatting.count(sizes[cohort]),
                [
                    ("", 0.0) if pd.isna(one) else (formatting.percent(one), one / highest)
                    for one in wide.loc[cohort]
                ],
            )
            for cohort in wide.index
        ],
    }
