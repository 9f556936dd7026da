"""The evaluation: figures worked out by hand, and floors that fail."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from pyspark.sql import DataFrame, SparkSession

from holdfast.jobs.runtime.config.errors import UsageError
from holdfast.jobs.stages.evaluation import identity_metrics, metrics
from holdfast.jobs.stages.evaluation.ground_truth import Evaluation, Metric, evaluate
from holdfast.transformations.features.registry import SNAPSHOTS
from holdfast.transformations.tables.features import LABELS
from holdfast.transformations.tables.gold import CUSTOMER_ORDERS
from holdfast.transformations.tables.silver import IDENTITY_MAP, PARTIES
from tests.frames import assert_same_rows
from tests.sealed import OPENED

Rows = Callable[..., DataFrame]


@pytest.fixture(scope="module")
def members(spark: SparkSession) -> DataFrame:
    """Person 1 has records a, b, c, of which c was given to the customer of person 2's record d."""
    return spark.createDataFrame(
        [("a", 10, 1), ("b", 10, 1), ("c", 20, 1), ("d", 20, 2)],
        "party_id string, customer_id long, person_id long",
    )


def test_pairs_and_b_cubed_are_those_worked_out_by_hand(members: DataFrame) -> None:
    """Claimed pairs ab, cd; true pairs ab, ac, bc. B-cubed: (1 + 1 + 1/2 + 1/2) / 4 and (2/3 + 2/3
    + 1/3 + 1) / 4.
    """
    found = identity_metrics.measure_clusters(members)
    assert (found["pair_precision"], found["pair_recall"]) == (
        pytest.approx(1 / 2),
        pytest.approx(1 / 3),
    )
    precision, recall = 3 / 4, 2 / 3
    assert found["b_cubed_f1"] == pytest.approx(2 * precision * recall / (precision + recall))
    assert (found["persons"], found["customers"]) == (2, 2)


def test_pairs_that_share_a_key_are_not_hidden(members: DataFrame, rows: Rows) -> None:
    """a and b share an e-mail: of the hidden true pairs ac and bc none was found; cd was claimed
    wrongly.
    """
    vault = rows(
        OPENED,
        [
            {
                "party_id": party,
                "kind": "email",
                "value": party,
                "token": party,
                "normalised": "x@y.example",
            }
            for party in ("a", "b")
        ],
    )
    assert identity_metrics.measure_hidden_pairs(members, vault) == {
        "hidden_pair_recall": 0.0,
        "hidden_pair_precision": 0.0,
    }
    nothing = rows(OPENED, [])
    assert identity_metrics.measure_hidden_pairs(members, nothing) == {
        "hidden_pair_recall": pytest.approx(1 / 3),
        "hidden_pair_precision": pytest.approx(1 / 2),
    }


def test_orders_that_are_not_what_they_truly_were_are_counted(
    rows: Rows, spark: SparkSession
) -> None:
    true = spark.createDataFrame(
        [(key, "USD", 10, 0) for key in ("right", "dear", "refunded", "foreign")],
        "order_id string, currency string, net_amount int, refund_amount int",
    )
    gold = [
        {"order_id": "right", "net_amount": 10},
        {"order_id": "dear", "net_amount": "10.01"},
        {"order_id": "refunded", "net_amount": 10, "refund_amount": 1},
        {"order_id": "foreign", "net_amount": 10, "currency": "CAD"},
        {"order_id": "invented", "net_amount": 10},
    ]
    found = metrics.count_wrong_orders(rows(CUSTOMER_ORDERS, gold), true)
    assert found == {"wrong_orders": 4.0}


def test_devices_are_left_out_and_a_customer_is_whom_most_of_its_records_are(
    rows: Rows, spark: SparkSession
) -> None:
    records = spark.createDataFrame(
        [("a", 1), ("b", 1), ("c", 2)], "party_id string, person_id long"
    )
    held = rows(IDENTITY_MAP, [{"party_id": party, "customer_id": 7} for party in "abc"])
    kinds = rows(
        PARTIES,
        [
            {"party_id": "a", "party_kind": "device"},
            {"party_id": "b", "party_kind": "customer"},
            {"party_id": "c", "party_kind": "guest"},
        ],
    )
    assert_same_rows(
        identity_metrics.match_records_to_persons(held, kinds, records),
        spark.createDataFrame(
            [("b", 7, 1), ("c", 7, 2)], "party_id string, customer_id long, person_id long"
        ),
    )
    assert_same_rows(
        identity_metrics.match_customers_to_persons(held, records),
        spark.createDataFrame([(7, 1)], "customer_id long, person_id long"),
    )


