"""gold.cohorts: the triangle of what cohorts did, with what is expected of the rest."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
from pyspark.sql import DataFrame

from holdfast.jobs.runtime.runs.context import Context
from holdfast.models.arrays import Floats
from holdfast.models.value.chain_ladder import project_triangle
from holdfast.transformations.kpis.cohorts import triangle
from holdfast.transformations.sources.currencies import DECIMALS, USUAL
from holdfast.transformations.tables.gold import COHORTS

Rows = list[dict[str, Any]]


def make_cohorts(ctx: Context, history: DataFrame) -> DataFrame:
    """gold.cohorts of the orders of `order_history`; months times months are few."""
    cells = [row.asDict() for row in triangle(history).collect()]
    return ctx.frame_of(COHORTS, complete_triangle(cells, ctx.as_of))


def complete_triangle(cells: Rows, as_of: date) -> Rows:
    """Rows of gold.cohorts from those of `triangle`, by currency: each cohort at every age that the
    oldest one reaches in the month of the day before `as_of`.
    """
    currencies = sorted({cell["currency"] for cell in cells})
    return [
        row
        for currency in currencies
        for row in _complete([c for c in cells if c["currency"] == currency], as_of)
    ]


def _complete(cells: Rows, as_of: date) -> Iterator[dict[str, Any]]:
    """The rows of one currency."""
    known = {(cell["cohort_on"], cell["months_since"]): cell for cell in cells}
    cohorts = sorted({cohort for cohort, _ in known})
    last = as_of - timedelta(days=1)
    ages = range(_month_number(last) - _month_number(cohorts[0]) + 1)
    projected = ("active_customers", "revenue_amount")
    active, revenue = (_project(known, cohorts, ages, as_of, name) for name in projected)
    for at, cohort in enumerate(cohorts):
        size = known[cohort, 0]["active_customers"]
        for age in ages:
            month = _add_months(cohort, age)
            currency = known[cohort, 0]["currency"]
            yield {
                "cohort_on": cohort,
                "months_since": age,
                "currency": currency,
                "month_on": month,
                "is_observed": _is_over(month, as_of),
                "customers": size,
                **_seen(known.get((cohort, age)), has_begun=month < as_of),
                "projected_active_customers": _round(active[at, age], 4),
                "projected_revenue_amount": _round(revenue[at, age], DECIMALS.get(currency, USUAL)),
            }


def _seen(cell: dict[str, Any] | None, *, has_begun: bool) -> dict[str, Any]:
    """What was seen of a cohort in a month: nothing where it has not begun, 0 where nobody came."""
    names = ("active_customers", "orders", "revenue_amount")
    if not has_begun:
        return dict.fromkeys(names)
    return {name: cell[name] if cell else Decimal(0) if "amount" in name else 0 for name in names}


def _project(
    known: dict[tuple[date, int], dict[str, Any]],
    cohorts: list[date],
    ages: Iterable[int],
    as_of: date,
    name: str,
) -> Floats:
    """The projection of one column, by cohort and age, from the months that are over."""
    observed = [
        [
            float(known[cohort, age][name] if (cohort, age) in known else 0)
            if _is_over(_add_months(cohort, age), as_of)
            else np.nan
            for age in ages
        ]
        for cohort in cohorts
    ]
    return project_triangle(np.array(observed))


def _is_over(month: date, as_of: date) -> bool:
    return _add_months(month, 1) <= as_of


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _add_months(month: date, months: int) -> date:
    year, number = divmod(_month_number(month) + months, 12)
    return date(year, number + 1, 1)


def _round(value: float, decimals: int) -> Decimal | None:
    if np.isnan(value):
        return None
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
