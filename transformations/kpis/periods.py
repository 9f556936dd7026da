"""Months, quarters and years: rows in the periods of their day, periods that begin in a time."""

from collections.abc import Mapping
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.tables.vocabulary import PERIOD_KINDS

MONTHS: Final[Mapping[str, int]] = dict(zip(PERIOD_KINDS, (1, 3, 12), strict=True))
PERIOD: Final = ("period_kind", "period_start_on", "period_end_on")


def with_period(rows: DataFrame, day: str) -> DataFrame:
    """`rows` once for the month, quarter and year of a day: period_kind, period_start_on and
    period_end_on, the first day after it.
    """
    found = (_period(kind, F.trunc(day, kind)) for kind in MONTHS)
    return rows.select("*", F.inline_outer(F.array(*found)))


def with_starts(rows: DataFrame, after: Column, until: Column) -> DataFrame:
    """`rows` once for each period whose first day lies after one day, and not after another."""
    of_kinds = F.array_compact(F.array(*(_starts(kind, after, until) for kind in MONTHS)))
    return rows.select("*", F.inline(F.flatten(of_kinds)))


def start_before(kind: Column, start: Column) -> Column:
    """First day of the period before one."""
    months = F.create_map(*(F.lit(part) for pair in MONTHS.items() for part in pair))
    return F.add_months(start, -months[kind])


def _period(kind: str, start: Column) -> Column:
    return F.struct(
        F.lit(kind).alias("period_kind"),
        start.alias("period_start_on"),
        F.add_months(start, MONTHS[kind]).alias("period_end_on"),
    )


def _starts(kind: str, after: Column, until: Column) -> Column:
    """The periods of a kind; null where none begins in the time."""
    first = F.add_months(F.trunc(after, kind), MONTHS[kind])
    days = F.sequence(first, until, F.make_ym_interval(months=F.lit(MONTHS[kind])))
    return F.when(first <= until, F.transform(days, lambda day: _period(kind, day)))
