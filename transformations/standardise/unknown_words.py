"""Words of a source that no list has, as the source writes them."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.sources.contract import RawTable, Target
from holdfast.transformations.standardise.rules import RetailerRules
from holdfast.transformations.standardise.values import translate_word, with_shop
from holdfast.transformations.tables.vocabulary import UNKNOWN
from holdfast.transformations.union import union_by_name


def find_unknown_words(
    bronze: DataFrame, raw: RawTable, target: Target, rules: RetailerRules
) -> DataFrame | None:
    """column, word and rows of every word of the target that became `unknown`, in rows that its
    filters keep; None where it can have none, as in groups.
    """
    named = [
        column
        for column in target.table.columns
        if UNKNOWN in column.words and column.name in target.columns
    ]
    if target.group_by or not named:
        return None
    frame = with_shop(bronze, raw, rules)
    for rule in target.filters.values():
        frame = frame.filter(F.coalesce(F.expr(rule).cast("boolean"), F.lit(True)))
    if target.explode:
        frame = frame.withColumn("item", F.explode(F.expr(target.explode)))
    said = [
        frame.select(
            F.lit(column.name).alias("column"),
            F.expr(target.columns[column.name]).cast("string").alias("word"),
            translate_word(
                F.expr(target.columns[column.name]).cast("string"),
                column,
                target.words.get(column.name, {}),
            ).alias("known"),
        )
        for column in named
    ]
    unknown = union_by_name(said).filter(F.col("known") == UNKNOWN)
    return unknown.groupBy("column", "word").agg(F.count(F.lit(1)).alias("rows"))
