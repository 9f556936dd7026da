"""Values of a target as its contract wants them: money in the units of its currency, words of its
vocabulary, and what the source itself says for every row.
"""

from collections.abc import Mapping
from functools import reduce
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.money import from_minor, round_to_unit
from holdfast.transformations.reasons import collect_reasons
from holdfast.transformations.sources.contract import RawTable, Target
from holdfast.transformations.standardise.rules import RetailerRules
from holdfast.transformations.tables.columns import MONEY
from holdfast.transformations.tables.silver import ORDER_LINES
from holdfast.transformations.tables.table import Column as TableColumn
from holdfast.transformations.tables.vocabulary import UNKNOWN

# What SQL of a mapping may name beside the raw columns: what the source, else the retailer, says.
SHOP: Final = ("shop_currency", "shop_country", "shop_time_zone")


def with_shop(bronze: DataFrame, raw: RawTable, rules: RetailerRules) -> DataFrame:
    """`bronze` with the columns of SHOP and what the mapping names by `let`; a country that nobody
    named is null.
    """
    said = (
        raw.currency or rules.currency,
        raw.country or rules.country or None,
        raw.time_zone or rules.time_zone,
    )
    shop = bronze.withColumns(
        {name: F.lit(value).cast("string") for name, value in zip(SHOP, said, strict=True)}
    )
    return with_named(shop, raw)


def with_named(frame: DataFrame, raw: RawTable) -> DataFrame:
    """`frame` with what the mapping names by `let`, each over those above it."""
    return reduce(lambda made, one: made.withColumn(one[0], F.expr(one[1])), raw.let.items(), frame)


def translate_word(value: Column, column: TableColumn, words: Mapping[str, str]) -> Column:
    """The contract's word for a source's, in lower case: by `words` where it is there, else as it
    stands; one that the contract does not list is `unknown` where it lists that, else left to be
    refused.
    """
    if not column.words:
        return value
    known = said = F.lower(F.trim(value))
    if words:
        pairs = [F.lit(text) for pair in words.items() for text in pair]
        known = F.coalesce(F.element_at(F.create_map(*pairs), said), said)
    if UNKNOWN not in column.words:
        return known
    return F.when(known.isin(*column.words), known).when(known.isNotNull(), F.lit(UNKNOWN))


def find_unlisted_words(target: Target) -> Column:
    """An array with the name of a reason for each raw column whose word its list does not have."""
    strange = {name: ~F.lower(F.trim(name)).isin(*words) for name, words in target.known.items()}
    return collect_reasons([F.when(rule, F.lit(f"word:{name}")) for name, rule in strange.items()])


def finish_values(built: DataFrame, target: Target) -> DataFrame:
    """Currencies in capitals, amounts with the decimals of theirs, made of minor units where the
    target says so; a line of which nothing is left is removed from its order.
    """
    currency = F.col("currency")
    codes = [name for name in ("currency", "currency_first") if name in target.table.names]
    built = built.withColumns({name: F.upper(F.trim(name)) for name in codes}) if codes else built
    amounts = {
        c.name: from_minor(F.col(c.name), currency)
        if target.minor_units
        else round_to_unit(F.col(c.name), currency)
        for c in target.table.columns
        if c.type == MONEY
    }
    finished = built.withColumns(amounts) if amounts else built
    if target.table != ORDER_LINES:
        return finished
    gone = F.when(F.col("quantity") == 0, F.col("version_at"))
    return finished.withColumn("removed_at", F.coalesce("removed_at", gone))
