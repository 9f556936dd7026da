"""From the rows of a base to its figures: one pass over the rows for all KPIs and dimensions.

Rows are summed by customer first, then over customers: a customer counts once, and how customers
differ gives the interval.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from holdfast.transformations.kpis.cuts import (
    UNKNOWN,
    cut,
    cut_all,
    membership_names,
    with_memberships,
)
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
    """gold.kpis of the KPIs over some bases; their rows have customer_id, a period, the base's
    measures, `customer_cuts` (the same in all rows of a customer and period) and, where rows of a
    customer differ, `cuts`; a currency where money is among them. `memberships` are of
    `with_memberships`.
    """
    counted = []
    for base, rows in bases.items():
        known = with_memberships(rows, memberships) if base.is_cut_by_labels else rows
        further = membership_names(memberships) if base.is_cut_by_labels else ()
        for kpis in _split_by_money(kpis_of(base)):
            wide = _sum_cells(known, base, kpis)
            rules = (_figure(kpi, further, as_of, horizon_days) for kpi in kpis)
            counted.append(wide.select(*_CELL, F.inline_outer(F.array(*rules))))
    long = union_by_name(counted).filter("is_asked and (above != 0 or below != 0)")
    return _select_loaded(_shape(long))


def _split_by_money(kpis: Sequence[Kpi]) -> list[list[Kpi]]:
    """Those that count money, of each currency apart, and the others, of all currencies."""
    halves = ([kpi for kpi in kpis if (kpi.money != "none") is money] for money in (False, True))
    return [half for half in halves if half]


def _sum_cells(rows: DataFrame, base: Base, kpis: Sequence[Kpi]) -> DataFrame:
    """One row per cell with the sums of all KPIs.

    Customers who count under the same values are summed before they stand under each of these:
    there are far fewer such groups than customers.
    """
    is_money = kpis[0].money != "none"
    of = rows if is_money else rows.withColumn("currency", F.lit(NO_CURRENCY))
    names = _name_sums(kpis)
    sums = {name: value for kpi in kpis for name, value in _sums(kpi, names).items()}
    alike = (
        _sum_by_customer(of, base, names)
        .groupBy(*PERIOD, "currency", "cuts")
        .agg(*(value.alias(name) for name, value in sums.items()))
    )
    each = alike.select(*PERIOD, "currency", *sums, F.inline("cuts"))
    return each.groupBy(*_CELL).agg(*(F.sum(name).alias(name) for name in sums))


def _name_sums(kpis: Sequence[Kpi]) -> dict[str, str]:
    """A column for each expression that stands above or below the line, of all KPIs."""
    texts = {text for kpi in kpis for text in (kpi.numerator, kpi.denominator) if text}
    return {text: f"sum_{at}" for at, text in enumerate(sorted(texts))}


def _sum_by_customer(rows: DataFrame, base: Base, names: Mapping[str, str]) -> DataFrame:
    """The named sums by customer and `cuts`: all of the customer's for what its rows have in
    common, and each of the rows' own.
    """
    whose = ("customer_id", *PERIOD, "currency")
    own = [F.col("cuts")] if "cuts" in rows.columns else []
    each = rows.select("*", F.inline(F.concat(cut_all(), *own)))
    dimension = F.col("dimension")
    one = F.array(cut(dimension, F.col("dimension_value")))
    cuts = F.when(dimension == F.lit(ALL), F.col("customer_cuts")).otherwise(one).alias("cuts")
    if base.is_per_customer:
        parts = (_whole(F.expr(text)).alias(name) for text, name in names.items())
        return each.select(*whose, cuts, *parts)
    sums = (_whole(F.sum(F.expr(text))).alias(name) for text, name in names.items())
    return each.groupBy(*whose, cuts).agg(*sums)


def _whole(amount: Column) -> Column:
    return F.coalesce(amount, F.lit(0)).cast("bigint")


def _sums(kpi: Kpi, names: Mapping[str, str]) -> dict[str, Column]:
    """The sums over customers from which a figure and its interval follow."""
    above = F.col(names[kpi.numerator])
    below = F.col(names[kpi.denominator]) if kpi.denominator else F.lit(0)
    # Costs of campaigns are nobody's: known amounts, which do not differ as customers do.
    is_of_customer = F.col("customer_id").isNotNull()
    counted = F.count_if(((above != 0) | (below != 0)) & is_of_customer)
    found = {"above": F.sum(above), "below": F.sum(below), "customers": counted}
    if kpi.kind == "ratio":
        exact = "bigint" if kpi.money == "none" else "decimal(19,0)"
        a, b = (F.when(is_of_customer, part.cast(exact)) for part in (above, below))
        found |= dict(zip(_SQUARES, (F.sum(a * a), F.sum(a * b), F.sum(b * b)), strict=True))
    return {f"{kpi.name}_{name}": value for name, value in found.items()}


def _figure(kpi: Kpi, further: Sequence[str], as_of: date, horizon_days: int) -> Column:
    """The sums of a cell for one KPI, with what its definition says of them."""
    squares = {
        name: F.col(f"{kpi.name}_{name}") if kpi.kind == "ratio" else F.lit(None)
        for name in _SQUARES
    }
    found = {
        "kpi_name": F.lit(kpi.name),
        **{name: F.col(f"{kpi.name}_{name}") for name in ("above", "below", "customers")},
        **{name: square.cast("decimal(38,0)") for name, square in squares.items()},
        "kind": F.lit(kpi.kind),
        "money": F.lit(kpi.money),
        "is_asked": F.col("dimension").isin(ALL, *kpi.dimensions, *further),
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
