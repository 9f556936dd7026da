"""What of the rows a churn model learns from."""

from datetime import date
from typing import Final

import pandas as pd
import pytest
from pyspark.sql import SparkSession

from holdfast.models.churn.dataset import leave_out_calendar, prepare_rows
from holdfast.models.churn.split import Fold, Split

DAYS: Final = (date(2024, 1, 1), date(2025, 1, 1), date(2025, 12, 31))
FEATURES: Final = ("visits", "month", "half_known", "constant")


def rows() -> pd.DataFrame:
    """Two customers on each day, of whom `half_known` is known of one."""
    return pd.DataFrame(
        {
            "as_of": [day for day in DAYS for _ in (0, 1)],
            "visits": [1.0, 2.0] * len(DAYS),
            "month": [float(day.month) for day in DAYS for _ in (0, 1)],
            "half_known": [1.0, None, 2.0, None, 3.0, None],
            "constant": 7.0,
        }
    )


@pytest.mark.parametrize("newest", [DAYS[1], date(2025, 12, 30)])
def test_within_two_years_what_is_the_same_for_all_of_a_day_says_which_day_it_is(
    newest: date,
) -> None:
    fold = Fold((DAYS[0], newest), date(2026, 6, 1))
    assert leave_out_calendar(rows(), FEATURES, fold) == ("visits", "half_known", "constant")


def test_where_nothing_tells_customers_apart_the_days_names_are_all_there_is() -> None:
    fold = Fold(DAYS[:2], date(2026, 6, 1))
    assert leave_out_calendar(rows(), ("month",), fold) == ("month",)


def test_after_two_years_each_season_was_seen_twice() -> None:
    assert leave_out_calendar(rows(), FEATURES, Fold(DAYS, date(2026, 6, 1))) == FEATURES


def test_a_feature_may_not_be_called_like_a_column_of_the_rows(spark: SparkSession) -> None:
    frame = spark.createDataFrame([(1,)], "rule_band int")
    with pytest.raises(ValueError, match="rename rule_band"):
        prepare_rows(frame, ["rule_band"], Split((DAYS[0],), (), DAYS[1]))
