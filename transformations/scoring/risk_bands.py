"""Risk bands: cut on the calibrated probability; the written rules are evidence beside it, each
rule that fired kept by its name.

A strong rule makes a rule band by itself; of the weaker rules of a band it takes two. An unsolved
urgent ticket lifts it by one band, since it can outweigh months of good engagement; the band of a
probability it lifts only where outcomes have shown that the probability says too little.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

BANDS: Final = ("none", "early", "medium", "high")
WARNING_BANDS: Final = ("medium", "high")  # those that ask for something to be done
LIFT: Final = "lift"  # in place of a band: one band more severe than the others say
LIFTING: Final = "urgent_ticket"  # the rule that does so


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
    idle_ratio: float
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
    """Calibrated probabilities from which a band begins."""

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
    drop = F.col("frequency_drop_share")
    # Silence beyond the customer's own rhythm: who comes twice a year is not idle after 45 days.
    idle = F.when(F.col("idle_ratio") >= at.idle_ratio, F.col("idle_days"))
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
        RiskRule(LIFTING, LIFT, strong, F.col("open_urgent_tickets") > 0),
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


def rule_alarms(hits: Column, alarms: Sequence[str]) -> Column:
    """Of `rule_hits`, those that raise an alarm of their own, comma-separated; null without any."""
    own = F.array(*(F.lit(name) for name in alarms)).cast("array<string>")
    heard = F.array_intersect(F.split(hits, ","), own)
    return F.when(F.size(heard) > 0, F.array_join(heard, ","))


def risk_band(probability: Column, alarms: Column, cuts: BandCuts) -> Column:
    """The band of a probability, one higher where the lifting rule is among the `rule_alarms`; null
    without a probability.
    """
    place = (
        F.when(probability >= cuts.high, 4)
        .when(probability >= cuts.medium, 3)
        .when(probability >= cuts.early, 2)
        .when(probability.isNotNull(), 1)
    )
    is_lifted = F.coalesce(F.array_contains(F.split(alarms, ","), LIFTING), F.lit(False))
    return _name_band(place + is_lifted.cast("int"))


def _name_band(place: Column) -> Column:
    """The band at a place, 1 for the least severe, null for null; there is none beyond the most
    severe.
    """
    # Not by element_at: it claims never to be null, whatever its index, and coalesce believes it.
    found = F.when(place >= len(BANDS), BANDS[-1])
    for number, band in enumerate(BANDS[:-1], 1):
        found = found.when(place == number, band)
    return found


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
    is_lifted = F.array_contains(hits, LIFTING)
    return _name_band(written + is_lifted.cast("int"))
