"""A decision as text: plays with what they cost and gain, limits with their prices."""

from collections.abc import Sequence
from typing import Any

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from holdfast.transformations.tables.vocabulary import NO_PLAY


def list_plays(actions: DataFrame) -> list[Row]:
    """title, customers, cost, gain, low and high of each play of `next_best_actions`, those that
    gain most first; and of the customers left alone, by the reason.
    """
    is_left = F.col("action") == F.lit(NO_PLAY)
    title = F.when(is_left, F.concat(F.lit("left alone: "), F.col("left_alone_because")))
    sums = {"cost": "cost_amount", "gain": "value_amount"}
    sums |= {"low": "value_low_amount", "high": "value_high_amount"}
    counted = actions.groupBy(
        is_left.alias("is_left"), F.coalesce(title, F.col("title")).alias("title")
    ).agg(
        F.count(F.lit(1)).alias("customers"),
        *(F.sum(name).cast("double").alias(own) for own, name in sums.items()),
    )
    order = ("is_left", F.desc_nulls_last("gain"), F.desc("customers"), "title")
    return list(counted.orderBy(*order).collect())


def show(plays: Sequence[Row], limits: Sequence[dict[str, Any]], currency: str) -> str:
    """The lines of a table of plays and of one of limits."""
    lines = [f"{'play':<52}{'customers':>10}{'cost':>12}{'gain':>12}   90 % interval, {currency}"]
    for play in plays:
        figures = ""
        if not play.is_left:
            figures = (
                f"{play.cost:>12,.2f}{play.gain:>12,.2f}   {play.low:,.2f} to {play.high:,.2f}"
            )
        lines.append(f"{play.title[:51]:<52}{play.customers:>10,}{figures}")
    lines += ["", f"{'limit':<52}{'used':>12}{'of':>12}   one more is worth"]
    for limit in limits:
        price = f"{limit['shadow_price_value']:,.4f}" if limit["is_binding"] else "nothing"
        used = f"{limit['used_value']:>12,.2f}{limit['limit_value']:>12,.2f}"
        lines.append(f"{limit['limit_name']:<52}{used}   {price}")
    one = limits[0]
    most = f"no plan within the limits is worth more than {one['bound_amount']:,.2f} {currency}"
    return "\n".join([*lines, "", f"gain {one['plan_amount']:,.2f} {currency}; {most}"])
