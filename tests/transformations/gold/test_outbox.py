import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from holdfast.transformations.gold.decision_log import decision_log
from pyspark.sql import DataFrame, Row

from holdfast.transformations.gold.outbox import outbox
from holdfast.transformations.tables.conform import conform, stamp_run
from holdfast.transformations.tables.gold import CUSTOMER_360, CUSTOMER_KEYS, DECISION_LOG, OUTBOX
from holdfast.transformations.tables.vocabulary import Purpose
from tests.frames import assert_same_rows

Rows = Callable[[Any, list[dict[str, object]]], DataFrame]
DAY = date(2026, 6, 1)


@pytest.fixture
def send(rows: Rows) -> Callable[..., dict[int, Row]]:
    """`send(previous_rows, run, {customer: probability})`: the rows queued, by customer."""
    keys = rows(
        CUSTOMER_KEYS,
        [
            {"party_id": "klaviyo:p9", "source": "klaviyo", "source_id": "p9", "customer_id": 1},
            {"party_id": "klaviyo:p2", "source": "klaviyo", "source_id": "p2", "customer_id": 1},
            {"party_id": "shop:7", "source": "shop", "source_id": "7", "customer_id": 2},
        ],
    )

    def queue(
        previous: list[dict[str, Any]], run: int, scores: dict[int, float | None]
    ) -> dict[int, Row]:
        current = rows(
            CUSTOMER_360,
            [
                {
                    "customer_id": customer,
                    "score_status": "inactive" if p is None else "scored",
                    "churn_probability": p,
                    "risk_band": "high",
                    "expected_365d_amount": "120.49",
                }
                for customer, p in scores.items()
            ],
        )
        frame = outbox(current, keys, rows(OUTBOX, previous), "klaviyo", Purpose.MARKETING)
        return {
            row.customer_id: row
            for row in conform(stamp_run(frame, OUTBOX, run, DAY), OUTBOX).collect()
        }

    return queue


def test_a_message_is_flat_json_of_ids_and_rounded_figures(
    send: Callable[..., dict[int, Row]],
) -> None:
    row = send([], 1, {1: 0.41666})[1]
    assert json.loads(row.payload) == {
        "customer_id": 1,
        "external_id": "p2",
        "churn_probability": 0.42,
        "risk_band": "high",
        "top_reason": None,
        "currency": None,
        "expected_90d_amount": None,
        "expected_365d_amount": 120,
        "value_at_risk_amount": None,
        "last_order_on": None,
    }
    assert (row.operation, row.purpose, row.run_number) == ("upsert", "marketing", 1)


def test_only_what_changed_is_sent_again(send: Callable[..., dict[int, Row]]) -> None:
    first = send([], 1, {1: 0.4, 2: 0.4, 3: 0.4})
    known = [row.asDict() for row in first.values()]
    assert send(known, 2, {1: 0.4, 2: 0.4, 3: 0.4}) == {}
    second = send(known, 2, {1: 0.401, 2: 0.9, 3: None})
    assert {i: row.operation for i, row in second.items()} == {2: "upsert", 3: "clear"}
    assert json.loads(second[3].payload) == {"customer_id": 3}


def test_a_withdrawal_clears_once_and_a_return_is_a_new_message(
    send: Callable[..., dict[int, Row]],
) -> None:
    first = [row.asDict() for row in send([], 1, {1: 0.4}).values()]
    cleared = [row.asDict() for row in send(first, 2, {}).values()]
    assert [row["operation"] for row in cleared] == ["clear"]
    assert send(first + cleared, 3, {}) == {}
    back = send(first + cleared, 3, {1: 0.4})[1]
    assert back.operation == "upsert" and back.payload_hash == first[0]["payload_hash"]
    assert back.idempotency_key != first[0]["idempotency_key"]


def test_other_destinations_are_not_mixed_in(send: Callable[..., dict[int, Row]]) -> None:
    elsewhere = [{**row.asDict(), "destination": "crm"} for row in send([], 1, {1: 0.4}).values()]
    assert list(send(elsewhere, 2, {1: 0.4})) == [1]


def test_every_scored_customer_has_one_decision(rows: Rows) -> None:
    customers = rows(
        CUSTOMER_360,
        [
            *(
                {"customer_id": i, "score_status": "scored", "top_reason": "price"}
                for i in (1, 2, 3)
            ),
            {"customer_id": 4, "score_status": "inactive"},
            {"customer_id": 5, "score_status": "inactive"},
        ],
    )
    permitted = customers.filter("customer_id != 3")
    queued = rows(
        OUTBOX,
        [{"customer_id": 1, "operation": "upsert"}, {"customer_id": 5, "operation": "clear"}],
    )
    log = conform(
        stamp_run(decision_log(customers, permitted, queued), DECISION_LOG, 8, DAY), DECISION_LOG
    )
    actions = {1: "share", 2: "keep", 3: "withhold", 5: "clear"}
    expected: list[dict[str, object]] = [
        {"customer_id": customer, "action": action, "propensity": 1}
        for customer, action in actions.items()
    ]
    names = ("customer_id", "action", "propensity")
    assert_same_rows(log.select(*names), rows(DECISION_LOG, expected).select(*names))
