"""The tables of a decision: what is done for whom, whom teams call, and the log."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from holdfast.transformations.decisions.sentences import explain, justify
from holdfast.transformations.money import round_to_unit
from holdfast.transformations.plays.play import Play
from holdfast.transformations.tables.columns import SHARE
from holdfast.transformations.tables.vocabulary import NO_PLAY, NO_PROFILE

_EFFECTS: Final = ("effect", "effect_low", "effect_high")
_GAINS: Final = ("margin", "cost", "value")
_OPTION: Final = ("play", "is_matching", *_EFFECTS, "basis", *_GAINS)
_AMOUNTS: Final = ("value", "value_low", "value_high", "saved", "cost")


def next_best_actions(
    people: DataFrame, decided: DataFrame, plays: Sequence[Play], currency: str, as_of: date
) -> DataFrame:
    """gold.next_best_actions and is_repaired: everybody of `describe_people`, with what was
    `decided` (customer_id, action, left_alone_because, effects, amounts as doubles, propensity,
    is_explored, is_repaired), nothing where nothing was.
    """
    joined = people.drop("is_explored").join(decided, on=["customer_id"], how="left")
    filled = joined.withColumns({**_fill_unseen(), "currency": F.lit(currency)})
    is_left = F.col("action") == F.lit(NO_PLAY)
    chosen = filled.withColumns(
        {
            **{name: F.when(~is_left, F.col(name)).cast(SHARE) for name in _EFFECTS},
            **{f"{name}_amount": _money(F.when(~is_left, F.col(name))) for name in _AMOUNTS},
            "title": look_up(plays, lambda play: play.title),
            "channel": look_up(plays, lambda play: play.channel),
            "team": look_up(plays, lambda play: play.team),
            "offer_ends_on": _ends_on(plays, as_of),
            "_tiers": look_up(plays, lambda play: ", ".join(play.audience.value_tiers)),
        }
    )
    return chosen.withColumns(
        {
            "is_done_by_people": F.col("team").isNotNull(),
            "explanation": explain(),
            "justification": justify(F.coalesce("_tiers", F.lit(""))),
        }
    )


def _fill_unseen() -> dict[str, Column]:
    """What is said of those about whom nothing was decided."""
    is_hidden = F.col("score_status").isin(*NO_PROFILE)
    never_bought = F.col("last_order_on").isNull()
    word = F.when(never_bought, "no_purchase").when(is_hidden, "no_analytics").otherwise("no_score")
    is_unseen = F.col("action").isNull()
    return {
        "left_alone_because": F.when(is_unseen, word).otherwise(F.col("left_alone_because")),
        "action": F.coalesce("action", F.lit(NO_PLAY)),
        "propensity": F.when(is_unseen, 1.0).otherwise(F.col("propensity")).cast(SHARE),
        "is_explored": F.coalesce("is_explored", F.lit(False)),
        "is_repaired": F.coalesce("is_repaired", F.lit(False)),
    }


def call_queue(actions: DataFrame) -> DataFrame:
    """gold.call_queue of `next_best_actions`: those that people do, by what is saved."""
    of_team = Window.partitionBy("team").orderBy(F.desc("saved_amount"), "customer_id")
    return (
        actions.filter(F.col("is_done_by_people"))
        .withColumn("place", F.row_number().over(of_team))
        .withColumnRenamed("action", "play")
    )


def decision_log(actions: DataFrame, policy: str) -> DataFrame:
    """gold.decision_log of `next_best_actions`: all but those who never bought."""
    asked = actions.filter(~F.col("left_alone_because").eqNullSafe(F.lit("no_purchase")))
    return asked.withColumns(
        {
            "policy": F.lit(policy),
            "reason": F.col("driver"),
            "leave_probability": F.col("leave_probability").cast(SHARE),
        }
    )


def action_effects(
    options: DataFrame, plays: Sequence[Play], currency: str, horizon_days: int
) -> DataFrame:
    """gold.action_effects of options of customers (customer_id, and arrays of one length)."""
    each = options.select("customer_id", F.inline(F.arrays_zip(*_OPTION)))
    ids = F.array(*(F.lit(play.id) for play in plays)).cast("array<string>")
    teams = F.array(*(F.lit(play.team) for play in plays)).cast("array<string>")
    named = each.withColumns(
        {
            **{name: F.col(name).cast(SHARE) for name in _EFFECTS},
            "play": F.get(ids, F.col("play")),
            "team": F.get(teams, F.col("play")),
            "currency": F.lit(currency),
            "horizon_days": F.lit(horizon_days),
        }
    )
    return named.withColumns({f"{name}_amount": _money(F.col(name)) for name in _GAINS})


def _money(amount: Column) -> Column:
    return round_to_unit(amount.cast("decimal(18,6)"), F.col("currency"))


def look_up(plays: Sequence[Play], read: Callable[[Play], str | None]) -> Column:
    """What the catalogue says of the action; null of none, and where it says nothing."""
    found = F.when(F.lit(False), F.lit(""))
    for play in plays:  # on one level: Spark Connect refuses what is nested a hundred times
        found = found.when(F.col("action") == F.lit(play.id), F.lit(read(play)))
    return found


def _ends_on(plays: Sequence[Play], as_of: date) -> Column:
    days = look_up(
        plays, lambda play: str(play.offer.lasts_days) if play.offer.lasts_days else None
    )
    return F.date_add(F.lit(as_of), days.cast("int"))
