"""Orders as revenue, and refunds as what they take from it, in the words of every job."""

from typing import Final

from pyspark.sql import DataFrame

from holdfast.jobs.runtime.runs.context import Context
from holdfast.transformations.local_day import with_time_zone
from holdfast.transformations.sales import place_refunds, with_sales
from holdfast.transformations.tables.silver import ORDER_LINES, ORDERS, REFUND_LINES

SALES: Final = (ORDERS, ORDER_LINES)  # what `read_sales` reads


def read_sales(ctx: Context) -> DataFrame:
    """silver.orders of `with_sales`."""
    return with_sales(ctx.read(ORDERS), ctx.read(ORDER_LINES))


def read_refunds(ctx: Context, sales: DataFrame) -> DataFrame:
    """silver.refund_lines of `place_refunds`, each with its time_zone; `sales` are of
    `read_sales`.
    """
    placed = place_refunds(ctx.read(REFUND_LINES), sales, ctx.read(ORDER_LINES))
    return with_time_zone(placed, ctx.settings.run.time_zone)
