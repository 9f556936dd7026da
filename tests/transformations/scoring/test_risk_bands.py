"""The band of a probability, and the written rules at every boundary. Thresholds are those of the
packaged settings.
"""

from typing import Any, Final

import pytest
from chispa import assert_column_equality
from pyspark.sql import Row, SparkSession
from pyspark.sql import functions as F

from holdfast.jobs.runtime.config import settings
from holdfast.jobs.stages.parameters import rule_thresholds
from holdfast.transformations.features.registry import NAMES
from holdfast.transformations.scoring.risk_bands import (
    BandCuts,
    risk_band,
    rule_alarms,
    with_rule_band,
)

SIGNALS: Final = (
    "frequency_drop_share",
    "idle_days",
    "idle_ratio",
    "visits_change",
    "email_rate_change",
    "order_value_change",
    "unsubscribed_90d",
    "returns_90d",
    "competitor_90d",
    "discounted_share_change",
    "gap_ratio",
    "views_without_order_30d",
    "categories_change",
    "open_urgent_tickets",
)
DROP = "frequency_drop_share"
SHRINKING, UNSUBSCRIBED, RETURNS = (
    {"order_value_change": -0.2},
    {"unsubscribed_90d": 1},
    {"returns_90d": 2},
)
QUIET, COMPETITOR, PRICE = (
    {"email_rate_change": -0.5},
    {"competitor_90d": 1},
    {"discounted_share_change": 0.2},
)
BROWSING, CATEGORIES, VISITS = (
    {"views_without_order_30d": 3},
    {"categories_change": -0.5},
    {"visits_change": -0.3},
)
URGENT = {"open_urgent_tickets": 1}


def idle(days: float, ratio: float = 1.5) -> dict[str, float]:
    """So many days since any interaction, and so many times the own mean gap."""
    return {"idle_days": days, "idle_ratio": ratio}


# what is known of a customer: the band, and the hits stored with it
CASES: Final[tuple[tuple[dict[str, float], str, str | None], ...]] = (
    ({}, "none", None),
    ({DROP: 0.1499}, "none", None),
    ({DROP: 0.15}, "early", "frequency_drop_early"),
    ({DROP: 0.2999}, "early", "frequency_drop_early"),
    ({DROP: 0.30}, "medium", "frequency_drop_medium"),
    ({DROP: 0.5999}, "medium", "frequency_drop_medium"),
    ({DROP: 0.60}, "high", "frequency_drop_high"),
    ({DROP: 1.0}, "high", "frequency_drop_high"),
    ({DROP: -2.0}, "none", None),
    (idle(29), "none", None),
    (idle(30), "medium", "idle_medium"),
    (idle(44), "medium", "idle_medium"),
    (idle(45), "high", "idle_high"),
    (idle(400), "high", "idle_high"),
    # silence within the own rhythm is none
    (idle(400, 1.4999), "none", None),
    ({"idle_days": 400}, "none", None),
    ({"recency_days": 400}, "none", None),
    ({"gap_ratio": 1.4999}, "none", None),
    ({"gap_ratio": 1.5}, "early", "missed_window"),
    # of the weak rules it takes two of one band
    (SHRINKING, "none", "shrinking_baskets"),
    (UNSUBSCRIBED, "none", "unsubscribed"),
    (RETURNS, "none", "multiple_returns"),
    ({"returns_90d": 1}, "none", None),
    ({"order_value_change": -0.1999}, "none", None),
    (SHRINKING | UNSUBSCRIBED, "high", "shrinking_baskets,unsubscribed"),
    (UNSUBSCRIBED | RETURNS, "high", "unsubscribed,multiple_returns"),
    (SHRINKING | RETURNS, "high", "shrinking_baskets,multiple_returns"),
    (QUIET, "none", "reduced_engagement"),
    ({"visits_change": -0.5}, "none", "reduced_engagement,fewer_visits"),
    ({"email_rate_change": -0.4999}, "none", None),
    (QUIET | COMPETITOR, "medium", "reduced_engagement,competitor"),
    (COMPETITOR | PRICE, "medium", "competitor,price_sensitivity"),
    (COMPETITOR | {"discounted_share_change": 0.1999}, "none", "competitor"),
    (BROWSING | CATEGORIES, "early", "browsing,fewer_categories"),
    (BROWSING | VISITS, "early", "browsing,fewer_visits"),
    (CATEGORIES | VISITS, "early", "fewer_categories,fewer_visits"),
    ({"views_without_order_30d": 2, **VISITS}, "none", "fewer_visits"),
    ({"categories_change": -0.4999, "visits_change": -0.2999}, "none", None),
    # weak rules of different bands do not add up; the most severe band counts
    (
        SHRINKING | COMPETITOR | BROWSING,
        "none",
        "shrinking_baskets,competitor,browsing",
    ),
    ({DROP: 0.15} | idle(45), "high", "idle_high,frequency_drop_early"),
    # an open urgent ticket lifts by one band, and there is none above high
    (URGENT, "early", "urgent_ticket"),
    (URGENT | {DROP: 0.15}, "medium", "frequency_drop_early,urgent_ticket"),
    (URGENT | idle(30), "high", "idle_medium,urgent_ticket"),
    (URGENT | idle(45), "high", "idle_high,urgent_ticket"),
)


