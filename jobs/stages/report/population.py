"""The customers a report is about: the cube, its scored part and the part at risk."""

from dataclasses import dataclass
from typing import Final

import pandas as pd

from holdfast.models.churn.leavers import Leavers

_MOMENTS: Final = ("expected_leavers", "leavers_variance", "leavers_third")
_SIZES: Final = (
    "customers",
    "one_time_buyers",
    "parties",
    "expected_amount",
    "if_stays_amount",
    "at_risk_amount",
    *_MOMENTS,
)
AT_RISK: Final = ("high", "medium")


@dataclass(frozen=True, eq=False)
class Population:
    """The cube of customers, its scored part, and the part at risk; `own` parts are in the main
    currency.

    `amount` is the column of money that goes with people at risk: what leaving costs where that is
    known, else what is expected of them. `level_spread` says how well the level of all log-odds of
    leaving is known: its standard deviation.
    """

    cube: pd.DataFrame
    currency: str | None
    scored: pd.DataFrame
    risk: pd.DataFrame
    own: pd.DataFrame
    own_risk: pd.DataFrame
    amount: str
    level_spread: float

    @property
    def has_probability(self) -> bool:
        """Whether a model scored, so that leavers are expected and not only signs seen."""
        return bool(self.scored["expected_leavers"].notna().any())

    @property
    def has_cost(self) -> bool:
        """Whether it is known what leaving costs."""
        return self.amount == "at_risk_amount"

    @property
    def leavers(self) -> Leavers:
        """How many of the scored are expected to leave."""
        return self.count_leavers(self.scored)

    def count_leavers(self, cube: pd.DataFrame) -> Leavers:
        """The leavers expected of a part of the cube."""
        customers, *moments = (float(cube[name].sum()) for name in ("customers", *_MOMENTS))
        return Leavers(round(customers), *moments).under(self.level_spread)


def main_currency(customers: pd.DataFrame) -> str | None:
    """The currency that most of the scored customers have, or of all where nobody is scored; ties
    by name.
    """
    scored = customers[customers["score_status"] == "scored"]
    known = (scored if len(scored) else customers).dropna(subset=["currency"])
    totals = known.groupby("currency")["customers"].sum()
    return None if totals.empty else str(totals.sort_index().idxmax())


def divide_customers(
    customers: pd.DataFrame, currency: str | None, level_spread: float = 0.0
) -> Population:
    """The population of a cube of customers, money in one currency."""
    cube = customers.assign(**{name: customers[name].astype(float) for name in _SIZES})
    scored = cube[cube["score_status"] == "scored"]
    own = scored[scored["currency"].fillna("") == (currency or "")]
    risk, own_risk = (part[part["risk_band"].isin(AT_RISK)] for part in (scored, own))
    amount = "at_risk_amount" if own["at_risk_amount"].notna().any() else "expected_amount"
    return Population(cube, currency, scored, risk, own, own_risk, amount, level_spread)


def sum_by(cube: pd.DataFrame, column: str, measure: str) -> "pd.Series[float]":
    """Sums by a column, largest first, ties by name; rows without a value of it are left out."""
    sums = cube.dropna(subset=[column]).groupby(column)[measure].sum()
    return sums.sort_index().sort_values(ascending=False, kind="stable")
