"""What the account of orders says, records and raises."""

from decimal import Decimal

import pytest
from pyspark.sql import Row

from holdfast.jobs.runtime.config.errors import InputError
from holdfast.jobs.stages.accounting import (
    check_line_totals,
    describe_accounts,
    describe_line_totals,
    describe_unlisted,
    find_unreached,
    read_accounts,
)
from holdfast.jobs.stages.checks import stop_if_lost
from holdfast.transformations.gold.account import UNLISTED


def outcome(
    subject: str, outcome: str, rows: int, amount: str, source: str = "till", currency: str = "USD"
) -> Row:
    money = Decimal(amount)
    return Row(
        subject=subject, source=source, currency=currency, outcome=outcome, rows=rows, amount=money
    )


WHOLE = [
    outcome("order lines", "expected", 4, "30.00"),
    outcome("order lines", "removed", 2, "3.00"),
    outcome("order lines", "no_order", 1, "9.99"),
    outcome("order lines", "gold", 4, "30.00"),
    outcome("orders", "expected", 1200, "30000.00"),
    outcome("orders", "anonymous", 3, "12.50"),
    outcome("orders", "gold", 1200, "30000.00"),
    outcome("orders", "expected", 1, "7.00", currency="EUR"),
    outcome("orders", "gold", 1, "7.00", currency="EUR"),
]


def test_the_account_says_what_customers_have_and_what_belongs_to_none_and_why() -> None:
    assert describe_accounts(read_accounts(WHOLE)).splitlines() == [
        "till: 1 orders of customers (7.00 EUR)",
        "till: 1,200 orders of customers (30,000.00 USD) + 3 anonymous (12.50 USD)",
        "till: order lines: 1 no_order (9.99 USD)",
    ]


def test_people_in_no_export_are_said_by_the_fact_that_names_them() -> None:
    named = [outcome(UNLISTED, "ticket", 3, "0"), outcome(UNLISTED, "order", 1200, "0")]
    assert describe_unlisted([*WHOLE, *named]) == (
        "till: 1,203 people in no export of people, named by order (1,200), ticket (3)"
    )
    assert describe_unlisted(WHOLE) == ""
    assert len(read_accounts([*WHOLE, *named])) == len(read_accounts(WHOLE))


def test_rows_and_money_are_two_equations_of_each_currency() -> None:
    checks = {
        (check["check_name"], check["subject"]): check
        for account in read_accounts(WHOLE)
        for check in account.checks
    }
    assert len(checks) == 6 and all(check["is_passed"] for check in checks.values())
    amount = checks["silver_to_gold_amount", "till > orders, USD"]
    assert (amount["expected"], amount["actual"]) == (30012.5, 30012.5)
    assert amount["detail"].endswith("30,012.50 in silver = 30,000.00 gold + 12.50 anonymous")


@pytest.mark.parametrize(
    ("rows", "amount", "lost"),
    [(1199, "30000.00", "_rows"), (1200, "29999.99", "_amount")],
)
def test_a_row_or_a_cent_without_a_reason_stops_the_run(rows: int, amount: str, lost: str) -> None:
    wrong = [*WHOLE[4:6], outcome("orders", "gold", rows, amount)]
    (account,) = read_accounts(wrong)
    assert [c["check_name"] for c in account.checks if not c["is_passed"]] == [
        f"silver_to_gold{lost}"
    ]
    with pytest.raises(InputError, match="lost between silver and gold: till > orders, USD"):
        stop_if_lost(account.checks, "silver and gold")


def test_orders_none_of_which_is_a_customers_are_an_alarm() -> None:
    nobody = [outcome("orders", "anonymous", 3, "12.50")]
    assert find_unreached(read_accounts(nobody)) == [
        "No order reached a customer: till > orders, USD: 3 in silver = 0 gold + 3 anonymous"
    ]
    assert find_unreached(read_accounts(WHOLE)) == find_unreached([]) == []


def test_orders_of_people_whom_no_resolution_has_seen_are_an_alarm() -> None:
    late = [*WHOLE, outcome("orders", "not_resolved", 2, "5.00")]
    assert find_unreached(read_accounts(late)) == [
        "Run resolve_identity, too: till > orders, USD: 1,205 in silver = 1,200 gold + 3 anonymous "
        "+ 2 not_resolved"
    ]


def test_gift_cards_are_a_term_of_the_money_of_orders_and_no_row() -> None:
    sold = [
        outcome("orders", "expected", 2, "150.00"),
        outcome("orders", "gold", 2, "50.00"),
        outcome("orders", "gift_cards", 0, "100.00"),
    ]
    rows, amount = read_accounts(sold)[0].checks
    assert rows["is_passed"] and amount["is_passed"]
    assert amount["detail"].endswith("150.00 in silver = 50.00 gold + 100.00 gift_cards")


def test_refunds_in_another_currency_than_their_orders_are_said() -> None:
    given = [
        outcome("refunds", "expected", 3, "30.00"),
        outcome("refunds", "gold", 3, "30.00"),
        outcome("refunds", "shipping", 1, "6.00"),
        outcome("refunds", "other_currency", 2, "1350", currency="JPY"),
    ]
    accounts = read_accounts(given)
    assert all(check["is_passed"] for account in accounts for check in account.checks)
    assert describe_accounts(accounts) == "till: refunds: 2 other_currency (1,350 JPY)"


def test_orders_that_differ_from_their_lines_are_said_and_fail_their_check() -> None:
    shown = {"source": "till", "orders": 1200, "net_amount": Decimal(9), "lines_amount": Decimal(8)}
    rows = [
        Row(currency=currency, wrong=wrong, wrong_amount=Decimal(wrong) or None, **shown)
        for currency, wrong in (("USD", 1), ("EUR", 0))
    ]
    assert describe_line_totals(rows) == (
        "till: 1 of 1,200 orders differ from their lines, by 1.00 USD in all"
    )
    euro, dollar = check_line_totals(rows)
    assert (euro["is_passed"], dollar["is_passed"]) == (True, False)
    assert dollar["detail"] == "till, USD: 1,200 orders of 9.00, their lines of 8.00"
