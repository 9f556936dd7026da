"""How long before they left leavers were warned of, against histories written by hand; in pandas as
in Spark.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pyspark.sql import DataFrame, SparkSession

from holdfast.models.churn.bands import BandRule
from holdfast.models.churn.lead_time import backtest_lead, describe_lead, find_lead_days
from holdfast.transformations.scoring.lead_time import lead_times
from holdfast.transformations.tables.gold import CHURN_SCORES, CUSTOMER_REDIRECTS

CUTOFF = date(2025, 10, 1)
DAYS = [date(2025, 6, 1), date(2025, 7, 1), date(2025, 8, 1), date(2025, 9, 1), CUTOFF]
# customer: last order, bands on DAYS (n none, e early, m medium, h high, . not scored), lead days
HISTORIES: dict[int, tuple[date, str, int | None]] = {
    1: (date(2025, 9, 15), "nnemh", 14),  # still buying when warned of
    2: (date(2025, 8, 20), "nneem", -42),  # six weeks of silence had passed
    3: (date(2025, 9, 15), "hhnmm", 14),  # the calm in August ends the first warning
    4: (date(2025, 8, 1), "hhmmh", 61),  # from the first day on
    5: (date(2025, 7, 1), "eemhe", None),  # calm at last: no warning stands
    6: (date(2025, 9, 1), "nnnnn", None),
    7: (date(2025, 9, 10), "..m.h", 40),  # days without a score neither warn nor calm
}
UNKNOWN = 8  # a leaver whom no day has scored


def leavers() -> pd.DataFrame:
    found = [(customer, last) for customer, (last, _, _) in HISTORIES.items()]
    return pd.DataFrame([*found, (UNKNOWN, CUTOFF)], columns=["customer_id", "last_on"])


def scored() -> list[tuple[date, int, str]]:
    names = {"n": "none", "e": "early", "m": "medium", "h": "high"}
    return [
        (day, customer, names[band])
        for customer, (_, bands, _) in HISTORIES.items()
        for day, band in zip(DAYS, bands, strict=True)
        if band in names
    ]


def test_the_warning_is_the_first_since_which_the_band_was_never_calm() -> None:
    table = pd.DataFrame(scored(), columns=["as_of", "customer_id", "band"])
    table["is_warned"] = table.pop("band").isin(["medium", "high"])
    found = find_lead_days(table, leavers())
    assert {customer: None if np.isnan(lead) else lead for customer, lead in found.items()} == {
        customer: lead for customer, (_, _, lead) in HISTORIES.items()
    }


def test_published_scores_say_the_same_and_nothing_after_the_outcome_was_known_counts(
    spark: SparkSession, rows: Callable[[Any, list[dict[str, object]]], DataFrame]
) -> None:
    known_on = CUTOFF + timedelta(days=90)
    late = [(known_on, 6, "high"), (known_on, 1, "none")]
    late.append((CUTOFF + timedelta(days=1), UNKNOWN, "high"))  # history began too late for it
    old_ids = {7: 70}  # was scored under an id that was merged since
    scores = [
        {"as_of": day, "customer_id": old_ids.get(customer, customer), "risk_band": band}
        for day, customer, band in [*scored(), *late]
    ]
    other = [{"as_of": CUTOFF, "customer_id": 1, "risk_band": "none", "horizon_days": 365}]
    led = {**{i: i for i in [*HISTORIES, UNKNOWN]}, 70: 7}
    redirects = [{"customer_id": old, "current_customer_id": now} for old, now in led.items()]
    found = lead_times(
        rows(CHURN_SCORES, [*scores, *other]),
        rows(CUSTOMER_REDIRECTS, redirects),
        spark.createDataFrame(leavers(), "customer_id long, last_on date"),
        CUTOFF,
        90,
    )
    assert {row.customer_id: row.lead_days for row in found.collect()} == {
        customer: lead for customer, (_, _, lead) in HISTORIES.items()
    }


def test_a_backtest_asks_the_models_of_each_day() -> None:
    def day(on: date, recency: list[float]) -> pd.DataFrame:
        known = {"as_of": on, "customer_id": [1, 2, 3, 4], "churned": [1.0, 1.0, 0.0, 1.0]}
        return pd.DataFrame({**known, "recency_days": recency})

    before, bands = CUTOFF - timedelta(days=92), BandRule("probability", 0.6, 0.35, 0.2)
    answers = {
        before: (day(before, [5.0, 5, 5, 5]), np.array([0.35, 0.1, 0.9, 0.1])),
        CUTOFF: (day(CUTOFF, [20.0, 40, 5, 9]), np.array([0.4, 0.35, 0.1, 0.34])),
    }
    # 1 was warned of 92 days before the cut-off, 72 before its last order; 2 on it; 4 never
    assert [
        (row["metric"], row["value"], row["rows"]) for row in backtest_lead(answers, CUTOFF, bands)
    ] == [("lead_days", (72 - 40) / 2, 2), ("warned_share", pytest.approx(2 / 3), 3)]
    plain = {CUTOFF: (answers[CUTOFF][0].drop(columns="recency_days"), answers[CUTOFF][1])}
    assert backtest_lead(plain, CUTOFF, bands) == []


def test_without_leavers_or_warnings_there_is_no_median() -> None:
    assert describe_lead("model", CUTOFF, 0, 0, None) == []
    (only,) = describe_lead("model", CUTOFF, 4, 0, None)
    assert (only["metric"], only["value"], only["rows"]) == ("warned_share", 0.0, 4)
