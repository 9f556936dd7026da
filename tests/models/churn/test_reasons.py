"""Reasons from the evidence: weights learnt from who complained, and what is named of whom."""

import json
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
import pytest
from pyspark.sql import DataFrame, SparkSession

from holdfast.models.churn.reason_fit import fit_reasons
from holdfast.models.churn.reason_scoring import score_reasons
from holdfast.models.churn.reasons import FEATURES, ReasonModel
from holdfast.transformations.features.evidence import COMPLAINTS, EVIDENCE, LOST_INTEREST
from holdfast.transformations.features.registry import BY_NAME
from holdfast.transformations.tables.vocabulary import REASONS, UNCLEAR

CALM: Final = {
    **dict.fromkeys(FEATURES, 0.0),
    "visits_180d": 10.0,
    "price_views_180d": 1.0,
    "core_use_180d": 10.0,
    "adopted_180d": 2.0,
    "discounted_share_365d": 0.2,
}
LOOKS_AT_PRICES: Final = {"price_views_180d": 12.0, "discounted_share_365d": 0.8}
USES_NOTHING: Final = {"core_use_180d": 1.0}
SENDS_BACK: Final = {"returns_180d": 3.0}


def history(shown: Mapping[str, Mapping[str, float]], size: int = 60) -> pd.DataFrame:
    """Stayers who are calm, and leavers who complained of each reason and did what is `shown`, most
    of them.
    """
    rows: list[dict[str, float]] = [{**CALM, "churned": 0.0}] * (10 * size)
    for reason, name in COMPLAINTS.items():
        left = {**CALM, name: 1.0, "churned": 1.0}
        rows += [{**left, **shown.get(reason, {})}] * size + [left] * (size // 4)
    return pd.DataFrame(rows)


SHOWN: Final = {"price": LOOKS_AT_PRICES, "feature": USES_NOTHING, "quality": SENDS_BACK}
MODEL: Final = fit_reasons(history(SHOWN))
CUSTOMERS: Final[dict[int, tuple[dict[str, Any], str]]] = {
    1: ({**CALM, **LOOKS_AT_PRICES}, "price"),
    2: ({**CALM, **USES_NOTHING}, "feature"),
    3: ({**CALM, "service_complaints_180d": 1.0}, "service"),
    4: ({**CALM, **SENDS_BACK}, "quality"),
    5: ({**CALM, "visits_change": -1.5}, "engagement"),
    6: (CALM, UNCLEAR),
    7: ({**CALM, **SENDS_BACK, "visits_change": -1.5}, "quality"),
    8: ({**CALM, **USES_NOTHING, "visits_180d": 1.0, "price_views_180d": 0.0}, UNCLEAR),
    9: (dict.fromkeys(FEATURES), UNCLEAR),
    10: ({**CALM, **SENDS_BACK, "price_complaints_180d": 3.0}, "price"),
}


@pytest.fixture(scope="module")
def named(spark: SparkSession) -> pd.DataFrame:
    columns = ", ".join(f"{name} double" for name in FEATURES)
    values = [
        (customer, *(row[name] for name in FEATURES)) for customer, (row, _) in CUSTOMERS.items()
    ]
    frame: DataFrame = spark.createDataFrame(values, f"customer_id long, {columns}")
    return pd.DataFrame(score_reasons(frame, MODEL).toPandas())


def weights_of(model: ReasonModel) -> dict[str, float]:
    return {piece.of.feature: piece.weight for piece in model.pieces}


def test_each_customer_is_given_the_reason_that_shows(named: pd.DataFrame) -> None:
    first = named[named["reason_rank"] == 1].set_index("customer_id")["reason"]
    assert first.to_dict() == {customer: reason for customer, (_, reason) in CUSTOMERS.items()}


def test_the_evidence_stands_beside_what_is_usual(named: pd.DataFrame) -> None:
    """Stayers look at one price in ten visits, so one is usual for ten; a complaint never is."""
    first = named[named["reason_rank"] == 1].set_index("customer_id")
    seen = {
        customer: (row["evidence"], row["evidence_value"], row["evidence_baseline"])
        for customer, row in first.iterrows()
    }
    assert seen[1] == ("price_views_180d", 12, 1)
    assert seen[3] == ("service_complaints_180d", 1, 0)
    assert seen[4] == ("returns_180d", 3, 0)
    assert seen[5] == ("visits_change", -1.5, 0)
    assert seen[6] == (None, None, None)


def test_only_grievances_have_a_probability_and_unclear_has_no_weight(named: pd.DataFrame) -> None:
    is_grievance = named["reason"].isin(list(COMPLAINTS))
    assert named["share_probability"].notna().tolist() == is_grievance.tolist()
    assert named["contribution"].isna().tolist() == (named["reason"] == UNCLEAR).tolist()
    assert (named.groupby("customer_id")["share_probability"].sum() <= 1).all()


def test_what_tells_complaints_apart_weighs_more_than_what_does_not() -> None:
    same = dict.fromkeys(COMPLAINTS, LOOKS_AT_PRICES)
    telling, idle = weights_of(MODEL), weights_of(fit_reasons(history(same)))
    assert telling["price_views_180d"] > 1.0 > idle["price_views_180d"] >= 0


def test_evidence_never_speaks_against_its_reason() -> None:
    against = {"price": {"price_views_180d": 0.0}, "service": {"price_views_180d": 9.0}}
    assert weights_of(fit_reasons(history(against)))["price_views_180d"] == 0.0


def test_where_nobody_complains_the_usual_weights_stand() -> None:
    silent = history(SHOWN).assign(**dict.fromkeys(COMPLAINTS.values(), np.nan))
    model = fit_reasons(silent)
    assert set(weights_of(model).values()) == {1.0}
    assert set(model.prior.values()) == {0.0}


def test_how_often_a_topic_is_complained_of_changes_no_weight() -> None:
    whole = history(SHOWN)
    louder = pd.concat([whole, *[whole[whole["service_complaints_180d"] > 0]] * 4])
    quiet, loud = weights_of(MODEL), weights_of(fit_reasons(louder))
    assert loud["price_views_180d"] == pytest.approx(quiet["price_views_180d"], rel=0.25)


def test_a_complaint_weighs_as_much_as_two_of_a_customer_agree() -> None:
    """With a the chance that a complaint is of the true grievance, two are of one topic with chance
    a^2 + (1 - a)^2 / 3, and one weighs ln(a / ((1 - a) / 3)).
    """
    rows = [{**CALM, "price_complaints_180d": 2.0, "churned": 1.0}] * 9
    rows += [
        {**CALM, "price_complaints_180d": 1.0, "service_complaints_180d": 1.0, "churned": 1.0},
        {**CALM, "churned": 0.0},
    ]
    same, pairs = 9 * 2, 10 * 2
    agreement = (same + 4) / (pairs + 5)
    roots = np.roots([4 / 3, -2 / 3, 1 / 3 - agreement])
    right = float(max(roots))
    assert fit_reasons(pd.DataFrame(rows)).complaint == pytest.approx(
        np.log(right / ((1 - right) / 3))
    )


def test_a_model_read_back_weighs_the_same() -> None:
    rows = {name: np.array([CUSTOMERS[1][0][name], CALM[name]]) for name in FEATURES}
    again = ReasonModel.from_json(json.loads(json.dumps(MODEL.to_json())))
    for reason, weights in MODEL.weigh(rows).items():
        np.testing.assert_array_equal(again.weigh(rows)[reason], weights)


def test_evidence_names_features_and_reasons_there_are_and_no_sign() -> None:
    assert {one.reason for one in (*EVIDENCE, *LOST_INTEREST)} | {UNCLEAR} == set(REASONS)
    assert set(FEATURES) <= set(BY_NAME)
    assert not {BY_NAME[one.feature].group for one in EVIDENCE} & {"recency", "value"}
