"""From the rows of a base to its figures: one pass over the rows for all KPIs and dimensions.

Rows are summed by customer first, then over customers: a customer counts once, and how customers
differ gives the interval.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from holdfast.transformations.kpis.cuts import UNKNOWN, membership_names, with_memberships
from holdfast.transformations.kpis.intervals import delta, wilson
from holdfast.transformations.kpis.kpi import ALL, Kpi
from holdfast.transformations.kpis.periods import PERIOD
from holdfast.transformations.money import from_minor, minor_per_unit
from holdfast.transformations.tables.columns import MONEY
from holdfast.transformations.tables.gold.kpis import VALUE

NO_CURRENCY: Final = "XXX"  # ISO 4217
_CELL: Final = (*PERIOD, "dimension", "dimension_value", "currency")
_EXACT: Final = "decimal(19,0)"


def figures(
    rows: DataFrame,
    kpis: Sequence[Kpi],
    memberships: DataFrame | None,
    as_of: date,
    horizon_days: int,
) -> DataFrame:
    """gold.kpis of the KPIs over one base; `rows` have customer_id, a period, cuts and measures,
    and a currency where money is among them. `memberships` are of `with_memberships`.
    """
    names = _name_sums(kpis)
    cells = _sum_by_customer(with_memberships(rows, memberships), names)
    sums = (part for kpi in kpis for part in _sums(kpi, names))
    wide = cells.groupBy(*_CELL).agg(*sums)
    further = membership_names(memberships)
    long = wide.select(
        *_CELL, F.inline(F.array(*(_figure(kpi, further, as_of, horizon_days) for kpi in kpis)))
    )
    return _select_loaded(_shape(long.filter("is_asked and (above != 0 or below != 0)")))


def _name_sums(kpis: Sequence[Kpi]) -> dict[str, str]:
    """A column for each expression that stands above or below the line, of all KPIs."""
    texts = {text for kpi in kpis for text in (kpi.numerator, _below(kpi))}
    return {text: f"sum_{at}" for at, text in enumerate(sorted(texts))}


def _below(kpi: Kpi) -> str:
    return kpi.denominator or "0"


def _sum_by_customer(rows: DataFrame, names: Mapping[str, str]) -> DataFrame:
    """The named sums by customer and cell; once for each currency where money is counted, and once
    for all where none is.
    """
    none = F.lit(NO_CURRENCY)
    is_money = "currency" in rows.columns
    currency = F.explode(F.array(none, F.col("currency"))) if is_money else none
    apart = rows.withColumn("currency", currency).select("*", F.inline_outer("cuts"))
    parts = [
        F.coalesce(F.sum(F.expr(text)), F.lit(0)).cast("bigint").alias(name)
        for text, name in names.items()
    ]
    return apart.groupBy("customer_id", *_CELL).agg(*parts)


def _sums(kpi: Kpi, names: Mapping[str, str]) -> list[Column]:
    """The sums over customers from which a figure and its interval follow."""
    above, below = F.col(names[kpi.numerator]), F.col(names[_below(kpi)])
    counted = F.count_if((above != 0) | (below != 0))
    found = {"above": F.sum(above), "below": F.sum(below), "customers": counted}
    if kpi.kind == "ratio":
        a, b = above.cast(_EXACT), below.cast(_EXACT)
        found |= {"aa": F.sum(a * a), "ab": F.sum(a * b), "bb": F.sum(b * b)}
    return [value.alias(f"{kpi.name}_{name}") for name, value in found.items()]


def _figure(kpi: Kpi, further: Sequence[str], as_of: date, horizon_days: int) -> Column:
    """The figure of a cell with all that follows from its definition."""

    def part(name: str) -> Column:
        return F.col(f"{kpi.name}_{name}")

    low, high = F.lit(None), F.lit(None)
    if kpi.kind == "share":
        low, high = wilson(part("above"), F.nullif(part("below"), F.lit(0)))
    elif kpi.kind == "ratio":
        squares = (part("aa"), part("ab"), part("bb"))
        low, high = delta(
            part("above"), F.nullif(part("below"), F.lit(0)), squares, part("customers")
        )
    of_money = F.col("currency") != F.lit(NO_CURRENCY)
    allowed = F.col("dimension").isin(ALL, *kpi.dimensions, *further)
    scale = minor_per_unit(F.col("currency")) if kpi.money == "numerator" else F.lit(1)
    found = {
        "kpi_name": F.lit(kpi.name),
        "above": part("above"),
        "below": part("below"),
        "is_sum": F.lit(kpi.kind == "sum"),
        "customers": part("customers"),
        "low": (low.cast("double") / scale).cast("double"),
        "high": (high.cast("double") / scale).cast("double"),
        "is_above_money": F.lit(kpi.money != "none"),
        "is_below_money": F.lit(kpi.money == "both"),
        "is_asked": allowed & (of_money if kpi.money != "none" else ~of_money),
        "is_exclusive": ~F.col("dimension").isin(*kpi.overlapping),
        "is_complete": kpi.is_complete(as_of, horizon_days),
        "has_own_source": F.lit(kpi.has_own_source),
    }
    return F.struct(*(value.alias(name) for name, value in found.items()))


def _shape(long: DataFrame) -> DataFrame:
    """The columns of gold.kpis, with has_own_source."""
    numerator, denominator = F.col("numerator"), F.col("denominator")
    quotient = F.when(denominator > 0, numerator / denominator)
    value = F.when(F.col("is_sum"), numerator).otherwise(quotient)
    amounts = {
        "numerator": _amount("above", "is_above_money"),
        "denominator": F.when(~F.col("is_sum"), _amount("below", "is_below_money")),
    }
    rounded = {
        name: F.when(denominator > 0, F.round(name, 6).cast(VALUE)) for name in ("low", "high")
    }
    return long.withColumns(amounts).withColumns(
        {"value": F.round(value, 6).cast(VALUE), **rounded}
    )


def _amount(name: str, is_money: str) -> Column:
    plain = F.col(name).cast(MONEY)
    return F.when(F.col(is_money), from_minor(F.col(name), F.col("currency"))).otherwise(plain)


def _select_loaded(figures_: DataFrame) -> DataFrame:
    """Without the dimensions of which nothing but unknown is known, and without the figures whose
    own source has no row.
    """
    is_found = ~F.col("has_own_source") | (F.col("numerator") != 0)
    is_known = (F.col("dimension_value") != F.lit(UNKNOWN)) & is_found
    known = F.max(is_known).over(Window.partitionBy("kpi_name", "dimension"))
    return figures_.withColumn("_is_known", known).filter("_is_known")
