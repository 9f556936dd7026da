"""What running subscriptions will bring: renewals by shifted beta-geometric, times the price.

One fit for each interval between deliveries that has enough of them to tell how they end, one of
all for the others. A subscription's payments are no purchase log: its end is seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.models.arrays import Floats
from holdfast.models.trees.scoring import apply_kernel
from holdfast.models.value import sbg
from holdfast.models.value.sbg import Contracts, Sbg
from holdfast.transformations.features.renewals import STOPPED
from holdfast.transformations.money import from_minor, to_minor

_ALL: Final = 0  # no interval: the fit of all together
_KEPT: Final = (
    "as_of",
    "subscription_id",
    "customer_id",
    "horizon_days",
    "currency",
    "interval_days",
    "price_amount",
)
_INPUTS: Final = ("interval_days", "renewals", "due", "price_minor")
_FIGURES: Final = ("charges", "survival", "next", "amount")


@dataclass(frozen=True)
class Backtest:
    """Renewals in one horizon that ended: how many came, how many were expected by what was known
    before it, and by the share of all renewals due until then that were made.
    """

    came: float
    expected: float
    by_share: float


def group_renewals(renewals: DataFrame) -> DataFrame:
    """`renewals_on` grouped to what a fit needs, one row per as_of, interval_days, renewals,
    seen_from and ended (1.0 or 0.0): the number of subscriptions. One that pauses is not renewed
    when it is due next, and counts as ended until it goes on.
    """
    ended = F.coalesce(F.col("status").isin(*STOPPED), F.lit(False)).cast("double").alias("ended")
    keys = ("as_of", "interval_days", "renewals", "seen_from")
    return renewals.groupBy(*keys, ended).agg(F.count(F.lit(1)).alias("subscriptions"))


def fit_intervals(cells: pd.DataFrame) -> dict[int, Sbg]:
    """The fits of `group_renewals` of one day, by interval; empty where no renewal was due yet.
    Where all together do not tell that they differ, each ends with the same chance, which by what
    was seen follows beta(ended + 1, made + 1): a few that all lasted do not last for ever.
    """
    cells = cells.dropna(subset="interval_days")
    made, ended = _count_chances(cells)
    if made + ended == 0:
        return {}
    of_all = _fit(cells)
    if of_all.why_not_identified:
        of_all = replace(of_all, alpha=ended + 1.0, beta=made + 1.0)
    fits = {_ALL: of_all}
    for interval, own in cells.groupby("interval_days"):
        fitted = _fit(own)
        if not fitted.why_not_identified:
            fits[int(interval)] = fitted
    return fits


def score(renewals: DataFrame, fits: Mapping[int, Sbg]) -> DataFrame:
    """gold.subscription_values of renewals `with_due` and their customer_id."""

    def kernel(values: Floats) -> dict[str, Floats]:
        interval, renewals, due, price = values.T
        charges, survival, following = expect(fits, interval, renewals, due)
        made = (charges, survival, following, charges * price)
        return dict(zip(_FIGURES, made, strict=True))

    priced = renewals.withColumn("price_minor", to_minor(F.col("price_amount"), F.col("currency")))
    scored = apply_kernel(priced, _KEPT, _INPUTS, kernel, _FIGURES)
    amount = from_minor(F.round("amount"), F.col("currency"))
    return scored.select(
        *_KEPT,
        F.col("charges").cast("decimal(18,4)").alias("expected_charges"),
        amount.alias("expected_amount"),
        _probability("next").alias("renewal_probability"),
        _probability("survival").alias("survival_probability"),
    )


def expect(
    fits: Mapping[int, Sbg], interval: Floats, renewals: Floats, due: Floats
) -> tuple[Floats, Floats, Floats]:
    """Of subscriptions that run: expected renewals of the `due` next ones, the probability that all
    of them are made, and that the next one is.
    """
    charges, survival, following = (np.zeros(len(interval)) for _ in range(3))
    for one in np.unique(interval):
        fitted, own = fits.get(int(one), fits[_ALL]), interval == one
        survival[own] = sbg.survival(fitted, renewals[own], due[own])
        following[own] = sbg.survival(fitted, renewals[own], 1)
        for times in np.unique(due[own]):
            same = own & (due == times)
            charges[same] = sbg.expected_renewals(fitted, renewals[same], int(times))
    return charges, survival, following


def backtest(cells: pd.DataFrame, later: pd.DataFrame) -> Backtest | None:
    """The forecast of an earlier day beside what came. `cells` are `group_renewals` of that
    day, `later` the `renewals_since` of those that ran on it. None where nothing could be
    expected of them.
    """
    cells = cells.dropna(subset="interval_days")
    fits = fit_intervals(cells)
    if not fits:
        return None
    names = ("interval_days", "renewals", "due", "subscriptions", "made")
    interval, renewals, due, many, made = (later[name].to_numpy(np.float64) for name in names)
    charges, _, _ = expect(fits, interval, renewals, due)
    renewed, ended = _count_chances(cells)
    by_share = _by_share(renewed / (renewed + ended), due)
    return Backtest(float(made.sum()), float(charges @ many), float(by_share @ many))


def _fit(cells: pd.DataFrame) -> Sbg:
    names = ("renewals", "ended", "subscriptions", "seen_from")
    return sbg.fit(Contracts.of(*(cells[name].to_numpy(np.float64) for name in names)))


def _count_chances(cells: pd.DataFrame) -> tuple[float, float]:
    """How many renewals were made and how many were not, of those due while the log saw them."""
    made = ((cells["renewals"] - cells["seen_from"]) * cells["subscriptions"]).sum()
    return float(made), float((cells["ended"] * cells["subscriptions"]).sum())


def _by_share(share: float, due: Floats) -> Floats:
    """Expected renewals of the `due` next ones where each is made with the same chance."""
    return share * due if share == 1.0 else share * (1.0 - share**due) / (1.0 - share)


def _probability(name: str) -> Column:
    return F.col(name).cast("decimal(9,6)")
