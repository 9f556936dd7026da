"""What was tried on whom, by which chance, and what came of it: rows of history and their sums.

A row says what was done for a customer on a day, or that the customer was left alone, and which
plays might have been done instead (`options`): for these plays, and no other, the row counts.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.decisions.contacts import newest_decisions
from holdfast.transformations.identity.join import current
from holdfast.transformations.plays.play import Play
from holdfast.transformations.tables.vocabulary import NO_PLAY

CHOSEN: Final = "were chosen, not drawn"
NO_CHANCE: Final = "could not have been otherwise, or have no chance that is known"
REPAIRED: Final = "were changed to keep a limit"
NOBODY: Final = "are of no customer"
NOT_OURS: Final = "are of plays that the catalogue does not have"
YOUNG: Final = "are too young for their outcome"
LABELS: Final = ("driver", "lifecycle", "value_tier")
ROW: Final = ("customer_id", "done_on", "play", "propensity", "options")
_WEIGHT: Final = "decimal(20,6)"  # sums of decimals do not depend on the order of rows


def list_experiments(
    treatments: DataFrame, identity_map: DataFrame, plays: Sequence[str], matured_on: date
) -> DataFrame:
    """silver.treatments (with happened_on) as history. `options` are the plays of the row's
    experiment, rows without a name being one; `left_out` says why a row does not count, null where
    it does. `matured_on` is the last day whose outcome is known.
    """
    members = current(identity_map).select("party_id", "customer_id")
    joined = treatments.join(members, on=["party_id"], how="left").withColumns(
        {"done_on": F.col("happened_on"), "experiment": F.coalesce("experiment", F.lit(""))}
    )
    marked = joined.withColumn(
        "left_out",
        _first_that_holds(
            {
                CHOSEN: F.col("assignment") != F.lit("drawn"),
                **_common_faults(plays, matured_on),
            }
        ),
    )
    is_play = F.col("left_out").isNull() & (F.col("play") != F.lit(NO_PLAY))
    tried = (
        marked.filter(is_play)
        .groupBy("experiment")
        .agg(
            F.array_sort(F.collect_set("play")).alias("options")  # any order: sorted
        )
    )
    return marked.join(F.broadcast(tried), on=["experiment"], how="left").select(*ROW, "left_out")


def list_decisions(
    decisions: DataFrame, redirects: DataFrame, plays: Sequence[str], matured_on: date
) -> DataFrame:
    """gold.decision_log as history, with what it says of customers on the day."""
    own = ("propensity", "options", "is_repaired", "reason", *LABELS[1:], "leave_probability")
    newest = newest_decisions(decisions, redirects, own).withColumnRenamed("reason", "driver")
    faults = {REPAIRED: F.col("is_repaired"), **_common_faults(plays, matured_on)}
    return newest.withColumns(
        {"options": F.split("options", ","), "left_out": _first_that_holds(faults)}
    ).select(*ROW, *LABELS, "leave_probability", "left_out")


def _common_faults(plays: Sequence[str], matured_on: date) -> Mapping[str, Column]:
    chance = F.col("propensity")
    return {
        NO_CHANCE: ~F.coalesce((chance > 0) & (chance < 1), F.lit(False)),
        NOBODY: F.col("customer_id").isNull(),
        NOT_OURS: ~F.col("play").isin(NO_PLAY, *plays),
        YOUNG: F.col("done_on") > F.lit(matured_on),
    }


def _first_that_holds(faults: Mapping[str, Column]) -> Column:
    return F.coalesce(*(F.when(holds, F.lit(word)) for word, holds in faults.items()))


def place_on_days(rows: DataFrame, segments: DataFrame) -> DataFrame:
    """`rows` with lifecycle, value_tier and alive_probability of the customer's newest row of
    gold.customer_segments on or before the day, and its day as `as_of`; those that have one.
    """
    labels = F.struct("as_of", *LABELS[1:], "alive_probability")
    keys = rows.select("customer_id", "done_on").distinct()
    is_earlier = F.col("as_of") <= F.col("done_on")
    earlier = keys.join(segments, on=["customer_id"], how="inner").filter(is_earlier)
    newest = earlier.groupBy("customer_id", "done_on").agg(F.max_by(labels, "as_of").alias("last"))
    placed = rows.join(newest, on=["customer_id", "done_on"], how="inner")
    return placed.select("*", "last.*").drop("last")


def list_fitting(plays: Sequence[Play]) -> Column:
    """The plays, of those whose stage, tier and features it asks for, that a customer might have
    got on a day, given its row of features.customer_snapshots with lifecycle and value_tier.
    """
    fitting = [F.when(_fits(play), F.lit(play.id)) for play in plays]
    return F.array_compact(F.array(*fitting).cast("array<string>"))


def _fits(play: Play) -> Column:
    fits = F.lit(True)
    for label, words in (
        ("lifecycle", play.audience.lifecycles),
        ("value_tier", play.audience.value_tiers),
    ):
        fits = fits & F.col(label).isin(*words) if words else fits
    for name, bounds in play.when.items():
        if bounds.at_least is not None:
            fits = fits & (F.col(name) >= F.lit(bounds.at_least))
        if bounds.at_most is not None:
            fits = fits & (F.col(name) <= F.lit(bounds.at_most))
    return fits


def add_up(rows: DataFrame, outcomes: DataFrame) -> DataFrame:
    """One row per play, driver, lifecycle and value tier that has history: `leave`, the sum of
    inverse propensities times the probability to leave, and of each arm (`treated_`, `untreated_`)
    count, weight, weight_squared, stayed and stayed_squared, as models.uplift.history has them.

    `outcomes` has customer_id, done_on and stayed, of the days whose outcome is known.
    """
    is_treated = F.col("play") != F.lit(NO_PLAY)
    of_row = F.filter("options", lambda play: ~is_treated | (play == F.col("play")))
    each = rows.join(outcomes, on=["customer_id", "done_on"], how="inner").select(
        *LABELS,
        is_treated.alias("is_treated"),
        F.explode(of_row).alias("play"),
        (1 / F.col("propensity")).cast(_WEIGHT).alias("w"),
        F.col("leave_probability").cast("decimal(9,6)").alias("leave"),
        F.col("stayed").cast("int").alias("y"),
    )
    sums = {
        "count": F.lit(1),
        "weight": F.col("w"),
        "weight_squared": (F.col("w") * F.col("w")).cast("decimal(28,6)"),
        "stayed": F.col("w") * F.col("y"),
        "stayed_squared": (F.col("w") * F.col("w")).cast("decimal(28,6)") * F.col("y"),
    }
    return each.groupBy("play", *LABELS).agg(
        F.sum((F.col("w") * F.col("leave")).cast("decimal(28,6)")).alias("leave"),
        *(
            F.coalesce(F.sum(F.when(of_arm, value)), F.lit(0)).alias(f"{arm}_{name}")
            for arm, of_arm in (
                ("treated", F.col("is_treated")),
                ("untreated", ~F.col("is_treated")),
            )
            for name, value in sums.items()
        ),
    )
