"""From silver to gold: every order and line is a customer's in gold, or is none for a named
reason.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from pyspark.sql import Row

from holdfast.jobs.stages.checks import Check, make_check
from holdfast.transformations.gold.account import (
    EXPECTED,
    GIFT_CARDS,
    GOLD,
    NO_ORDER,
    NOT_RESOLVED,
    ORDERS,
    UNLISTED,
)
from holdfast.transformations.sources.currencies import format_amount

NOTHING: Final = (0, Decimal(0))
IN_GOLD: Final = (GOLD, GIFT_CARDS)
SAID: Final = (NO_ORDER, "other_currency")  # reasons that are said of lines and refunds


@dataclass(frozen=True)
class Account:
    """Rows and money of one subject, source and currency, by outcome."""

    subject: str
    source: str
    currency: str
    outcomes: dict[str, tuple[int, Decimal]]

    @property
    def reasons(self) -> dict[str, tuple[int, Decimal]]:
        """What gold has not, by the reason why."""
        return {
            outcome: found
            for outcome, found in sorted(self.outcomes.items())
            if outcome not in (*IN_GOLD, EXPECTED)
        }

    @property
    def checks(self) -> list[Check]:
        """The equation in rows and in money."""
        return [
            self._check(place, f"silver_to_gold_{what}")
            for place, what in enumerate(("rows", "amount"))
        ]

    def _check(self, place: int, name: str) -> Check:
        gold = {GOLD: NOTHING} | {k: v for k, v in self.outcomes.items() if k in IN_GOLD}
        silver = sum(f[place] for outcome, f in self.outcomes.items() if outcome not in IN_GOLD)
        there = {outcome: found[place] for outcome, found in (gold | self.reasons).items()}
        subject = f"{self.source} > {self.subject}, {self.currency}"
        terms = " + ".join(
            f"{self._show(found, place)} {outcome}" for outcome, found in there.items()
        )
        detail = f"{subject}: {self._show(silver, place)} in silver = {terms}"
        return make_check(name, subject, silver, sum(there.values()), detail)

    def _show(self, value: int | Decimal, place: int) -> str:
        return format_amount(value, self.currency) if place else f"{value:,}"


def read_accounts(rows: Sequence[Row]) -> list[Account]:
    """The rows of `account_for_orders`, orders first, by source and currency."""
    found: dict[tuple[str, str, str], dict[str, tuple[int, Decimal]]] = defaultdict(dict)
    for row in rows:
        if row.subject == UNLISTED:
            continue
        found[row.subject, row.source, row.currency][row.outcome] = (row["rows"], row.amount)
    order = sorted(found, key=lambda key: (key[0] != ORDERS, key))
    return [Account(*key, found[key]) for key in order]


def describe_unlisted(rows: Sequence[Row]) -> str:
    """What the user reads of people whom no export lists, by source."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        if row.subject == UNLISTED:
            found[row.source][row.outcome] = row["rows"]
    return "\n".join(
        f"{source}: {sum(kinds.values()):,} {UNLISTED}, named by "
        + ", ".join(f"{kind} ({count:,})" for kind, count in sorted(kinds.items()))
        for source, kinds in sorted(found.items())
    )


def describe_accounts(accounts: Sequence[Account]) -> str:
    """What the user reads: of each source and currency how many orders customers have, what belongs
    to none and why, the lines that have no order, and refunds in another currency than their
    order's, which lower no order.
    """
    lines = []
    for account in accounts:
        rows, amount = account.outcomes.get(GOLD, NOTHING)
        rest = " + ".join(
            f"{count:,} {reason} ({format_amount(money, account.currency)} {account.currency})"
            for reason, (count, money) in account.reasons.items()
            if account.subject == ORDERS or reason in SAID
        )
        if account.subject == ORDERS:
            shown = format_amount(amount, account.currency)
            there = f"{rows:,} orders of customers ({shown} {account.currency})"
            lines.append(f"{account.source}: {' + '.join(filter(None, (there, rest)))}")
        elif rest:
            lines.append(f"{account.source}: {account.subject}: {rest}")
    return "\n".join(lines)


def find_unreached(accounts: Sequence[Account]) -> list[str]:
    """What to say in red: that there are orders and none of them is a customer's, or that some are
    of people whom no resolution has seen.
    """
    orders = [account for account in accounts if account.subject == ORDERS]
    details = [account.checks[0]["detail"] for account in orders]
    if not any(GOLD in account.outcomes for account in orders):
        return [f"No order reached a customer: {detail}" for detail in details]
    return [
        f"Run resolve_identity, too: {detail}"
        for account, detail in zip(orders, details, strict=True)
        if NOT_RESOLVED in account.outcomes
    ]


def check_line_totals(totals: Sequence[Row]) -> list[Check]:
    """Of each source and currency, whether orders are what their lines say; `totals` are of
    `compare_with_lines`.
    """
    checks = []
    for row in sorted(totals, key=lambda row: (row.source, row.currency)):
        subject = f"{row.source}, {row.currency}"
        net, lines = (
            format_amount(amount, row.currency) for amount in (row.net_amount, row.lines_amount)
        )
        detail = f"{subject}: {row.orders:,} orders of {net}, their lines of {lines}"
        check = make_check("order_is_its_lines", subject, row.net_amount, row.lines_amount, detail)
        checks.append({**check, "is_passed": row.wrong == 0})
    return checks


def describe_line_totals(totals: Sequence[Row]) -> str:
    """What the user reads of orders that are not what their lines say, by source and currency."""
    return "\n".join(
        f"{row.source}: {row.wrong:,} of {row.orders:,} orders differ from their lines, by "
        f"{format_amount(row.wrong_amount, row.currency)} {row.currency} in all"
        for row in sorted(totals, key=lambda row: (row.source, row.currency))
        if row.wrong
    )
