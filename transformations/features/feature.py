"""What a feature is, as a value: where it comes from, what it counts, in which window, and what it
may be used for.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from holdfast.transformations.tables.table import Table
from holdfast.transformations.tables.vocabulary import Purpose, ReasonGroup

Aggregate = Literal["sum", "count", "distinct", "mean", "days_since", "age", "open"]
Distinct = Literal["item", "group"]


@dataclass(frozen=True)
class Measure:
    """A base aggregate over the event stream.

    `aggregate` is sum, count, distinct, mean, days_since (the newest event before the cut-off), age
    (the oldest) or open (intervals that cover the cut-off). `window` is in days before the cut-off,
    0 for the whole past. `of` is what distinct counts: the event's item or its group. `is_of_main`
    leaves out events that are not of the customer's main group, which of orders is the currency.
    """

    name: str
    event: str
    aggregate: Aggregate
    window: int = 0
    of: Distinct = "item"
    is_of_main: bool = False


@dataclass(frozen=True)
class Feature:
    """A column of the snapshot: a SQL expression over measures.

    `tables` are the fact tables of which one must be loaded, none for what the cut-off alone says;
    `group` is the reason the feature speaks for; `baseline` the column that holds the customer's
    own past, as evidence.
    """

    name: str
    expression: str
    tables: tuple[Table, ...]
    unit: str
    group: ReasonGroup
    doc: str
    purpose: Purpose = Purpose.ANALYTICS
    baseline: str | None = None

    def is_absent(self, absent: Collection[Table]) -> bool:
        """Whether none of the tables it counts is loaded, so that nobody counted."""
        return bool(self.tables) and set(self.tables) <= set(absent)


def change(recent: str, past: str, days: int, past_days: int = 365) -> str:
    """Log ratio of a recent count to what the customer's own earlier rate leads one to expect, half
    a count added.

    0 is no change, -0.69 half as much. The earlier window ends where the recent one begins and is
    cut at tenure.
    """
    length = f"greatest(least(tenure_days, {past_days}) - {days}, {days})"
    return f"ln(({recent} + 0.5) / (({past} - {recent}) * {days}.0 / {length} + 0.5))"


def shift(recent: str, past: str) -> str:
    """Difference between a recent level and the customer's own longer one."""
    return f"{recent} - {past}"
