"""Consent: what may be used, at a cut-off and now.

A customer is as strict as the strictest of their records. Where nobody said anything, the purpose's
basis decides: `opt_in` means no, `opt_out` means yes until objected.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import reduce
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.features.feature import PURPOSES
from holdfast.transformations.features.registry import FEATURES
from holdfast.transformations.identity.join import current, with_customer

OPT_IN: Final = "opt_in"
ALL_CHANNELS: Final = "all"


def permitted(
    frame: DataFrame,
    consent_state: DataFrame,
    identity_map: DataFrame,
    purpose: str,
    basis: str,
    channel: str = ALL_CHANNELS,
) -> DataFrame:
    """Rows of `frame` (with customer_id) whose customer allows `purpose` now, by the newest
    statements.
    """
    now = consent_state.filter(F.col("valid_to").isNull() & _about(purpose, channel))
    stated = (
        with_customer(now, identity_map)
        .groupBy("customer_id")
        .agg(F.bool_and("is_allowed").alias("_allowed"))
    )
    joined = frame.join(stated, ["customer_id"], how="left")
    return joined.filter(F.coalesce("_allowed", F.lit(basis != OPT_IN))).drop("_allowed")


def standing(
    identity_map: DataFrame, consent_state: DataFrame, purpose: str, basis: str
) -> DataFrame:
    """customer_id, is_permitted and has_objected of every current customer, by the newest
    statements about `purpose`.
    """
    now = with_customer(
        consent_state.filter(F.col("valid_to").isNull() & _about(purpose, ALL_CHANNELS)),
        identity_map,
    )
    stated = now.groupBy("customer_id").agg(
        F.bool_and("is_allowed").alias("_allowed"), F.bool_or("is_objection").alias("_objects")
    )
    everyone = current(identity_map).select("customer_id").distinct()
    return everyone.join(stated, on=["customer_id"], how="left").select(
        "customer_id",
        F.coalesce("_allowed", F.lit(basis != OPT_IN)).alias("is_permitted"),
        F.coalesce("_objects", F.lit(False)).alias("has_objected"),
    )


def gated(
    frame: DataFrame,
    consent_state: DataFrame,
    identity_map: DataFrame,
    cutoffs: Sequence[date],
    bases: Mapping[str, str],
) -> DataFrame:
    """Snapshots in which a feature is null where its purpose was not allowed at the row's own
    cut-off.
    """
    held = with_customer(consent_state.filter(F.col("purpose").isin(*PURPOSES)), identity_map)
    days = F.explode(F.array(*(F.lit(day) for day in sorted(set(cutoffs)))))
    at_day = held.select("*", days.alias("as_of")).filter(
        (F.col("valid_from") < F.col("as_of").cast("timestamp"))
        & (F.col("valid_to").isNull() | (F.col("valid_to") >= F.col("as_of").cast("timestamp")))
    )
    stated = at_day.groupBy("customer_id", "as_of").agg(
        *(
            F.bool_and(F.when(F.col("purpose") == purpose, F.col("is_allowed"))).alias(
                f"_{purpose}"
            )
            for purpose in PURPOSES
        )
    )
    joined = frame.join(stated, ["customer_id", "as_of"], how="left")
    values = [F.when(_allowed(f.purpose, bases), F.col(f.name)).alias(f.name) for f in FEATURES]
    return joined.select("customer_id", "as_of", *values)


def _allowed(purpose: str, bases: Mapping[str, str]) -> Column:
    return F.coalesce(F.col(f"_{purpose}"), F.lit(bases[purpose] != OPT_IN))


def _about(purpose: str, channel: str) -> Column:
    channels = {channel, ALL_CHANNELS}
    return (F.col("purpose") == purpose) & reduce(
        lambda a, b: a | b, (F.col("channel") == c for c in sorted(channels))
    )
