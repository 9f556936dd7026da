"""What it cost to acquire customers, and what they are worth, by the channel that brought them."""

from datetime import date
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.kpis.cuts import UNKNOWN, cut, cut_all
from holdfast.transformations.kpis.periods import PERIOD, with_period
from holdfast.transformations.money import to_minor
from holdfast.transformations.union import union_by_name

_OF: Final = ["acquired_through", "currency"]


def acquisition_rows(
    history: DataFrame, costs: DataFrame, expected: DataFrame, horizon_days: int
) -> DataFrame:
    """Days of channels of `costs_by_day`, and customers on the day of their first order, in their
    periods, with the measures and cuts of acquisition. Orders are of `order_history`, `expected` of
    `expected_by_customer`.

    A customer is of the currency of the first order. Nobody is behind a day of a channel:
    customer_id is null.
    """
    named = history.withColumn("acquired_through", F.coalesce("acquired_through", F.lit(UNKNOWN)))
    valued = expected.select("currency").distinct().withColumn("has_values", F.lit(True))
    spent = _with_margin(costs, named).join(F.broadcast(valued), ["currency"], how="left")
    known = costs.groupBy(*_OF).agg(
        F.min("spent_on").alias("_from"), F.max("spent_on").alias("_to")
    )
    people = (
        _with_margin(_acquired(named, horizon_days), named)
        .join(F.broadcast(known), _OF, how="left")
        .join(F.broadcast(valued), ["currency"], how="left")
        .join(expected, ["customer_id", "currency"], how="left")
    )
    return union_by_name([_rows_of_costs(spent), _rows_of_people(people)], allow_missing=True)


def costs_by_day(costs: DataFrame, as_of: date) -> DataFrame:
    """One row per channel, currency and day before `as_of`: acquired_through, currency, spent_on
    and spent, in minor units. `costs` are known rows of silver.campaign_costs.
    """
    return (
        costs.filter(F.col("spent_on") < F.lit(as_of))
        .groupBy(F.col("channel").alias("acquired_through"), "currency", "spent_on")
        .agg(to_minor(F.sum("cost_amount"), F.col("currency")).alias("spent"))
    )


def expected_by_customer(values: DataFrame, as_of: date, horizon_days: int) -> DataFrame:
    """customer_id, currency and expected, in minor units, of gold.customer_values of the day."""
    asked = (F.col("as_of") == F.lit(as_of)) & (F.col("horizon_days") == F.lit(horizon_days))
    amount = to_minor(F.col("expected_amount"), F.col("currency"))
    return values.filter(asked).select("customer_id", "currency", amount.alias("expected"))


def _acquired(history: DataFrame, horizon_days: int) -> DataFrame:
    """One row per customer, of the currency of the first order: first_on, revenue, and early, the
    part of it that came within the horizon.
    """
    is_early = F.date_diff("ordered_on", "first_on") < F.lit(horizon_days)
    is_of_first = F.max(F.col("number") == 1)
    return (
        history.groupBy("customer_id", *_OF)
        .agg(
            F.min("first_on").alias("first_on"),
            F.sum("amount").alias("revenue"),
            F.sum(F.when(is_early, F.col("amount"))).alias("early"),
            is_of_first.alias("_is_of_first"),
        )
        .filter("_is_of_first")
    )


def _with_margin(rows: DataFrame, history: DataFrame) -> DataFrame:
    """`rows` of channels and currencies with margin_share: what is left of revenue after the cost
    of goods, of the channel's orders, and of all in the currency where none of them has known
    costs; null where none has.
    """
    sums = history.groupBy(*_OF).agg(
        F.sum("margin").alias("margin"), F.sum("costed").alias("costed")
    )
    of_currency = history.groupBy("currency").agg(
        _share(F.sum("margin"), F.sum("costed")).alias("_of_all")
    )
    own = sums.select(*_OF, _share(F.col("margin"), F.col("costed")).alias("_own"))
    return (
        rows.join(F.broadcast(own), _OF, how="left")
        .join(F.broadcast(of_currency), ["currency"], how="left")
        .withColumn("margin_share", F.coalesce("_own", "_of_all"))
    )


def _share(margin: Column, costed: Column) -> Column:
    exact = margin.cast("decimal(18,0)") / F.when(costed > 0, costed).cast("decimal(18,0)")
    return F.round(exact, 6).cast("decimal(18,6)")


def _rows_of_costs(spent: DataFrame) -> DataFrame:
    amount, has_margin = F.col("spent"), F.col("margin_share").isNotNull()
    return with_period(spent, "spent_on").select(
        F.lit(None).cast("bigint").alias("customer_id"),
        *("currency", *PERIOD),
        amount,
        F.when(has_margin, amount).alias("spent_with_margin"),
        F.when(has_margin & F.col("has_values"), amount).alias("spent_with_value"),
        cut_all(cut("acquired_through", F.col("acquired_through"))).alias("customer_cuts"),
    )


def _rows_of_people(people: DataFrame) -> DataFrame:
    is_known = F.coalesce(F.col("first_on").between(F.col("_from"), F.col("_to")), F.lit(False))
    whole = F.col("revenue") + F.coalesce("expected", F.lit(0))
    value = F.when(F.col("has_values"), _of_margin(whole))
    return with_period(people, "first_on").select(
        *("customer_id", "currency", *PERIOD),
        is_known.cast("int").alias("acquired"),
        _of_margin(F.coalesce("early", F.lit(0))).alias("early_margin"),
        value.alias("customer_value"),
        value.isNotNull().cast("int").alias("valued"),
        cut_all(cut("acquired_through", F.col("acquired_through"))).alias("customer_cuts"),
    )


def _of_margin(revenue: Column) -> Column:
    """The margin in an amount of revenue, in whole minor units."""
    return F.round(revenue.cast("decimal(18,0)") * F.col("margin_share")).cast("bigint")
