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
    "contribution_margin_rate": "Margin in revenue after the cost of goods",
    "traced_share": "New customers whose first touch is known",
    "acquisition_cost": "Advertising cost of a new customer, at most",
    "value_to_cost": "Value of new customers per advertising cost, at least",
}
_NEVER_FINAL: Final = [name for name in _SHOWN if BY_NAME[name].is_final == "never"]
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
    """Everything the section shows; `cohorts` has months since, and by cohort the shares; `absent`
    says what to load for figures that could not be counted.
    """

    figures: list[Figure]
    cohorts: dict[str, Any]
    absent: list[str]


def load_development(ctx: Context) -> dict[str, pd.DataFrame]:
    """The parts `kpis` (complete months, not cut; of figures that never are complete, months that
    are over) and `cohorts`.
    """
    kpis, cohorts = map(ctx.read_published, DEVELOPMENT_TABLES)
    is_whole = (F.col("dimension") == F.lit(ALL)) & (F.col("period_kind") == F.lit("month"))
    is_over = F.add_months("period_start_on", 1) <= F.lit(ctx.as_of)
    is_final = F.col("is_complete") | (F.col("kpi_name").isin(*_NEVER_FINAL) & is_over)
    asked = kpis.filter(is_whole & is_final & F.col("kpi_name").isin(*_SHOWN))
    return {
        "kpis": collect_part("kpis", asked),
        "cohorts": collect_part("cohorts", cohorts.filter(F.col("months_since") <= _MONTHS)),
    }


def describe_development(data: ReportData, currency: str | None) -> Development | None:
    """The section in the main currency; None where no month is complete."""
    found = {name: _describe(data.kpis, name, currency) for name in _SHOWN}
    figures = [figure for figure in found.values() if figure is not None]
    absent = [
        f"{_SHOWN[name]}: load {BY_NAME[name].needs}" for name in _SHOWN if found[name] is None
    ]
    return Development(figures, _grid(data.cohorts, currency), absent) if figures else None


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
        if kpi.kind == "share" or kpi.unit == "margin per revenue":
            return formatting.percent(value, 1)
        if kpi.unit == "currency":
            return formatting.money(value, currency)
        return formatting.two_digits(value) if kpi.unit == "ratio" else formatting.count(value)

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
