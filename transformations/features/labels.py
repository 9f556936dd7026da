"""Labels: what happened in [D, D + H), in days of the shop, and nothing before or after; while that
window runs, who has ordered already.
"""

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.identity.join import current, with_customer, with_identity_run
from holdfast.transformations.local_day import local_day
from holdfast.transformations.sales import COUNTED
from holdfast.transformations.states import select_standing, while_standing
from holdfast.transformations.tables.columns import MONEY
from holdfast.transformations.tables.silver import ORDERS


def churn_and_value(
    sales: DataFrame,
    refunds: DataFrame,
    fact_states: DataFrame,
    identity_map: DataFrame,
    snapshot_keys: DataFrame,
    horizon_days: int,
    eligible_days: int,
    known_on: date,
) -> DataFrame:
    """Labels of the snapshots whose as_of, customer_id and currency are given, one row each, as
    known when the day `known_on` begins; `sales` and `refunds` are of `with_sales` and
    `place_refunds`.

    Churn: no order in the window, in any currency, asked of customers whose past, as known on the
    day, has an order in the days before it. Revenue, in the row's currency alone: newest net
    amounts of the window's orders less refunds made in the window, of known orders or of none. An
    order that by its newest version is cancelled or withdrawn is no order, and neither is its
    refund. Both are null, and so is the number of orders, where the window has not ended.
    """
    is_inside, is_before = _is_inside(horizon_days, known_on), _is_before(eligible_days)
    is_ours = is_inside & (F.col("paid_in") == F.col("currency"))
    revenue = F.coalesce(F.sum(F.when(is_ours, F.col("amount"))), F.lit(0)).cast(MONEY)
    came_after = F.when(is_inside & F.col("is_order"), F.date_diff("on", "as_of"))
    dated = while_standing(sales, fact_states, ORDERS)
    payments = _order_payments(dated, identity_map).unionByName(
        _refund_payments(select_standing(refunds), identity_map)
    )
    paid = payments.withColumnRenamed("customer_id", "_payer")
    near = F.col("on").between(
        F.date_sub("as_of", eligible_days), F.date_add("as_of", horizon_days)
    )
    joined = snapshot_keys.join(paid, (F.col("customer_id") == F.col("_payer")) & near, how="left")
    outcomes = joined.groupBy("as_of", "customer_id", "currency").agg(
        F.count_if(is_inside & F.col("is_order")).cast("int").alias("orders"),
        revenue.alias("revenue_amount"),
        (F.count_if(is_before & F.col("is_order")) > 0).alias("is_eligible"),
        F.min(came_after).alias("days_to_order"),
    )
    return _until_ended(with_identity_run(outcomes, identity_map), horizon_days, known_on)


def _until_ended(outcomes: DataFrame, horizon_days: int, known_on: date) -> DataFrame:
    """The outcomes with their window, null where that has not ended on the day."""
    matured_on = F.date_add("as_of", horizon_days)
    has_ended = matured_on <= F.lit(known_on)
    columns = {
        "horizon_days": F.lit(horizon_days),
        "matured_on": matured_on,
        "is_churned": F.when(has_ended & F.col("is_eligible"), F.col("orders") == 0),
        **{name: F.when(has_ended, F.col(name)) for name in ("orders", "revenue_amount")},
    }
    return outcomes.withColumns(columns)


def _is_inside(horizon_days: int, known_on: date) -> Column:
    """The payment lies in the outcome window, as far as that has passed, and its order stands: of
    the intervals in which it stood, the one that lasts.
    """
    end = F.least(F.date_add("as_of", horizon_days), F.lit(known_on))
    return (F.col("on") >= F.col("as_of")) & (F.col("on") < end) & F.col("ended_on").isNull()


def _is_before(eligible_days: int) -> Column:
    """The payment lies in the eligibility window, as known on the day."""
    return (
        (F.col("known_on") < F.col("as_of"))
        & F.coalesce(F.col("ended_on") >= F.col("as_of"), F.lit(True))
        & (F.col("on") >= F.date_sub("as_of", eligible_days))
    )


def _order_payments(sales: DataFrame, identity_map: DataFrame) -> DataFrame:
    return with_customer(sales, identity_map).select(
        "customer_id",
        local_day(F.col("event_at")).alias("on"),
        local_day(F.greatest("event_at", "available_at", "stands_from")).alias("known_on"),
        local_day(F.col("stands_to")).alias("ended_on"),
        F.col("currency").alias("paid_in"),
        F.col("net_amount").alias("amount"),
        F.lit(True).alias("is_order"),
    )


def _refund_payments(refunds: DataFrame, identity_map: DataFrame) -> DataFrame:
    """Refunds that take from what was sold, as amounts below zero."""
    counted = refunds.filter(F.col("counts_as").isin(*COUNTED))
    return with_customer(counted, identity_map).select(
        "customer_id",
        local_day(F.col("event_at")).alias("on"),
        local_day(F.greatest("event_at", "available_at")).alias("known_on"),
        F.lit(None).cast("date").alias("ended_on"),
        F.col("currency").alias("paid_in"),
        (-F.col("refund_amount")).alias("amount"),
        F.lit(False).alias("is_order"),
    )


def outcome_under_old_map(
    orders: DataFrame, old_map: DataFrame, identity_map: DataFrame, labels: DataFrame
) -> DataFrame:
    """customer_id under an older identity map, and `churned` as 0 or 1: whether nobody that
    customer turned out to be came back.

    The records that bought lead from the customers of `old_map` to those of `identity_map`, whose
    outcome `labels` (one cut-off and horizon) tell.
    """
    buyers = orders.select("party_id").distinct()
    newer = current(identity_map).select("party_id", F.col("customer_id").alias("newer_id"))
    pairs = with_customer(buyers, old_map).join(newer, on=["party_id"], how="inner")
    outcomes = labels.filter(F.col("is_churned").isNotNull()).select(
        F.col("customer_id").alias("newer_id"), "is_churned"
    )
    return (
        pairs.join(outcomes, on=["newer_id"], how="inner")
        .groupBy("customer_id")
        .agg(F.bool_and("is_churned").cast("double").alias("churned"))
    )