def test_the_oracle_ranks_by_the_true_probability(rows: Rows, spark: SparkSession) -> None:
    own = pd.DataFrame(
        {
            "model_name": "churn",
            "predictor": ["model", "recency"],
            "metric": "auc",
            "value": [0.8, 0.7],
            "cutoff_on": pd.Timestamp("2025-10-01").date(),
        }
    )
    labels = rows(
        LABELS,
        [
            {"as_of": "2025-10-01", "customer_id": n, "is_churned": n == 3, "is_eligible": True}
            for n in (1, 2, 3)
        ],
    )
    people = spark.createDataFrame([(n, n) for n in (1, 2, 3)], "customer_id long, person_id long")
    truth = spark.createDataFrame(
        [(1, "2025-10-01", 0.1), (2, "2025-10-01", 0.9), (3, "2025-10-01", 0.5)],
        "person_id long, as_of string, no_order_90d_probability double",
    ).selectExpr("person_id", "date(as_of) as as_of", "no_order_90d_probability")
    seen = rows(
        SNAPSHOTS,
        [
            {"as_of": "2025-10-01", "customer_id": n, "recency_days": days, "orders_90d": orders}
            for n, days, orders in ((1, 5.0, 2.0), (2, 9.0, None), (3, 7.0, 3.0))
        ],
    )
    found = metrics.measure_churn(own, seen, labels, people, truth)
    assert found["churn_auc_above_recency"] == pytest.approx(0.1)
    assert found["oracle_auc"] == 0.5
    assert found["oracle_above_any_feature"] == 0.5 - 1.0, (
        "orders ranks the leaver first, whom the oracle has in the middle"
    )


def test_a_signal_is_asked_of_grievances_begun_and_of_those_who_stayed(
    rows: Rows, spark: SparkSession
) -> None:
    """On 2025-04-01, before a window that ends on 06-29."""
    people = {  # person: cause, begun on, left on, core use against the own year
        1: ("feature", "2025-03-31", "2025-06-29", -1.0),
        2: ("feature", "2025-03-01", "2025-04-01", 0.5),
        3: (None, None, None, 0.0),
        4: ("feature", "2025-01-01", "2025-06-30", -2.0),  # stays for the window
        5: ("feature", "2025-04-01", "2025-04-20", 9.0),  # begins on the day: not to be seen yet
        6: ("feature", "2025-01-01", "2025-03-31", 9.0),  # is gone
        7: ("price", "2025-01-01", "2025-04-20", 9.0),
        8: ("none", None, "2025-04-20", 9.0),
    }
    truth = spark.createDataFrame(
        [(person, cause, begun, left) for person, (cause, begun, left, _) in people.items()],
        "person_id long, cause string, begun string, left string",
    ).selectExpr("person_id", "cause", "date(begun) aggrieved_on", "date(left) left_on")
    day = {"as_of": "2025-04-01"}
    found = metrics.measure_signals(
        rows(
            SNAPSHOTS,
            [
                {**day, "customer_id": person, "core_use_change": change}
                for person, (*_, change) in people.items()
            ],
        ),
        rows(LABELS, [{**day, "customer_id": person, "is_eligible": True} for person in people]),
        spark.createDataFrame([(p, p) for p in people], "customer_id long, person_id long"),
        truth,
    )
    # -1.0 and 0.5 against 0.0 and -2.0: of four pairs the first alone is in order
    assert found["feature_signal_auc"] == pytest.approx(1 / 4)


@pytest.mark.parametrize(
    ("value", "low", "high", "is_held"),
    [
        (0.6, 0.6, None, True),
        (0.59, 0.6, None, False),
        (0.96, 0.85, 0.95, False),
        (float("nan"), 0.6, None, False),
        (float("nan"), None, None, True),
        (0.0, None, 0.0, True),
    ],
)
def test_a_floor_is_held_or_not(
    value: float, low: float | None, high: float | None, is_held: bool
) -> None:
    evaluation = Evaluation(1, [Metric("figure", value, low, high)])
    assert evaluation.is_passed is is_held
    assert ("✓" if is_held else "✗") in evaluation.as_text()


def test_a_root_without_truth_cannot_be_evaluated(tmp_path: Path) -> None:
    store: Any = SimpleNamespace(root=str(tmp_path))
    ledger: Any = SimpleNamespace(manifests={1: {}})
    with pytest.raises(UsageError, match="no truth"):
        evaluate(store, ledger, SimpleNamespace())
