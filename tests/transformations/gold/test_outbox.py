import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest
from pyspark.sql import DataFrame, Row

from holdfast.transformations.gold.outbox import outbox
from holdfast.transformations.tables.conform import conform, stamp_run
from holdfast.transformations.tables.gold import (
    CUSTOMER_360,
    CUSTOMER_KEYS,
    NEXT_BEST_ACTIONS,
    OUTBOX,
)
from holdfast.transformations.tables.vocabulary import Purpose

Rows = Callable[[Any, list[dict[str, object]]], DataFrame]
DAY = date(2026, 6, 1)


@pytest.fixture
def send(rows: Rows) -> Callable[..., dict[int, Row]]:
    """`send(previous_rows, run, {customer: probability}, {customer: action})`: the rows queued, by
    customer.
    """
    known = [("klaviyo", "p9", 1), ("klaviyo", "p2", 1), ("shop", "7", 2)]
    names = ("source", "source_id", "customer_id")
    keys = rows(CUSTOMER_KEYS, [dict(zip(names, one, strict=True)) for one in known])

    def score(customer: int, probability: float | None) -> dict[str, object]:
        return {
            "customer_id": customer,
            "score_status": "inactive" if probability is None else "scored",
            "churn_probability": probability,
            "risk_band": "high",
            "expected_365d_amount": "120.49",
        }

    def queue(
        previous: list[dict[str, Any]],
        run: int,
        scores: dict[int, float | None],
        actions: Mapping[int, str] = {},
    ) -> dict[int, Row]:
        current = rows(CUSTOMER_360, [score(*each) for each in scores.items()])
        by_mail = [{"customer_id": i, "action": a, "channel": "email"} for i, a in actions.items()]
        chosen, before = rows(NEXT_BEST_ACTIONS, by_mail), rows(OUTBOX, previous)
        frame = outbox(current, keys, chosen, before, "klaviyo", Purpose.MARKETING)
        return {
            row.customer_id: row
            for row in conform(stamp_run(frame, OUTBOX, run, DAY), OUTBOX).collect()
        }

    return queue


def test_a_message_is_flat_json_of_ids_and_rounded_figures(
    send: Callable[..., dict[int, Row]],
) -> None:
    row = send([], 1, {1: 0.41666}, {1: "letter"})[1]
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
        "next_action": "letter",
        "next_action_channel": "email",
        "next_action_ends_on": None,
    }
    assert (row.operation, row.purpose, row.run_number) == ("upsert", "marketing", 1)


def test_only_what_changed_is_sent_again(send: Callable[..., dict[int, Row]]) -> None:
    first = send([], 1, {1: 0.4, 2: 0.4, 3: 0.4})
    known = [row.asDict() for row in first.values()]
    assert send(known, 2, {1: 0.4, 2: 0.4, 3: 0.4}) == {}
    second = send(known, 2, {1: 0.401, 2: 0.9, 3: None})
    assert {i: row.operation for i, row in second.items()} == {2: "upsert", 3: "clear"}
    assert json.loads(second[3].payload) == {"customer_id": 3}


def test_who_is_not_scored_is_sent_with_an_action_and_without_one_is_cleared(
    send: Callable[..., dict[int, Row]],
) -> None:
    first = send([], 1, {1: None, 2: None}, {1: "letter", 2: "none"})
    assert list(first) == [1]
    later = send([row.asDict() for row in first.values()], 2, {1: None}, {1: "none"})
    assert [row.operation for row in later.values()] == ["clear"]


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
