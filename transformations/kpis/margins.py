"""What is left of the revenue of orders after the cost of the goods in them."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.money import to_minor


def margins_by_order(lines: DataFrame, refunds: DataFrame) -> DataFrame:
    """One row per order and currency with lines sold in it, in minor units: sold, net of what was
    given back of the lines, costed, the same of lines whose unit cost is known, and margin, costed
    less what the goods in them cost.

    `lines` are of `sold_lines` with unit_cost_amount and cost_currency, `refunds` of
    `refunds_before`. Goods given back cost nothing: they can be sold again. A cost in another
    currency than the line's is unknown.
    """
    given_back = (
        refunds.filter(F.col("counts_as") == "order")
        .groupBy("line_id", "currency")
        .agg(F.sum("refund_amount").alias("_amount"), F.sum("quantity").alias("_quantity"))
    )
    joined = lines.join(given_back, ["line_id", "currency"], how="left")
    nothing = F.lit(0)
    net = F.col("net_amount") - F.coalesce("_amount", nothing)
    kept = F.greatest(F.col("quantity") - F.coalesce("_quantity", nothing), nothing)
    cost = F.when(F.col("cost_currency") == F.col("currency"), F.col("unit_cost_amount") * kept)
    sold = to_minor(net, F.col("currency"))
    margin = sold - to_minor(cost, F.col("currency"))
    return joined.groupBy("order_id", "currency").agg(
        F.sum(sold).alias("sold"),
        F.sum(F.when(margin.isNotNull(), sold)).alias("costed"),
        F.sum(margin).alias("margin"),
    )
