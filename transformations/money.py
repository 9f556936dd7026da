"""Amounts by their currency's own minor unit. No amount is multiplied or divided by one anywhere
else.
"""

from collections.abc import Callable

from pyspark.sql import Column
from pyspark.sql import functions as F

from holdfast.transformations.sources.currencies import DECIMALS, USUAL
from holdfast.transformations.tables.columns import MONEY


def minor_per_unit(currency: Column) -> Column:
    """Minor units in one unit, of a column of codes."""
    return _by_decimals(currency, lambda decimals: F.lit(10**decimals))


def to_minor(amount: Column, currency: Column) -> Column:
    """An amount as whole minor units of its currency."""
    return F.round(amount * minor_per_unit(currency)).cast("bigint")


def from_minor(minor: Column, currency: Column) -> Column:
    """Whole minor units of a currency as an amount."""
    return (minor.cast("decimal(18,0)") / minor_per_unit(currency).cast("decimal(4,0)")).cast(MONEY)


def round_to_unit(amount: Column, currency: Column) -> Column:
    """An amount with as many decimals as its currency has, half up."""
    return _by_decimals(currency, lambda decimals: F.round(amount, decimals).cast(MONEY))


def _by_decimals(currency: Column, value: Callable[[int], Column]) -> Column:
    """`value` of the decimals that each row's currency has."""
    unusual = sorted(set(DECIMALS.values()) - {USUAL})
    codes = {at: [code for code, own in DECIMALS.items() if own == at] for at in unusual}
    found = (F.when(currency.isin(*codes[at]), value(at)) for at in unusual)
    return F.coalesce(*found, value(USUAL))
