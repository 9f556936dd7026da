"""Risk bands: the written rules beside the model's, each rule that fired kept by its name.

One strong rule makes a band; of the weaker rules of a band it takes two. An unsolved urgent ticket
lifts by one band, since it can outweigh months of good engagement.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

BANDS: Final = ("none", "early", "medium", "high")
LIFT: Final = "lift"  # in place of a band: one band more severe than the others say


@dataclass(frozen=True)
class RuleThresholds:
    """Thresholds of the written rules: see conf/base/churn.yml for what each means. A threshold
    itself counts.
    """

    drop_high: float
    drop_medium: float
    drop_early: float
    idle_high: float
    idle_medium: float
    basket_fall: float
    returns: float
    engagement_fall: float
    price_rise: float
    window_ratio: float
    browsing: float
    categories_fall: float
    visits_fall: float


@dataclass(frozen=True)
class BandCuts:
    """Calibrated probabilities from which a model band begins."""

    high: float
    medium: float
    early: float


@dataclass(frozen=True, eq=False)
class RiskRule:
    """A written rule: the band it speaks for, and its condition on a snapshot.

    Of the weak rules of a band it takes two. A rule of LIFT makes no band of its own but raises the
    others' by one.
    """

    name: str
    band: str
    is_weak: bool
    condition: Column


def risk_rules(at: RuleThresholds) -> tuple[RiskRule, ...]:
    """Every written rule, in the order in which `rule_hits` names those that fired."""
    drop, idle = F.col("frequency_drop_share"), F.col("recency_days")
    fall = F.least("visits_change", "email_rate_change")
    strong, weak = False, True
    return (
        RiskRule("frequency_drop_high", "high", strong, drop >= at.drop_high),
        RiskRule("idle_high", "high", strong, idle >= at.idle_high),
        RiskRule("shrinking_baskets", "high", weak, F.col("order_value_change") <= at.basket_fall),
        RiskRule("unsubscribed", "high", weak, F.col("unsubscribed_90d") > 0),
        RiskRule("multiple_returns", "high", weak, F.col("returns_90d") >= at.returns),
        RiskRule(
            "frequency_drop_medium", "medium", strong, _from(drop, at.drop_medium, at.drop_high)
        ),
        RiskRule("idle_medium", "medium", strong, _from(idle, at.idle_medium, at.idle_high)),
        RiskRule("reduced_engagement", "medium", weak, fall <= at.engagement_fall),
        RiskRule("competitor", "medium", weak, F.col("competitor_90d") > 0),
        RiskRule(
            "price_sensitivity", "medium", weak, F.col("discounted_share_change") >= at.price_rise
        ),
        RiskRule(
            "frequency_drop_early", "early", strong, _from(drop, at.drop_early, at.drop_medium)
        ),
        RiskRule("missed_window", "early", strong, F.col("gap_ratio") >= at.window_ratio),
        RiskRule("browsing", "early", weak, F.col("views_without_order_30d") >= at.browsing),
        RiskRule(
            "fewer_categories", "early", weak, F.col("categories_change") <= at.categories_fall
        ),
        RiskRule("fewer_visits", "early", weak, F.col("visits_change") <= at.visits_fall),
        RiskRule("urgent_ticket", LIFT, strong, F.col("open_urgent_tickets") > 0),
    )


def _from(value: Column, low: float, high: float) -> Column:
    """At or above `low`, below `high`."""
    return (value >= low) & (value < high)


def with_rule_band(frame: DataFrame, thresholds: RuleThresholds) -> DataFrame:
    """`frame` of snapshots with `rule_band`, and `rule_hits`: names of the rules that fired,
    comma-separated, null without any.
    """
    rules = risk_rules(thresholds)
    hits = F.array_compact(
        F.array(
            *(F.when(F.coalesce(rule.condition, F.lit(False)), F.lit(rule.name)) for rule in rules)
        )
    )
    return (
        frame.withColumn("_hits", hits)
        .withColumns(
            {
                "rule_band": _band(F.col("_hits"), rules),
                "rule_hits": F.when(F.size("_hits") > 0, F.array_join("_hits", ",")),
            }
        )
        .drop("_hits")
    )


def model_band(probability: Column, cuts: BandCuts) -> Column:
    """The band of a probability; null where it is null."""
    return (
        F.when(probability >= cuts.high, "high")
        .when(probability >= cuts.medium, "medium")
        .when(probability >= cuts.early, "early")
        .when(probability.isNotNull(), "none")
    )


def more_severe(one: Column, other: Column) -> Column:
    """The worse of two bands; a null band counts as none."""
    order = F.array(*(F.lit(band) for band in BANDS))
    worse = F.greatest(
        *(F.array_position(order, F.coalesce(band, F.lit("none"))) for band in (one, other))
    )
    return F.element_at(order, worse.cast("int"))


def _band(hits: Column, rules: Sequence[RiskRule]) -> Column:
    """The most severe band that a strong rule or two weak ones speak for, raised by a lifting
    rule.
    """

    def count_hits(band: str, is_weak: bool) -> Column:
        names = [rule.name for rule in rules if (rule.band, rule.is_weak) == (band, is_weak)]
        return F.size(F.array_intersect(hits, F.array(*(F.lit(name) for name in names))))

    def speaks(band: str) -> Column:
        return (count_hits(band, is_weak=False) > 0) | (count_hits(band, is_weak=True) >= 2)

    written = (
        F.when(speaks("high"), 4).when(speaks("medium"), 3).when(speaks("early"), 2).otherwise(1)
    )
    raised = written + F.when(count_hits(LIFT, is_weak=False) > 0, 1).otherwise(0)
    order = F.array(*(F.lit(band) for band in BANDS))
    return F.element_at(order, F.least(raised, F.lit(len(BANDS))))
