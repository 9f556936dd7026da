"""What sold goods cost the shop, as it was known on the day of the order."""

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.local_day import local_day


def with_unit_costs(lines: DataFrame, costs: DataFrame, as_of: date) -> DataFrame:
    """`lines` of silver.order_lines with unit_cost_amount, cost_currency and has_cost_of_its_day.

    `costs` are of silver.product_costs, each with its `time_zone`; those that begin or became known
    on or after `as_of` are not seen. A line takes the cost that lasted when it was ordered. Where
    none is known from so early it takes the product's first known one, and says so by
    has_cost_of_its_day; where the source had taken the cost back, or never gave one, it is null:
    unknown, not zero. The currency may be another than the line's: never subtract over two.
    """
    begun, known = local_day(F.col("valid_from")), local_day(F.col("available_at"))
    seen = costs.filter(F.greatest(begun, known) < F.lit(as_of))
    cost = F.struct("valid_from", "valid_to", "currency", "unit_cost_amount")
    history = seen.groupBy("product_id").agg(
        F.sort_array(F.collect_list(cost)).alias("_costs")  # any order: sorted at once
    )
    joined = lines.join(history, on=["product_id"], how="left")
    before = F.filter("_costs", lambda one: one["valid_from"] <= F.col("event_at"))
    last = F.try_element_at(before, F.lit(-1))
    lasts = F.coalesce(last["valid_to"] > F.col("event_at"), last["valid_to"].isNull())
    taken = F.when(F.size(before) > 0, F.when(lasts, last)).otherwise(F.get("_costs", F.lit(0)))
    return joined.withColumn("_cost", taken).select(
        *(F.col(name) for name in lines.columns),
        F.col("_cost.unit_cost_amount").alias("unit_cost_amount"),
        F.col("_cost.currency").alias("cost_currency"),
        _is_of_its_day(before, F.col("_cost")).alias("has_cost_of_its_day"),
    )


def _is_of_its_day(before: Column, cost: Column) -> Column:
    """Whether the cost lasted when the line was ordered; null without a cost."""
    return F.when(cost.isNotNull(), F.size(before) > 0)
