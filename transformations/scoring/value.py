"""What the value model looks at: a customer's purchase history beside the snapshot's features."""

from collections.abc import Sequence
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.features.registry import VALUE_INPUTS
from holdfast.transformations.identity.join import with_identity_run
from holdfast.transformations.money import round_to_unit

PREFIX: Final = (
    "past_"  # of history columns, which the snapshot may name the same and mean otherwise
)
KEYS: Final = ("as_of", "customer_id")


def value_inputs(history: DataFrame, snapshots: DataFrame, features: Sequence[str]) -> DataFrame:
    """`purchase_history` with its columns under `past_`, and the named features of the same day;
    those of a customer without a snapshot are null. Keys as_of and customer_id, and currency keep
    their names.
    """
    own = [name for name in history.columns if name not in (*KEYS, "currency")]
    renamed = history.select(*KEYS, "currency", *(F.col(name).alias(PREFIX + name) for name in own))
    return renamed.join(snapshots.select(*KEYS, *features), on=list(KEYS), how="left")


def with_churn(inputs: DataFrame, scores: DataFrame, horizon_days: int) -> DataFrame:
    """`value_inputs` with the churn_probability of gold.churn_scores of the same day and horizon,
    null for customers it was not asked of.
    """
    asked = scores.filter(F.col("horizon_days") == F.lit(horizon_days)).select(
        *KEYS, "churn_probability"
    )
    return inputs.join(asked, on=list(KEYS), how="left")


def value_at_risk() -> Column:
    """What leaving costs: churn_probability x value_if_stays_amount, in units of the currency."""
    lost = F.col("churn_probability") * F.col("value_if_stays_amount")
    return round_to_unit(lost, F.col("currency"))


def shape_inputs(asked: DataFrame, identity_map: DataFrame) -> DataFrame:
    """features.value_inputs of `with_churn`: the past as doubles, which is how models read it."""
    past = [name for name in VALUE_INPUTS.names if name.startswith(PREFIX)]
    doubles = {name: F.col(name).cast("double") for name in past}
    return with_identity_run(asked.withColumns(doubles), identity_map)


def with_outcome(inputs: DataFrame, labels: DataFrame, horizon_days: int) -> DataFrame:
    """`value_inputs` with the revenue_amount of the horizon, null where it is not known yet."""
    known = labels.filter(F.col("horizon_days") == F.lit(horizon_days)).select(
        *KEYS, "revenue_amount"
    )
    return inputs.join(known, on=list(KEYS), how="left")


def customer_values(
    values: DataFrame, identity_map: DataFrame, model: tuple[str, int]
) -> DataFrame:
    """gold.customer_values of what a value model answered; `model` is the name and version that
    scored.
    """
    name, version = model
    return with_identity_run(values, identity_map).withColumns(
        {"model_name": F.lit(name), "model_version": F.lit(version)}
    )
