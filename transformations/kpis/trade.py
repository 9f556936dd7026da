"""Orders in the order in which their customers placed them, what was given back, and the rows of
trade and of standing that follow.
"""

from datetime import date
from typing import Final

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from holdfast.transformations.kpis.cuts import cut, cut_all, cut_by_lines
from holdfast.transformations.kpis.periods import (
    PERIOD,
    start_before,
    with_period,
    with_starts,
)
from holdfast.transformations.money import to_minor
from holdfast.transformations.sales import COUNTED, is_return
from holdfast.transformations.tables.vocabulary import TRACED_CHANNELS
from holdfast.transformations.union import union_by_name

_TENURES: Final = ((90, "0_90"), (180, "91_180"), (365, "181_365"))  # days at most, and their name
_LONGEST: Final = "from_366"


def order_history(
    orders: DataFrame,
    refunds: DataFrame,
    lines: DataFrame,
    margins: DataFrame,
    customers: DataFrame,
) -> DataFrame:
    """The orders of `orders_before`, each with its place among the customer's own: number from 1,
    first_on, previous_on and next_on. `amount` is in minor units, net of `refunds` (of
    `refunds_before`); `lines` (of `lines_by_order`) add lines and line_cuts, `margins` (of
    `margins_by_order`) sold, costed and margin, `customers` acquired_through.

    The rows of a customer lie together, so that they are summed by customer where they lie.
    """
    given_back = (
        refunds.filter(F.col("counts_as") == "order")
        .groupBy("order_id")
        .agg(F.sum("refund_amount").alias("_refunded"))
    )
    placed = Window.partitionBy("customer_id").orderBy("ordered_on", "ordered_at", "order_id")
    net = F.col("net_amount") - F.coalesce("_refunded", F.lit(0))
    return (
        orders.join(given_back, ["order_id"], how="left")
        .join(lines, ["order_id"], how="left")
        .join(margins, ["order_id", "currency"], how="left")
        .join(customers, ["customer_id"], how="left")
        .select(
            *("order_id", "customer_id", "ordered_on", "channel", "currency"),
            *("acquired_through", "lines", "line_cuts", "sold", "costed", "margin"),
            to_minor(net, F.col("currency")).alias("amount"),
            F.row_number().over(placed).alias("number"),
            F.min("ordered_on").over(Window.partitionBy("customer_id")).alias("first_on"),
            F.lag("ordered_on").over(placed).alias("previous_on"),
            F.lead("ordered_on").over(placed).alias("next_on"),
        )
    )


def orders_before(customer_orders: DataFrame, known_orders: DataFrame, as_of: date) -> DataFrame:
    """Orders of gold.customer_orders that count: not cancelled, of a day before `as_of` and known
    by then (order_id of `known_orders`).
    """
    counted = ~F.col("is_cancelled") & (F.col("ordered_on") < F.lit(as_of))
    known = known_orders.select("order_id")
    return customer_orders.filter(counted).join(known, ["order_id"], how="left_semi")


def refunds_before(customer_refunds: DataFrame, known_lines: DataFrame, as_of: date) -> DataFrame:
    """Refunds of gold.customer_refunds of a day before `as_of` that were known by then
    (refund_line_id of `known_lines`), with line_id and quantity.
    """
    lines = known_lines.select(F.col("refund_line_id").alias("refund_id"), "line_id", "quantity")
    dated = customer_refunds.filter(F.col("refunded_on") < F.lit(as_of))
    return dated.join(lines, ["refund_id"], how="inner")


def returns_of(
    refunds: DataFrame, orders: DataFrame, lines: DataFrame, customers: DataFrame
) -> DataFrame:
    """Lines given back, of `refunds_before`, with the channel of their order, their product_line
    and acquired_through of `customers`: money given back for a cancellation, for shipping or for no
    line at all is no return. They lie as the orders of `order_history` do.
    """
    sold = lines.select("line_id", "product_line")
    return (
        refunds.filter(is_return() & F.col("counts_as").isin(*COUNTED))
        .join(orders.select("order_id", "channel"), ["order_id"], how="left")
        .join(sold, ["line_id"], how="left")
        .join(customers, ["customer_id"], how="left")
        .select(
            *("customer_id", "refunded_on", "currency"),
            *("channel", "product_line", "acquired_through"),
        )
        .repartition("customer_id")
    )


