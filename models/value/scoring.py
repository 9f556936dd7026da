"""Forecasts of value for a frame of customers: one Arrow kernel over the model of record."""

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.models.arrays import Floats
from holdfast.models.trees.scoring import apply_kernel
from holdfast.models.value.model import ValueModel
from holdfast.transformations.money import from_minor

FIELDS = ("spend", "low", "high", "orders", "alive")


def score(frame: DataFrame, model: ValueModel, horizons: Sequence[int]) -> DataFrame:
    """One row per customer of the model's currency and horizon.

    `frame` has customer_id, currency, the columns HISTORY and the model's features. Columns:
    customer_id, horizon_days, currency, expected_amount, low_amount, high_amount, expected_orders,
    alive_probability, value_basis, is_extrapolated (a longer horizon than the model was trained
    on).
    """
    outputs = [f"{name}_{days}" for days in horizons for name in FIELDS]

    def kernel(inputs: Floats) -> dict[str, Floats]:
        forecasts = {days: model.forecast(inputs, days) for days in horizons}
        return {
            f"{name}_{days}": getattr(forecasts[days], name) for days in horizons for name in FIELDS
        }

    own = frame.filter(F.col("currency") == F.lit(model.currency))
    wide = apply_kernel(own, ["customer_id", "currency"], model.inputs, kernel, outputs)
    horizon = F.explode(F.array(*[_horizon(days, model) for days in horizons])).alias("horizon")
    return wide.select("customer_id", "currency", horizon).select(
        "customer_id", "currency", "horizon.*"
    )


def _horizon(days: int, model: ValueModel) -> Column:
    return F.struct(
        F.lit(days).alias("horizon_days"),
        *(
            from_minor(F.round(f"{name}_{days}"), F.col("currency")).alias(f"{column}_amount")
            for name, column in (("spend", "expected"), ("low", "low"), ("high", "high"))
        ),
        F.col(f"orders_{days}").cast("decimal(18,4)").alias("expected_orders"),
        F.col(f"alive_{days}").cast("decimal(9,6)").alias("alive_probability"),
        F.lit(model.basis).alias("value_basis"),
        F.lit(days > model.horizon_days).alias("is_extrapolated"),
    )
