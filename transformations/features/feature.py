"""What a feature is, as a value: where it comes from, what it counts, in which window, and what it
may be used for.
"""

from dataclasses import dataclass
from typing import Final

ANALYTICS: Final = "analytics"
PERSONALISATION: Final = "personalisation"
SENSITIVE: Final = "sensitive_signals"
PURPOSES: Final = (ANALYTICS, PERSONALISATION, SENSITIVE)

GROUPS: Final = ("price", "feature", "service", "quality", "engagement", "recency", "value")


@dataclass(frozen=True)
class Measure:
    """A base aggregate over the event stream.

    `aggregate` is sum, count, distinct, mean, days_since (the newest event before the cut-off), age
    (the oldest) or open (intervals that cover the cut-off). `window` is in days before the cut-off,
    0 for the whole past. `of` is what distinct counts: the event's item or its group.
    """

    name: str
    event: str
    aggregate: str
    window: int = 0
    of: str = "item"


@dataclass(frozen=True)
class Feature:
    """A column of the snapshot: a SQL expression over measures.

    `source` names the fact table it counts, or `one or other`; `capability` what it was built for;
    `baseline` the column that holds the customer's own past, as evidence.
    """

    name: str
    expression: str
    source: str
    unit: str
    group: str
    doc: str
    capability: str
    purpose: str = ANALYTICS
    baseline: str | None = None

    @property
    def tables(self) -> tuple[str, ...]:
        """The fact tables of which one must be loaded."""
        return tuple(self.source.split(" or "))


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