def trade_rows(history: DataFrame, returns: DataFrame, horizon_days: int) -> DataFrame:
    """Orders of `order_history` and lines of `returns_of` in their periods, with the measures and
    cuts of trade.
    """
    order = with_period(history, "ordered_on").select(
        *("customer_id", "currency", *PERIOD),
        *(value.alias(name) for name, value in _order_measures(horizon_days).items()),
        *_cuts_of_trade(cut_by_lines()),
    )
    back = with_period(returns, "refunded_on").select(
        *("customer_id", "currency", *PERIOD),
        F.lit(1).alias("returns"),
        *_cuts_of_trade(F.array(cut("product_line", F.col("product_line")))),
    )
    return union_by_name([order, back], allow_missing=True)


def _cuts_of_trade(lines: Column) -> tuple[Column, Column]:
    """The customer's cuts, and the row's by channel and by `lines`."""
    of_customer = cut_all(cut("acquired_through", F.col("acquired_through")))
    of_row = F.concat(F.array(cut("channel", F.col("channel"))), lines)
    return of_customer.alias("customer_cuts"), of_row.alias("cuts")


def _order_measures(horizon_days: int) -> dict[str, Column]:
    """The measures of an order but `returns`, whole numbers."""
    previous, next_, day = F.col("previous_on"), F.col("next_on"), F.col("ordered_on")
    is_first = previous.isNull() | (previous < F.col("period_start_on"))
    comes_again = F.coalesce(next_ < F.col("period_end_on"), F.lit(False))
    is_new, is_second = F.col("number") == 1, F.col("number") == 2
    within = F.coalesce(F.date_diff(next_, day) < F.lit(horizon_days), F.lit(False))
    is_traced = F.coalesce(F.col("acquired_through").isin(*TRACED_CHANNELS), F.lit(False))
    return {
        "orders": F.lit(1),
        "amount": F.col("amount"),
        "is_first_in_period": is_first.cast("int"),
        "is_repeat": (is_first & (~is_new | comes_again)).cast("int"),
        "is_new": is_new.cast("int"),
        "is_traced": (is_new & is_traced).cast("int"),
        "came_back": (is_new & within).cast("int"),
        "is_second": is_second.cast("int"),
        "days_to_second": F.when(is_second, F.date_diff(day, previous)),
        **{name: F.col(name) for name in ("lines", "sold", "costed", "margin")},
    }


def rows_of_standing(
    history: DataFrame, as_of: date, eligible_days: int, horizon_days: int
) -> DataFrame:
    """How each customer stood as each period began, by the last order before its first day, with
    the measures and cuts of standing. A period that begins on `as_of` has recency alone.
    """
    until = F.coalesce(F.least("next_on", F.lit(as_of)), F.lit(as_of))
    rows = with_starts(history, F.col("ordered_on"), until)
    start, last, next_ = F.col("period_start_on"), F.col("ordered_on"), F.col("next_on")
    has_begun = start < F.lit(as_of)
    is_active = has_begun & (last >= F.date_sub(start, eligible_days))
    was_active = has_begun & (last >= start_before(F.col("period_kind"), start))
    is_dormant = has_begun & ~is_active
    comes_inside = F.coalesce(next_ < F.col("period_end_on"), F.lit(False))
    is_gone = F.coalesce(next_ >= F.date_add(start, horizon_days), F.lit(True))
    flags = {
        "is_active": is_active,
        "is_churned": is_active & is_gone,
        "was_active": was_active,
        "is_retained": was_active & comes_inside,
        "is_dormant": is_dormant,
        "is_reactivated": is_dormant & comes_inside,
    }
    tenure = _bucket(F.date_diff(start, "first_on"))
    own = (cut("acquired_through", F.col("acquired_through")), cut("tenure", tenure))
    return rows.select(
        *("customer_id", *PERIOD),
        F.date_diff(start, last).alias("recency_days"),
        *(flag.cast("int").alias(name) for name, flag in flags.items()),
        cut_all(*own).alias("customer_cuts"),
        cut_by_lines().alias("cuts"),
    )


def _bucket(days: Column) -> Column:
    return F.coalesce(*(F.when(days <= most, name) for most, name in _TENURES), F.lit(_LONGEST))
