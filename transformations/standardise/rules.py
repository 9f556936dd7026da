"""Rules from the contracts: a row that breaks one keeps the rule's name as a reason; nothing is
dropped.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pyspark.sql import Column
from pyspark.sql import functions as F
from pyspark.sql import types as T

from holdfast.transformations.reasons import collect_reasons
from holdfast.transformations.standardise.text import Lexicon
from holdfast.transformations.tables.table import Table


@dataclass(frozen=True)
class Limits:
    """What no event may break: minutes past its loading, the earliest year, the
    currencies known.
    """

    future_minutes: int
    earliest_year: int
    currencies: tuple[str, ...]


@dataclass(frozen=True)
class RetailerRules:
    """What holds for the rows of every source: limits, the words of free text, and the time zone in
    which a day begins, the currency and the country where a source names none.
    """

    limits: Limits
    lexicon: Lexicon
    time_zone: str
    currency: str
    country: str


def broken_rules(table: Table, limits: Limits, skip: Sequence[str] = ()) -> Column:
    """An array with the name of every rule a row of `table` breaks; empty for a good row.

    A comparison with null is not true, so each rule passes through coalesce(rule, false); NaN,
    which sorts above every number, is tested by name.
    """
    broken: list[Column] = []
    for column in table.columns:
        if column.name in skip:
            continue
        value = F.col(column.name)
        if not column.nullable:
            broken.append(F.when(value.isNull(), F.lit(f"null:{column.name}")))
        if column.check and not column.name.endswith("_first"):
            broken.append(_unless(F.expr(column.check), value, f"check:{column.name}"))
        if column.words:
            broken.append(_unless(value.isin(*column.words), value, f"word:{column.name}"))
        if isinstance(column.type, T.DoubleType):
            broken.append(F.when(F.isnan(value), F.lit(f"nan:{column.name}")))
    if "currency" in table.names:
        known = F.col("currency").isin(list(limits.currencies))
        broken.append(_unless(known, F.col("currency"), "unknown_currency"))
    if "event_at" in table.names:
        latest = F.col("ingested_at") + F.make_dt_interval(mins=F.lit(limits.future_minutes))
        broken.append(F.when(F.col("event_at") > latest, F.lit("future_date")))
        broken.append(F.when(F.year("event_at") < limits.earliest_year, F.lit("date_too_early")))
    return collect_reasons(broken)


def _unless(rule: Column, value: Column, name: str) -> Column:
    return F.when(value.isNotNull() & ~F.coalesce(rule, F.lit(False)), F.lit(name))
