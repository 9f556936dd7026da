"""Lines of orders by product line: the categories that sell most, the rest as one."""

from typing import Final

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from holdfast.transformations.kpis.cuts import OTHER, cut

SHOWN: Final = 50  # product lines; a source may name each product's own title as its category


def sold_lines(lines: DataFrame, products: DataFrame) -> DataFrame:
    """The lines that were sold and not taken out again, without gift cards; the category is the
    line's own, else the product's. Both frames are of `select_known`.
    """
    shelf = products.select("product_id", F.col("category").alias("_shelf"))
    is_sold = F.col("removed_at").isNull() & ~F.coalesce("is_gift_card", F.lit(False))
    return (
        lines.filter(is_sold & (F.col("quantity") > 0))
        .join(shelf, ["product_id"], how="left")
        .select(
            *("line_id", "order_id", "product_id", "event_at", "currency"),
            *("quantity", "net_amount", F.coalesce("category", "_shelf").alias("category")),
        )
    )


def with_product_line(lines: DataFrame) -> DataFrame:
    """`lines` with product_line: the category where it is one of those with most lines, else
    `other`; null where a line has none.
    """
    counted = lines.filter(F.col("category").isNotNull()).groupBy("category").count()
    rank = F.row_number().over(Window.orderBy(F.desc("count"), "category"))
    shown = counted.withColumn("_rank", rank).select(
        "category",
        F.when(F.col("_rank") <= SHOWN, F.col("category")).otherwise(OTHER).alias("product_line"),
    )
    return lines.join(F.broadcast(shown), ["category"], how="left")


def lines_by_order(lines: DataFrame) -> DataFrame:
    """One row per order with lines: order_id, lines (how many) and line_cuts, a cut for each
    product line among them.
    """
    counted = lines.groupBy("order_id", "product_line").agg(F.count(F.lit(1)).alias("_lines"))
    each = cut("product_line", F.col("product_line"), F.col("_lines"))
    return counted.groupBy("order_id").agg(
        F.sum("_lines").alias("lines"), F.array_sort(F.collect_list(each)).alias("line_cuts")
    )
