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
from holdfast.transformations.kpis.kpi import ALL, Base, Kpi
from holdfast.transformations.kpis.periods import PERIOD
from holdfast.transformations.kpis.registry import kpis_of
from holdfast.transformations.money import from_minor, minor_per_unit
from holdfast.transformations.tables.columns import MONEY
from holdfast.transformations.tables.gold.kpis import VALUE
from holdfast.transformations.union import union_by_name

NO_CURRENCY: Final = "XXX"  # ISO 4217
_CELL: Final = (*PERIOD, "dimension", "dimension_value", "currency")
_SQUARES: Final = ("aa", "ab", "bb")  # sums over customers of above^2, above x below and below^2


def figures(
    bases: Mapping[Base, DataFrame],
    memberships: DataFrame,
    as_of: date,
    horizon_days: int,
) -> DataFrame:
    """gold.kpis of the KPIs over some bases; their rows have customer_id, a period, cuts and
    measures, and a currency where money is among them. `memberships` are of `with_memberships`.
    """
    further = membership_names(memberships)
    counted = []
    for base, rows in bases.items():
        kpis = kpis_of(base)
        wide = _sum_cells(with_memberships(rows, memberships), kpis)
        rules = (_figure(kpi, further, as_of, horizon_days) for kpi in kpis)
        counted.append(wide.select(*_CELL, F.inline_outer(F.array(*rules))))
    long = union_by_name(counted).filter("is_asked and (above != 0 or below != 0)")
    return _select_loaded(_shape(long))


def _sum_cells(rows: DataFrame, kpis: Sequence[Kpi]) -> DataFrame:
    """One row per cell with the sums of all KPIs."""
    names = _name_sums(kpis)
    sums = (part for kpi in kpis for part in _sums(kpi, names))
    return _sum_by_customer(rows, names).groupBy(*_CELL).agg(*sums)


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
        exact = "bigint" if kpi.money == "none" else "decimal(19,0)"
        a, b = above.cast(exact), below.cast(exact)
        found |= dict(zip(_SQUARES, (F.sum(a * a), F.sum(a * b), F.sum(b * b)), strict=True))
    return [value.alias(f"{kpi.name}_{name}") for name, value in found.items()]


def _figure(kpi: Kpi, further: Sequence[str], as_of: date, horizon_days: int) -> Column:
    """The sums of a cell for one KPI, with what its definition says of them."""
    squares = {
        name: F.col(f"{kpi.name}_{name}") if kpi.kind == "ratio" else F.lit(None)
        for name in _SQUARES
    }
    of_money = F.col("currency") != F.lit(NO_CURRENCY)
    is_cut_so = F.col("dimension").isin(ALL, *kpi.dimensions, *further)
    found = {
        "kpi_name": F.lit(kpi.name),
        **{name: F.col(f"{kpi.name}_{name}") for name in ("above", "below", "customers")},
        **{name: square.cast("decimal(38,0)") for name, square in squares.items()},
        "kind": F.lit(kpi.kind),
        "money": F.lit(kpi.money),
        "is_asked": is_cut_so & (of_money if kpi.money != "none" else ~of_money),
        "is_exclusive": ~F.col("dimension").isin(*kpi.overlapping),
        "is_complete": kpi.is_complete(as_of, horizon_days),
        "has_own_source": F.lit(kpi.has_own_source),
    }
    return F.struct(*(value.alias(name) for name, value in found.items()))


def _shape(long: DataFrame) -> DataFrame:
    """The columns of gold.kpis, with has_own_source."""
    is_sum, numerator, denominator = (
        F.col("kind") == "sum",
        F.col("numerator"),
        F.col("denominator"),
    )
    is_defined = denominator > 0
    quotient = F.when(is_defined, numerator / denominator)
    low, high = _intervals()
    amounts = {
        "numerator": _amount("above", F.col("money") != "none"),
        "denominator": F.when(~is_sum, _amount("below", F.col("money") == "both")),
    }
    values = {"value": F.when(is_sum, numerator).otherwise(quotient), "low": low, "high": high}
    return long.withColumns(amounts).withColumns(
        {name: F.round(value, 6).cast(VALUE) for name, value in values.items()}
    )


def _intervals() -> tuple[Column, ...]:
    """Ends of the interval of a share or ratio, in units."""
    above, below = F.col("above"), F.when(F.col("below") > 0, F.col("below"))
    of_share = wilson(above, below)
    of_ratio = delta(above, below, (F.col("aa"), F.col("ab"), F.col("bb")), F.col("customers"))
    minor = F.when(F.col("money") == "numerator", minor_per_unit(F.col("currency")))
    scale = F.coalesce(minor, F.lit(1))
    return tuple(
        F.when(F.col("kind") == "share", share).when(F.col("kind") == "ratio", ratio / scale)
        for share, ratio in zip(of_share, of_ratio, strict=True)
    )


def _amount(name: str, is_money: Column) -> Column:
    plain = F.col(name).cast(MONEY)
    return F.when(is_money, from_minor(F.col(name), F.col("currency"))).otherwise(plain)


def _select_loaded(figures_: DataFrame) -> DataFrame:
    """Without the dimensions of which nothing but unknown is known, and without the figures whose
    own source has no row.
    """
    is_found = ~F.col("has_own_source") | (F.col("numerator") != 0)
    is_known = (F.col("dimension_value") != F.lit(UNKNOWN)) & is_found
    known = F.max(is_known).over(Window.partitionBy("kpi_name", "dimension"))
    return figures_.withColumn("_is_known", known).filter("_is_known")
