"""Rows that value models are fitted on and score."""

from collections.abc import Sequence
from datetime import date

from pyspark.sql import DataFrame

from holdfast.transformations.features.purchase_cells import purchase_history
from holdfast.transformations.features.registry import NAMES
from holdfast.transformations.scoring.value import value_inputs, with_outcome


def inputs_on(orders: DataFrame, snapshots: DataFrame, days: Sequence[date]) -> DataFrame:
    """Purchase histories and features of every customer on the given days; `orders` have
    customer_id.
    """
    return value_inputs(purchase_history(orders, days), snapshots, NAMES)


def training_frame(
    orders: DataFrame, snapshots: DataFrame, labels: DataFrame, days: Sequence[date], horizon: int
) -> DataFrame:
    """The inputs of customers and days whose outcome in the horizon is known, with
    revenue_amount.
    """
    return with_outcome(inputs_on(orders, snapshots, days), labels, horizon)
