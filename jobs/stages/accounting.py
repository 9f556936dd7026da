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
    GOLD,
    NO_ORDER,
    NOT_RESOLVED,
    ORDERS,
    UNLISTED,
)

NOTHING: Final = (0, Decimal(0))


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
            if outcome not in (GOLD, EXPECTED)
        }

    @property
    def checks(self) -> list[Check]:
        """The equation in rows and in money."""
        return [
            self._check(place, f"silver_to_gold_{what}")
            for place, what in enumerate(("rows", "amount"))
        ]

    def _check(self, place: int, name: str) -> Check:
        silver = [f[place] for outcome, f in self.outcomes.items() if outcome != GOLD]
        there = {GOLD: self.outcomes.get(GOLD, NOTHING), **self.reasons}
        subject = f"{self.source} > {self.subject}, {self.currency}"
        terms = " + ".join(f"{found[place]:,} {outcome}" for outcome, found in there.items())
        return make_check(
            name,
            subject,
            sum(silver),
            sum(found[place] for found in there.values()),
            f"{subject}: {sum(silver):,} in silver = {terms}",
        )


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
    to none and why, and the lines that have no order.
    """
    lines = []
    for account in accounts:
        rows, amount = account.outcomes.get(GOLD, NOTHING)
        rest = " + ".join(
            f"{count:,} {reason} ({money:,} {account.currency})"
            for reason, (count, money) in account.reasons.items()
            if account.subject == ORDERS or reason == NO_ORDER
        )
        if account.subject == ORDERS:
            there = f"{rows:,} orders of customers ({amount:,} {account.currency})"
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
