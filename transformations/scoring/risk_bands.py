"""Risk bands: the written rules D23-D25 beside the model's, each hit kept as evidence.

One strong sign makes a band; of the weaker signs of a band it takes two. An unsolved urgent ticket
lifts by one band, since it can outweigh months of good engagement (D21).
"""

from dataclasses import dataclass
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

BANDS: Final = ("none", "early", "medium", "high")


@dataclass(frozen=True)
class Rules:
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
class Cuts:
    """Calibrated probabilities from which a model band begins."""

    high: float
    medium: float
    early: float


def with_rule_band(frame: DataFrame, rules: Rules) -> DataFrame:
    """`frame` of snapshots with `rule_band`, and `rule_hits`: the rules that fired,
    comma-separated, null without any.
    """
    hits = F.array_compact(
        F.array(
            *(
                F.when(F.coalesce(rule, F.lit(False)), F.lit(name))
                for name, rule in _signs(rules).items()
            )
        )
    )
    found = frame.withColumn("_hits", hits)
    return found.withColumns(
        {
            "rule_band": _band(F.col("_hits")),
            "rule_hits": F.when(F.size("_hits") > 0, F.array_join("_hits", ",")),
        }
    ).drop("_hits")


def model_band(probability: Column, cuts: Cuts) -> Column:
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


def _signs(rules: Rules) -> dict[str, Column]:
    """Every rule as `<band>.<sign>`; a sign after two dots is one of the weaker."""
    drop, idle = F.col("frequency_drop_share"), F.col("recency_days")
    fell = F.least("visits_change", "email_rate_change")
    return {
        "high.frequency_drop": drop >= rules.drop_high,
        "high.idle": idle >= rules.idle_high,
        "high..shrinking_baskets": F.col("order_value_change") <= rules.basket_fall,
        "high..unsubscribed": F.col("unsubscribed_90d") > 0,
        "high..multiple_returns": F.col("returns_90d") >= rules.returns,
        "medium.frequency_drop": (drop >= rules.drop_medium) & (drop < rules.drop_high),
        "medium.idle": (idle >= rules.idle_medium) & (idle < rules.idle_high),
        "medium..reduced_engagement": fell <= rules.engagement_fall,
        "medium..competitor": F.col("competitor_90d") > 0,
        "medium..price_sensitivity": F.col("discounted_share_change") >= rules.price_rise,
        "early.frequency_drop": (drop >= rules.drop_early) & (drop < rules.drop_medium),
        "early.missed_window": F.col("gap_ratio") >= rules.window_ratio,
        "early..browsing": F.col("views_without_order_30d") >= rules.browsing,
        "early..fewer_categories": F.col("categories_change") <= rules.categories_fall,
        "early..fewer_visits": F.col("visits_change") <= rules.visits_fall,
        "lift.urgent_ticket": F.col("open_urgent_tickets") > 0,
    }


def _band(hits: Column) -> Column:
    def fired(band: str) -> Column:
        strong = F.size(
            F.filter(hits, lambda hit: hit.startswith(f"{band}.") & ~hit.startswith(f"{band}.."))
        )
        weak = F.size(F.filter(hits, lambda hit: hit.startswith(f"{band}..")))
        return (strong > 0) | (weak >= 2)

    written = F.when(fired("high"), 4).when(fired("medium"), 3).when(fired("early"), 2).otherwise(1)
    lifted = F.least(
        written + F.when(F.array_contains(hits, "lift.urgent_ticket"), 1).otherwise(0),
        F.lit(len(BANDS)),
    )
    return F.element_at(F.array(*(F.lit(band) for band in BANDS)), lifted)
