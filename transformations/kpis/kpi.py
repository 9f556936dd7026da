"""What a KPI is, as a value: what it counts, over which rows, cut by what, and when it is final."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from pyspark.sql import Column
from pyspark.sql import functions as F

ALL: Final = "all"

Kind = Literal["sum", "share", "ratio"]
Indicator = Literal["leading", "lagging"]
Money = Literal["none", "numerator", "both"]
# When all that a figure looks at has passed: at the period's first day or after its last, and where
# it waits for an outcome a horizon later; never where it says what is known of the future.
Finality = Literal["start", "start + horizon", "end", "end + horizon", "never"]


@dataclass(frozen=True, eq=False)
class Base:
    """The rows that KPIs are counted over; `measures` are their columns, each with its sentence.

    `is_per_customer` says that a customer has one row in a period, of each currency;
    `is_cut_by_labels` that its customers can have had a segment as the period began.
    """

    name: str
    doc: str
    measures: Mapping[str, str]
    is_per_customer: bool = False
    is_cut_by_labels: bool = True


@dataclass(frozen=True)
class Kpi:
    """One figure: a SQL expression over the measures of a base, summed, over another.

    A `share` counts those of the denominator who did something; a `ratio` has parts that are
    counted apart; a `sum` has no denominator. `money` says which parts are. `dimensions` are what
    it may be cut by besides `all`; those `overlapping` count a row under several values. `needs` is
    what to load where the figure is absent; `has_own_source` that its numerator is rows of their
    own, of which none at all means that they are not loaded.
    """

    name: str
    base: Base
    numerator: str
    denominator: str | None
    kind: Kind
    unit: str
    indicator: Indicator
    purpose: str
    doc: str
    needs: str
    dimensions: tuple[str, ...] = ()
    overlapping: tuple[str, ...] = ()
    money: Money = "none"
    is_final: Finality = "end"
    has_own_source: bool = False

    def is_complete(self, as_of: date, horizon_days: int) -> Column:
        """Whether all days that the figure of a row's period looks at lie before `as_of`."""
        if self.is_final == "never":
            return F.lit(False)
        edge, _, horizon = self.is_final.partition(" + ")
        last = F.date_add(f"period_{edge}_on", horizon_days if horizon else 0)
        return last <= F.lit(as_of)
