"""What trees correct, cut-off by cut-off: what BTYD alone expects, and the own past rate; and the
days to learn from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.models.arrays import Flags, Floats
from holdfast.models.trees.scoring import MISSING, apply_kernel, impute
from holdfast.models.value import btyd_fit
from holdfast.models.value.btyd import Btyd
from holdfast.models.value.model import (
    BOOSTED,
    BOOSTED_RATE,
    DERIVED,
    HISTORY,
    histories,
    past_rate,
)
from holdfast.transformations.money import to_minor

FOLDS: Final = 5  # of customers: the first trains no tree, it calibrates
MOST_ROWS: Final = 500_000  # customers x days that are learnt from and measured on the driver
EPOCH: Final = date(1970, 1, 1)
RATE_SPEND: Final = "rate_spend"  # at the own past rate
OFFSETS: Final = {BOOSTED: "btyd_spend", BOOSTED_RATE: RATE_SPEND}  # what trees correct
CELL_COLUMNS: Final = (
    "frequency",
    "recency_weeks",
    "age_weeks",
    "spend_bin",
    "customers",
    "recency_days",
    "age_days",
    "spenders",
    "log_spend",
)


@dataclass(frozen=True, eq=False)
class Days:
    """Of each day with known outcome: customers, and the totals of what was expected by BTYD and by
    the own past rates, and of what was spent (minor units).
    """

    customers: Mapping[date, int]
    expected: Mapping[date, float]
    by_rate: Mapping[date, float]
    spent: Mapping[date, float]

    @property
    def ratios(self) -> dict[date, float]:
        """Spent over expected, for the days on which anything was expected and
        anything was spent.
        """
        return {
            day: self.spent[day] / total
            for day, total in sorted(self.expected.items())
            if total > 0 and self.spent[day] > 0
        }


@dataclass(frozen=True, eq=False)
class Customers:
    """Customers of several days by column, their day, what they spent (minor units; 0 where that is
    not known yet), and who calibrates.
    """

    customer: NDArray[Any]
    columns: Mapping[str, Floats]
    day: NDArray[np.object_]
    spent: Floats
    calibrates: Flags

    def inputs(self, names: Sequence[str]) -> Floats:
        """The matrix of the named columns; a column that is not there is missing for all."""
        absent = np.full(len(self.spent), MISSING)
        return np.column_stack([self.columns.get(name, absent) for name in names])

    def where(self, rows: Flags) -> "Customers":
        """Some of the rows."""
        columns = {name: values[rows] for name, values in self.columns.items()}
        calibrates = self.calibrates[rows]
        return Customers(self.customer[rows], columns, self.day[rows], self.spent[rows], calibrates)

    def of(self, day: date) -> "Customers":
        """All customers of one day."""
        return self.where(self.day == day)


def fetch_cells(cells: DataFrame) -> pd.DataFrame:
    """The purchase cells of all days on the driver: a few thousand rows."""
    return _fetch(cells.select("as_of", "currency", *CELL_COLUMNS))


def fit_days(table: pd.DataFrame) -> tuple[str, dict[date, Btyd]]:
    """The currency of most customers, and BTYD fitted for every day on its cells alone; there is
    one cell at least.
    """
    sizes = table.groupby("currency")["customers"].sum()
    currency = str(min(sizes.index, key=lambda code: (-sizes[code], code)))
    own = table[table["currency"] == currency]
    return currency, {
        day: btyd_fit.fit(_arrays(part)) for day, part in own.groupby("as_of", sort=True)
    }


def _arrays(cells: pd.DataFrame) -> dict[str, Floats]:
    return {name: cells[name].astype(float).fillna(0.0).to_numpy() for name in CELL_COLUMNS}


def _fetch(frame: DataFrame) -> pd.DataFrame:
    table: pd.DataFrame = frame.toArrow().to_pandas()
    return table


def with_baseline(
    frame: DataFrame, fits: Mapping[date, Btyd], features: Sequence[str], horizon_days: int
) -> DataFrame:
    """Customers with HISTORY, features, DERIVED and RATE_SPEND as doubles,
    and `spent` in minor units.

    Each row is forecast by the fit of its own day: no forecast knows what came after.
    """
    numbered = {(day - EPOCH).days: fitted for day, fitted in fits.items()}
    inputs = ("day", *HISTORY)

    def kernel(values: Floats) -> dict[str, Floats]:
        found = np.zeros((len(values), len(DERIVED)))
        for day in np.unique(values[:, 0]):
            rows = values[:, 0] == day
            expected = numbered[int(day)].expected(histories(values[rows, 1:]), horizon_days)
            found[rows] = np.column_stack([expected.orders, expected.spend, expected.alive])
        rate = past_rate(values[:, 1:], horizon_days)
        return dict(zip((*DERIVED, RATE_SPEND), (*found.T, rate), strict=True))

    rows = frame.filter(F.col("as_of").isin(list(fits))).select(
        "customer_id",
        "as_of",
        F.unix_date("as_of").alias("day"),
        *impute([*HISTORY, *features]),
        to_minor(F.col("revenue_amount"), F.col("currency")).cast("double").alias("spent"),
    )
    return apply_kernel(
        rows,
        ["customer_id", "as_of", "spent", *HISTORY, *features],
        inputs,
        kernel,
        (*DERIVED, RATE_SPEND),
    )


def totals(rows: DataFrame) -> Days:
    """The totals of every day: one small aggregate."""
    # Whole minor units are summed: the order of doubles would show in the last digit.
    sums = _fetch(
        rows.groupBy("as_of").agg(
            F.count(F.lit(1)).alias("customers"),
            F.sum(_whole("btyd_spend")).alias("expected"),
            F.sum(_whole(RATE_SPEND)).alias("by_rate"),
            F.coalesce(F.sum(_whole("spent")), F.lit(0)).alias("spent"),
        )
    )
    names = ("customers", "expected", "by_rate", "spent")
    return Days(*(dict(zip(sums["as_of"], sums[name].tolist(), strict=True)) for name in names))


def _whole(name: str) -> Column:
    return F.round(name).cast("bigint")


def calibrates() -> Column:
    """Whether a customer is kept from the trees on every day, so that intervals can be calibrated
    on it.
    """
    return F.pmod(F.xxhash64(F.lit("calibrates"), "customer_id"), F.lit(FOLDS)) == 0


def draw_customers(frame: DataFrame, days: Days) -> DataFrame:
    """Everybody on all days, or about MOST_ROWS chosen by hash of the customer."""
    every = max(1, -(-sum(days.customers.values()) // MOST_ROWS))
    return frame.filter(F.pmod(F.xxhash64(F.lit("held out"), "customer_id"), F.lit(every)) == 0)


def fetch_customers(
    frame: DataFrame, fits: Mapping[date, Btyd], features: Sequence[str], horizon_days: int
) -> Customers:
    """The rows of `with_baseline` on the driver, in order of day and customer."""
    names = [*HISTORY, *features, *DERIVED, RATE_SPEND]
    rows = with_baseline(frame, fits, features, horizon_days).select(
        "as_of", "customer_id", *names, "spent", calibrates().alias("calibrates")
    )
    table = _fetch(rows).sort_values(["as_of", "customer_id"])
    return Customers(
        table["customer_id"].to_numpy(),
        {name: table[name].to_numpy(np.float64) for name in names},
        table["as_of"].to_numpy(object),
        table["spent"].fillna(0.0).to_numpy(np.float64),
        table["calibrates"].to_numpy(np.bool_),
    )
