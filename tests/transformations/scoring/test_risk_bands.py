"""The written rules at every boundary, and how bands are joined. Thresholds are those of the
packaged settings.
"""

from itertools import product
from typing import Any, Final

import pytest
from pyspark.sql import Row, SparkSession
from pyspark.sql import functions as F

from holdfast.jobs.runtime.config import settings
from holdfast.jobs.stages.parameters import band_cuts, rule_thresholds
from holdfast.transformations.features.registry import NAMES
from holdfast.transformations.scoring.risk_bands import (
    BANDS,
    model_band,
    more_severe,
    with_rule_band,
)

SIGNALS: Final = (
    "frequency_drop_share",
    "recency_days",
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
DROP, IDLE = "frequency_drop_share", "recency_days"
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

# what is known of a customer: the band, and the hits stored with it
CASES: Final[tuple[tuple[dict[str, float], str, str | None], ...]] = (
    ({}, "none", None),
    ({DROP: 0.1499}, "none", None),
    ({DROP: 0.15}, "early", "early.frequency_drop"),
    ({DROP: 0.2999}, "early", "early.frequency_drop"),
    ({DROP: 0.30}, "medium", "medium.frequency_drop"),
    ({DROP: 0.5999}, "medium", "medium.frequency_drop"),
    ({DROP: 0.60}, "high", "high.frequency_drop"),
    ({DROP: 1.0}, "high", "high.frequency_drop"),
    ({DROP: -2.0}, "none", None),
    ({IDLE: 29}, "none", None),
    ({IDLE: 30}, "medium", "medium.idle"),
    ({IDLE: 44}, "medium", "medium.idle"),
    ({IDLE: 45}, "high", "high.idle"),
    ({IDLE: 400}, "high", "high.idle"),
    ({"gap_ratio": 1.4999}, "none", None),
    ({"gap_ratio": 1.5}, "early", "early.missed_window"),
    # of the weaker signs it takes two of one band
    (SHRINKING, "none", "high..shrinking_baskets"),
    (UNSUBSCRIBED, "none", "high..unsubscribed"),
    (RETURNS, "none", "high..multiple_returns"),
    ({"returns_90d": 1}, "none", None),
    ({"order_value_change": -0.1999}, "none", None),
    (SHRINKING | UNSUBSCRIBED, "high", "high..shrinking_baskets,high..unsubscribed"),
    (UNSUBSCRIBED | RETURNS, "high", "high..unsubscribed,high..multiple_returns"),
    (SHRINKING | RETURNS, "high", "high..shrinking_baskets,high..multiple_returns"),
    (QUIET, "none", "medium..reduced_engagement"),
    ({"visits_change": -0.5}, "none", "medium..reduced_engagement,early..fewer_visits"),
    ({"email_rate_change": -0.4999}, "none", None),
    (QUIET | COMPETITOR, "medium", "medium..reduced_engagement,medium..competitor"),
    (COMPETITOR | PRICE, "medium", "medium..competitor,medium..price_sensitivity"),
    (COMPETITOR | {"discounted_share_change": 0.1999}, "none", "medium..competitor"),
    (BROWSING | CATEGORIES, "early", "early..browsing,early..fewer_categories"),
    (BROWSING | VISITS, "early", "early..browsing,early..fewer_visits"),
    (CATEGORIES | VISITS, "early", "early..fewer_categories,early..fewer_visits"),
    ({"views_without_order_30d": 2, **VISITS}, "none", "early..fewer_visits"),
    ({"categories_change": -0.4999, "visits_change": -0.2999}, "none", None),
    # weaker signs of different bands do not add up; the most severe band counts
    (
        SHRINKING | COMPETITOR | BROWSING,
        "none",
        "high..shrinking_baskets,medium..competitor,early..browsing",
    ),
    ({DROP: 0.15, IDLE: 45}, "high", "high.idle,early.frequency_drop"),
    # an open urgent ticket lifts by one band, and there is none above high
    (URGENT, "early", "lift.urgent_ticket"),
    (URGENT | {DROP: 0.15}, "medium", "early.frequency_drop,lift.urgent_ticket"),
    (URGENT | {IDLE: 30}, "high", "medium.idle,lift.urgent_ticket"),
    (URGENT | {IDLE: 45}, "high", "high.idle,lift.urgent_ticket"),
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


def test_a_cut_belongs_to_the_band_above_and_without_a_probability_there_is_no_model_band(
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
    bands = frame.select(
        "expected",
        model_band(
            F.col("probability").cast("decimal(9,6)"), band_cuts(settings.load().values)
        ).alias("band"),
    )
    assert [row["band"] for row in bands.collect()] == [band for _, band in cases]


def test_the_more_severe_band_counts_and_no_band_is_none(spark: SparkSession) -> None:
    severity: dict[str | None, int] = {None: 0, **{band: place for place, band in enumerate(BANDS)}}
    pairs = list(product(severity, severity))
    frame = spark.createDataFrame(pairs, "one string, other string")
    found = frame.select(more_severe(F.col("one"), F.col("other")).alias("band")).collect()
    assert [row["band"] for row in found] == [
        BANDS[max(severity[one], severity[other])] for one, other in pairs
    ]