@pytest.fixture(scope="module")
def banded(spark: SparkSession) -> dict[int, Row]:
    values: list[Any] = [
        (case, *(None if name not in known else float(known[name]) for name in SIGNALS))
        for case, (known, _, _) in enumerate(CASES)
    ]
    frame = spark.createDataFrame(
        values, "case int, " + ", ".join(f"{name} double" for name in SIGNALS)
    )
    return {
        row["case"]: row
        for row in with_rule_band(frame, rule_thresholds(settings.load().values)).collect()
    }


@pytest.mark.parametrize("case", range(len(CASES)), ids=[str(known) for known, _, _ in CASES])
def test_a_customer_falls_into_the_written_band_and_the_hits_say_why(
    banded: dict[int, Row], case: int
) -> None:
    _, band, hits = CASES[case]
    assert (banded[case]["rule_band"], banded[case]["rule_hits"]) == (band, hits)


def test_every_signal_of_the_rules_is_a_feature() -> None:
    assert set(SIGNALS) <= set(NAMES)


def test_the_band_follows_the_probability_alone_and_a_cut_belongs_to_the_band_above(
    spark: SparkSession,
) -> None:
    cases = [
        (0.0, "none"),
        (0.199999, "none"),
        (0.2, "early"),
        (0.349999, "early"),
        (0.35, "medium"),
        (0.599999, "medium"),
        (0.6, "high"),
        (1.0, "high"),
        (None, None),
    ]
    frame = spark.createDataFrame(cases, "probability double, expected string")
    probability, nothing = F.col("probability").cast("decimal(9,6)"), F.lit(None).cast("string")
    cuts = BandCuts(high=0.6, medium=0.35, early=0.2)
    bands = frame.withColumn("band", risk_band(probability, nothing, cuts))
    assert_column_equality(bands, "band", "expected")
    unknown = F.coalesce(risk_band(probability, nothing, cuts), F.lit("rules"))
    assert bands.filter("expected is null").select(unknown).collect()[0][0] == "rules"


def test_rules_that_outcomes_bore_out_are_alarms_and_an_urgent_ticket_then_lifts(
    spark: SparkSession,
) -> None:
    cases = [
        # hits, those heard when these two were borne out, the band at .3 and at .9
        ("idle_high,urgent_ticket", "urgent_ticket", "medium", "high"),
        ("idle_high,browsing", "browsing", "early", "high"),
        ("idle_high", None, "early", "high"),
        (None, None, "early", "high"),
    ]
    frame = spark.createDataFrame(cases, "hits string, heard string, low string, high string")
    cuts = BandCuts(high=0.6, medium=0.35, early=0.2)
    alarms = rule_alarms(F.col("hits"), ["browsing", "urgent_ticket"])
    found = frame.select(
        *frame.columns,
        alarms.alias("alarms"),
        *(risk_band(F.lit(p), alarms, cuts).alias(f"at_{p}".replace(".", "")) for p in (0.3, 0.9)),
        rule_alarms(F.col("hits"), []).alias("none"),
    ).collect()
    assert [(row.alarms, row.at_03, row.at_09) for row in found] == [
        (heard, low, high) for _, heard, low, high in cases
    ]
    assert {row.none for row in found} == {None}
