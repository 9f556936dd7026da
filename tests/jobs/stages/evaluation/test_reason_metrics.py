"""Reasons beside true causes: figures worked out by hand."""

from typing import Any, Final

import numpy as np
import pandas as pd
import pytest
from pyspark.sql import SparkSession

from holdfast.jobs.stages.evaluation.reason_metrics import (
    CAUSES,
    ReasonTruth,
    compare_reasons,
    measure_reasons,
)
from holdfast.transformations.features.registry import SNAPSHOTS
from holdfast.transformations.tables.gold import CHURN_REASONS, CHURN_SIGNS
from tests.factories import rows

DAY: Final = "2026-01-01"
# Two of price, of whom one is named; one of each other cause; and one without any.
TRUE: Final = ReasonTruth(
    pd.DataFrame(
        {
            "cause": ["price", "price", "feature", "service", "quality", "none"],
            "named": ["price", "unclear", "price", "service", "engagement", "feature"],
        }
    )
)


def test_a_cause_that_is_not_named_is_a_miss_and_unclear_is_no_class() -> None:
    """Price: precision 1/2, recall 1/2, F1 1/2. Service 1. Feature and quality 0."""
    figures = measure_reasons(TRUE)
    assert figures["reason_macro_f1"] == pytest.approx((1 / 2 + 0 + 1 + 0) / 4)
    assert figures["reason_coverage"] == pytest.approx(3 / 5)  # price, price, service


def test_the_confusion_matrix_has_those_without_a_cause_too() -> None:
    counts = TRUE.confusion()
    assert counts.loc["price"].to_dict() == {
        "price": 1,
        "feature": 0,
        "service": 0,
        "quality": 0,
        "engagement": 0,
        "unclear": 1,
    }
    assert counts.loc["none", "feature"] == 1 and counts.to_numpy().sum() == 6


def test_where_nobody_has_a_cause_there_is_no_figure() -> None:
    alone = ReasonTruth(TRUE.rows[TRUE.rows["cause"] == "none"])
    assert np.isnan(measure_reasons(alone)["reason_macro_f1"])


@pytest.fixture(scope="module")
def found(spark: SparkSession) -> pd.DataFrame:
    """Fifty customers of each cause, of whom the first two were given a reason and signs; what each
    shows is plain.
    """
    causes = [cause for cause in CAUSES for _ in range(50)]
    plain = {
        "price": {"price_views_180d": 9.0},
        "feature": {"failed_charges_90d": 9.0},
        "service": {"open_urgent_tickets": 9.0},
        "quality": {"returns_180d": 9.0},
    }
    usual: dict[str, float] = {name: 0.0 for shown in plain.values() for name in shown}
    seen = [
        {"as_of": DAY, "customer_id": n, **usual, **plain[cause]} for n, cause in enumerate(causes)
    ]
    given = [_row(n, reason_rank=1, reason="price") for n in range(200)]
    older = [{**_row(1, reason_rank=1, reason="service"), "as_of": "2025-12-01"}]
    signs = [
        _row(1, sign_rank=1, sign="recency"),
        _row(1, sign_rank=2, sign="quality"),
        _row(1, sign_rank=3, sign="price"),
        _row(2, sign_rank=1, sign="value"),
    ]
    people = [(n, cause) for n, cause in enumerate(causes)]
    truth = compare_reasons(
        rows(spark, CHURN_REASONS, given + older),
        rows(spark, CHURN_SIGNS, signs),
        rows(spark, SNAPSHOTS, seen),
        spark.createDataFrame([(n, n) for n in range(200)], "customer_id long, person_id long"),
        spark.createDataFrame(people, "person_id long, cause string"),
    )
    return truth.rows


def _row(customer: int, **known: Any) -> dict[str, Any]:
    return {"as_of": DAY, "customer_id": customer, **known}


def test_the_reason_is_that_of_the_newest_day(found: pd.DataFrame) -> None:
    assert found["named"].tolist() == ["price"] * 200


def test_signs_are_passed_over_for_the_strongest_group_that_is_a_reason(
    found: pd.DataFrame,
) -> None:
    assert found["summed_shap"].tolist()[:3] == ["unclear", "quality", "unclear"]


def test_the_farthest_evidence_and_the_oracle_find_what_is_plain(found: pd.DataFrame) -> None:
    assert found["z_scores"].tolist() == found["cause"].tolist()
    assert (found["oracle"] == found["cause"]).mean() >= 0.9
