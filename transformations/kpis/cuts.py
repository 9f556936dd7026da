"""What a row counts under: values of dimensions, those of memberships among them."""

from typing import Final

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from holdfast.transformations.kpis.kpi import ALL

UNKNOWN: Final = "unknown"
OTHER: Final = "other"
_WHOSE: Final = ("customer_id", "as_of")


def cut(dimension: Column | str, value: Column, lines: Column | None = None) -> Column:
    """One value of a dimension; `lines` are those of the row that are of it, null for all."""
    return F.struct(
        F.lit(dimension).alias("dimension"),
        F.coalesce(value, F.lit(UNKNOWN)).alias("dimension_value"),
        (F.lit(None) if lines is None else lines).cast("bigint").alias("lines_of_value"),
    )


def cut_all(*cuts: Column) -> Column:
    """`all`, and further cuts."""
    return F.array(cut(ALL, F.lit(ALL)), *cuts)


def cut_by_lines() -> Column:
    """The line_cuts of an order; unknown where it has no lines."""
    nothing = cut("product_line", F.lit(None).cast("string"), F.lit(0))
    return F.coalesce("line_cuts", F.array(nothing))


def membership_names(memberships: DataFrame) -> tuple[str, ...]:
    """The dimensions that a frame of memberships adds."""
    return tuple(name for name in memberships.columns if name not in _WHOSE)


def with_memberships(rows: DataFrame, memberships: DataFrame) -> DataFrame:
    """`rows` of customers in periods, with one more of the customer's cuts for each further column
    of `memberships` (customer_id, as_of and what the customer was from that day on: segment, stage,
    tier ...).

    A row is of the newest membership on or before the first day of its period: what a customer
    became in the period says nothing of why. Who had none yet is unknown.
    """
    names = membership_names(memberships)
    later = F.lead("as_of").over(Window.partitionBy("customer_id").orderBy("as_of"))
    dated = memberships.select(
        F.col("customer_id").alias("_member"),
        F.col("as_of").alias("_from"),
        later.alias("_to"),
        *(F.col(name).alias(f"_{name}") for name in names),
    )
    start = F.col("period_start_on")
    holds = (F.col("_from") <= start) & (F.col("_to").isNull() | (start < F.col("_to")))
    joined = rows.join(dated, (F.col("customer_id") == F.col("_member")) & holds, how="left")
    added = F.array(*(cut(name, F.col(f"_{name}").cast("string")) for name in names))
    cuts = F.concat("customer_cuts", added)
    return joined.withColumn("customer_cuts", cuts).select(*rows.columns)
