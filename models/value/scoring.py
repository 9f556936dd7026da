"""Forecasts of value for a frame of customers: one Arrow kernel over the model of record."""

from collections.abc import Sequence
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.models.arrays import Floats
from holdfast.models.trees.scoring import apply_kernel
from holdfast.models.value.model import LEAVING, ValueModel
from holdfast.transformations.money import from_minor

FIELDS: Final = ("spend", "low", "high", "if_stays", "orders", "alive")
_AMOUNTS: Final = {
    "spend": "expected_amount",
    "low": "low_amount",
    "high": "high_amount",
    "if_stays": "value_if_stays_amount",
}


def score(frame: DataFrame, model: ValueModel, horizons: Sequence[int]) -> DataFrame:
    """One row per customer of the model's currency and horizon.

    `frame` has customer_id, currency, the columns HISTORY and the model's features; and, where it
    is known of anybody, `churn_probability` with six decimals: of no order in the horizon the model
    was trained on. Columns: customer_id, horizon_days, currency, expected_amount, low_amount,
    high_amount, value_if_stays_amount (of the trained horizon, where churn_probability is known:
    expected_amount is then (1 - churn_probability) x value_if_stays_amount), expected_orders,
    alive_probability, value_basis, is_extrapolated (a longer horizon than the model was trained
    on).
    """
    known = [LEAVING] if LEAVING in frame.columns else []
    outputs = [f"{name}_{days}" for days in horizons for name in FIELDS]

    def kernel(values: Floats) -> dict[str, Floats]:
        inputs, leaving = values[:, : len(model.inputs)], values[:, len(model.inputs) :]
        chances = leaving[:, 0] if known else None
        forecasts = {days: model.forecast(inputs, days, chances) for days in horizons}
        return {
            f"{name}_{days}": getattr(forecasts[days], name) for days in horizons for name in FIELDS
        }

    own = frame.filter(F.col("currency") == F.lit(model.currency))
    names = [*model.inputs, *known]
    wide = apply_kernel(own, ["customer_id", "currency"], names, kernel, outputs)
    horizon = F.explode(F.array(*[_horizon(days, model) for days in horizons])).alias("horizon")
    return wide.select("customer_id", "currency", horizon).select(
        "customer_id", "currency", "horizon.*"
    )


def score_leaving(frame: DataFrame, model: ValueModel) -> DataFrame:
    """customer_id and probability of no order in the horizon the model was trained on, by its
    purchase model alone. `frame` as `score` wants it.
    """
    own = frame.filter(F.col("currency") == F.lit(model.currency))
    return apply_kernel(
        own,
        ["customer_id"],
        model.inputs,
        lambda inputs: {"probability": 1.0 - model.order_probability(inputs)},
        ["probability"],
    )


def _amount(minor: str) -> Column:
    """Minor units as an amount; NaN is an amount nobody knows."""
    known = F.nanvl(F.col(minor), F.lit(None))
    return from_minor(F.round(known), F.col("currency"))


def _horizon(days: int, model: ValueModel) -> Column:
    return F.struct(
        F.lit(days).alias("horizon_days"),
        *(_amount(f"{name}_{days}").alias(column) for name, column in _AMOUNTS.items()),
        F.col(f"orders_{days}").cast("decimal(18,4)").alias("expected_orders"),
        F.col(f"alive_{days}").cast("decimal(9,6)").alias("alive_probability"),
        F.lit(model.basis).alias("value_basis"),
        F.lit(days > model.horizon_days).alias("is_extrapolated"),
    )
