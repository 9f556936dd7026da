"""The section on what to do."""

from dataclasses import replace
from typing import Any

import pandas as pd

from holdfast.jobs.stages.report.actions import describe_actions
from holdfast.jobs.stages.report.model import COLUMNS, ReportData, empty
from holdfast.jobs.stages.report.page import render
from tests.jobs.stages.report import fake

LIMIT: dict[str, Any] = {"limit_value": 100.0, "used_value": 100.0, "shadow_price_value": 1.5}


def play(number: int, **changes: Any) -> dict[str, Any]:
    sums = {"cost_amount": 2.0, "value_low_amount": 5.0, "value_high_amount": 30.0}
    names = {"title": f"Play {number}", "channel": "email", "team": None, "currency": "USD"}
    counts = {"customers": 3, "explored": 0, "value_amount": 100.0 - number}
    return {**names, **counts, **sums, **changes}


def limit(name: str, **changes: Any) -> dict[str, Any]:
    about = {"is_binding": True, "plan_amount": 99.0, "bound_amount": 100.0, "gap_share": 0.01}
    return {"limit_name": name, "currency": "USD", **LIMIT, **about, **changes}


def report(plays: list[dict[str, Any]], limits: list[dict[str, Any]]) -> ReportData:
    call = {
        "team": "call_centre", "place": 1, "customer_id": 7, "title": "Call", "currency": "USD",
        "saved_amount": 80.0, "explanation": "No order for 61 days.",
    }  # fmt: skip
    alone = [{"left_alone_because": "held_out", "customers": 5}]
    parts = {"plan": plays, "limits": limits, "calls": [call], "alone": alone}
    frames = {name: pd.DataFrame(rows, columns=list(COLUMNS[name])) for name, rows in parts.items()}
    return replace(fake.retailer(), **frames)


def test_plays_stand_by_gain_and_the_many_of_little_gain_in_one_row() -> None:
    found = describe_actions(report([play(n) for n in range(14)], [limit("budget")]))
    assert found is not None
    assert found.title == "What to do now: 42 customers, $1,309 expected beyond the cost"
    assert [row["title"] for row in found.plays][:2] == ["Play 0", "Play 1"]
    rest = found.plays[-1]
    assert (len(found.plays), rest["title"], rest["customers"]) == (11, "4 more plays", "12")
    assert (rest["cost"], rest["value"], rest["interval"]) == ("$8", "$354", "$20 to $120")


def test_what_binds_has_its_price_and_the_gap_is_said() -> None:
    free = {"is_binding": False, "shadow_price_value": 0.0}
    limits = [limit("budget"), limit("call_centre"), limit("stylists", **free)]
    found = describe_actions(report([play(1)], limits))
    assert found is not None
    assert found.certificate == (
        "No plan within the limits can be worth more than 1.00 % more than this one. "
        "What holds it back: Budget, Call centre."
    )
    prices = {row["name"]: row["price"] for row in found.limits}
    assert prices == {
        "Budget": "1.50 USD for one more USD",
        "Call centre": "1.50 USD for one more customer",
        "Stylists": "–",
    }  # fmt: skip


def test_lots_are_counted() -> None:
    exact = [limit("budget", gap_share=0.0, is_binding=False)]
    found = describe_actions(report([play(1, explored=2), play(2, explored=1)], exact))
    assert found is not None
    assert found.certificate == (
        "No plan within the limits is worth more than this one. No limit holds it back. "
        "3 customers got a play by lot, to learn what plays change."
    )


def test_a_plan_without_plays_and_no_plan_at_all() -> None:
    found = describe_actions(report([], [limit("budget")]))
    assert found is not None
    assert found.title == "Nothing to do: no play is expected to earn more than it costs"
    assert describe_actions(replace(fake.retailer(), limits=empty("limits"))) is None


def test_the_page_shows_whom_to_call_and_why() -> None:
    page = render(report([play(1)], [limit("budget")]))
    assert "No order for 61 days." in page
    assert "so that what treatment is worth can be seen" in page
