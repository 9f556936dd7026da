"""The value of every customer of any purchase log: read, compared on past days, forecast."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import pandas as pd
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.models.fitting import keep_computed
from holdfast.models.value.config import ValueTrainingConfig
from holdfast.models.value.model import ValueModel
from holdfast.models.value.scoring import score
from holdfast.models.value.training import fit
from holdfast.transformations.features.cutoffs import list_cutoffs
from holdfast.transformations.features.purchase_cells import purchase_cells
from holdfast.transformations.features.purchase_log import (
    RECENT,
    LogColumns,
    past_and_outcome,
    read_log,
    whole_rows,
)
from holdfast.transformations.scoring.value import PREFIX

DEFAULT: Final = ValueTrainingConfig()
MINOR_UNITS: Final = "USD"  # amounts without a currency count in hundredths
_NEEDED: Final = {"customer_id": "a customer", "event_at": "a time", "amount": "an amount"}
_COLUMNS: Final = {
    "expected_amount": "expected_value",
    "low_amount": "low",
    "high_amount": "high",
    "expected_orders": "expected_purchases",
    "alive_probability": "p_alive",
}
_BACKTEST: Final = ("cutoff_on", "predictor", "metric", "value", "rows")
_MISSING: Final = tuple(f"no_{name}" for name in _NEEDED)


class LogError(ValueError):
    """A log of which no forecast can be made, and why."""


@dataclass(frozen=True, eq=False)
class LogForecast:
    """`scores`: one row per customer, with expected_value, low, high, expected_purchases and
    p_alive of the horizon. `backtest`: one row per past day, forecast and metric. `warnings`: what
    this log cannot support.
    """

    scores: DataFrame
    backtest: pd.DataFrame
    model: ValueModel
    as_of: date
    warnings: tuple[str, ...]


def forecast_log(
    log: DataFrame,
    *,
    customer: str,
    at: str,
    amount: str,
    as_of: date | None = None,
    parameters: ValueTrainingConfig = DEFAULT,
) -> LogForecast:
    """What each customer of a log will spend in the horizon of `parameters` from `as_of` on, by
    default the day after the last purchase.

    `customer`, `at` and `amount` are columns of the log or SQL expressions; amounts are of one
    currency, refunds below zero. Rows from `as_of` on are not looked at. Raises LogError where no
    row can be used.

        forecast = forecast_log(log, customer="buyer", at="bought_at", amount="pieces * price")
    """
    rows = read_log(log, LogColumns(customer, at, amount))
    rows = keep_computed(rows if as_of is None else rows.filter(_is_before(as_of)))
    seen = _look_at(rows)
    if seen["usable"] == 0:
        wanted = "a customer, a time and an amount"
        raise LogError(f"of {seen['rows']} rows none has {wanted}: {_refused(seen)}")
    day = as_of or seen["last_on"] + timedelta(days=1)
    cutoffs = list_cutoffs(seen["first_on"], day, parameters.horizon_days, "monthly")
    purchases = whole_rows(rows)
    frame = keep_computed(
        past_and_outcome(purchases, cutoffs, day, parameters.horizon_days, MINOR_UNITS)
    )
    result = fit(frame, purchase_cells(_histories(frame)), RECENT, parameters)
    if result.model is None:
        raise LogError(result.decision.why)
    return LogForecast(
        keep_computed(_scores(frame.filter(F.col("as_of") == F.lit(day)), result.model)),
        pd.DataFrame(result.metrics, columns=list(_BACKTEST)),
        result.model,
        day,
        _warn(seen, result.model),
    )


def _histories(frame: DataFrame) -> DataFrame:
    """`purchase_history` again, of the columns under its prefix."""
    own = [name for name in frame.columns if name.startswith(PREFIX)]
    plain = [F.col(name).alias(name.removeprefix(PREFIX)) for name in own]
    return frame.select("as_of", "currency", *plain)


def _scores(today: DataFrame, model: ValueModel) -> DataFrame:
    answers = score(today, model, [model.horizon_days])
    return answers.select(
        "customer_id", *(F.col(name).alias(column) for name, column in _COLUMNS.items())
    )


def _is_before(day: date) -> Column:
    """Before the day begins, or at no time that could be read."""
    return F.coalesce(F.to_date("event_at") < F.lit(day), F.lit(True))


def _look_at(rows: DataFrame) -> dict[str, Any]:
    """What there is in a log: one small aggregate over its customers."""
    is_whole = (
        F.col("customer_id").isNotNull()
        & F.col("event_at").isNotNull()
        & F.col("amount").isNotNull()
    )
    on = F.to_date(F.when(is_whole, F.col("event_at")))
    by_customer = rows.groupBy("customer_id").agg(
        F.count(F.lit(1)).alias("rows"),
        *(F.count_if(F.col(name).isNull()).alias(f"no_{name}") for name in _NEEDED),
        F.count_if(is_whole).alias("usable"),
        F.min(on).alias("first_on"),
        F.max(on).alias("last_on"),
        F.coalesce(F.sum(F.when(is_whole, F.col("amount"))), F.lit(0)).alias("spent"),
    )
    is_customer = F.col("usable") > 0
    found = by_customer.agg(
        *(F.coalesce(F.sum(name), F.lit(0)).alias(name) for name in ("rows", "usable", *_MISSING)),
        F.min("first_on").alias("first_on"),
        F.max("last_on").alias("last_on"),
        F.count_if(is_customer).alias("customers"),
        F.count_if(is_customer & (F.col("first_on") == F.col("last_on"))).alias("once"),
        F.sum("spent").alias("spent"),
        F.max(F.when(is_customer, F.col("spent"))).alias("most"),
    )
    return dict(found.collect()[0].asDict())


def _refused(seen: Mapping[str, Any]) -> str:
    without = {name: int(seen[f"no_{name}"]) for name in _NEEDED if seen[f"no_{name}"]}
    return ", ".join(f"{rows:,} without {_NEEDED[name]}" for name, rows in without.items())


def _warn(seen: Mapping[str, Any], model: ValueModel) -> tuple[str, ...]:
    """What the log cannot support, the gravest first."""
    days = (seen["last_on"] - seen["first_on"]).days + 1
    refused, share = int(seen["rows"] - seen["usable"]), seen["once"] / seen["customers"]
    found = {
        f"the net total is {seen['spent']}: more was given back than bought": seen["spent"] <= 0,
        f"no outcome of {model.horizon_days} days is known yet: nothing could be tested": (
            model.evaluated_on is None
        ),
        f"the log spans {days} days: a season that was never seen cannot be expected": (
            days < 365 + model.horizon_days
        ),
        f"{refused:,} of {seen['rows']:,} rows were left out: {_refused(seen)}": refused > 0,
        f"{share:.0%} of customers bought on one day only: little tells them apart": share > 0.5,
        f"one customer has {seen['most']} of {seen['spent']} in all": (
            0 < seen["spent"] < 2 * seen["most"]
        ),
        f"the purchase model is in doubt: {model.btyd.why_not_identified}": bool(
            model.btyd.why_not_identified
        ),
    }
    return tuple(text for text, is_so in found.items() if is_so)
