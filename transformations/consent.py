"""Consent: what may be used, at a cut-off and now.

In one source the newest statement of a customer counts, whichever of its records made it: who opts
in again is in. Of several sources the strictest counts. Where nobody said anything, the purpose's
basis decides: `opt_in` means no, `opt_out` means yes until objected.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Final

from pyspark.sql import Column, DataFrame, GroupedData
from pyspark.sql import functions as F

from holdfast.transformations.features.registry import FEATURES
from holdfast.transformations.identity.join import current, with_customer
from holdfast.transformations.tables.vocabulary import FEATURE_PURPOSES, Purpose

OPT_IN: Final = "opt_in"
ALL_CHANNELS: Final = "all"


@dataclass(frozen=True, eq=False)
class Consent:
    """What was said (`silver.consent_state`), by whom (`silver.identity_map`), and the basis of
    each purpose where nothing was; a cut-off is a midnight of `time_zone`.
    """

    state: DataFrame
    identity_map: DataFrame
    bases: Mapping[str, str]
    time_zone: str = "UTC"

    def filter_rows(
        self, frame: DataFrame, purpose: Purpose, channel: str = ALL_CHANNELS
    ) -> DataFrame:
        """Rows of `frame` (with customer_id) whose customer allows `purpose` now, by the newest
        statements.
        """
        stated = self._newest(purpose, channel).agg(F.bool_and("is_allowed").alias("_allowed"))
        joined = frame.join(stated, ["customer_id"], how="left")
        return joined.filter(F.coalesce("_allowed", self._default(purpose))).drop("_allowed")

    def status(self, purpose: Purpose) -> DataFrame:
        """customer_id, is_permitted and has_objected of every current customer, by the newest
        statements about `purpose`.
        """
        stated = self._newest(purpose, ALL_CHANNELS).agg(
            F.bool_and("is_allowed").alias("_allowed"), F.bool_or("is_objection").alias("_objects")
        )
        everyone = current(self.identity_map).select("customer_id").distinct()
        return everyone.join(stated, on=["customer_id"], how="left").select(
            "customer_id",
            F.coalesce("_allowed", self._default(purpose)).alias("is_permitted"),
            F.coalesce("_objects", F.lit(False)).alias("has_objected"),
        )

    def mask_features(self, snapshots: DataFrame, cutoffs: Sequence[date]) -> DataFrame:
        """Snapshots in which a feature is null where its purpose was not allowed at the row's own
        cut-off.
        """
        stated = self._state_on(cutoffs).agg(
            *(
                F.bool_and(F.when(F.col("purpose") == purpose, F.col("is_allowed"))).alias(
                    f"_{purpose}"
                )
                for purpose in FEATURE_PURPOSES
            )
        )
        joined = snapshots.join(stated, ["customer_id", "as_of"], how="left")
        values = [
            F.when(
                F.coalesce(F.col(f"_{feature.purpose}"), self._default(feature.purpose)),
                F.col(feature.name),
            ).alias(feature.name)
            for feature in FEATURES
        ]
        return joined.select("customer_id", "as_of", "currency", *values)

    def _default(self, purpose: Purpose) -> Column:
        """What holds for a customer who said nothing."""
        return F.lit(self.bases[purpose] != OPT_IN)

    def _newest(self, purpose: Purpose, channel: str) -> GroupedData:
        """What each source says about a purpose and channel now, by customer."""
        channels = sorted({channel, ALL_CHANNELS})
        is_about = (F.col("purpose") == purpose) & reduce(
            or_, (F.col("channel") == name for name in channels)
        )
        now = self.state.filter(F.col("valid_to").isNull() & is_about)
        return _answer_by_source(with_customer(now, self.identity_map)).groupBy("customer_id")

    def _state_on(self, cutoffs: Sequence[date]) -> GroupedData:
        """What each source said about features on each cut-off, by customer and cut-off."""
        state = self.state.filter(F.col("purpose").isin(*FEATURE_PURPOSES))
        days = F.explode(F.array(*(F.lit(day) for day in sorted(set(cutoffs)))))
        dated = with_customer(state, self.identity_map).select("*", days.alias("as_of"))
        start = F.to_utc_timestamp(F.col("as_of").cast("timestamp"), self.time_zone)
        held = dated.filter(
            (F.col("valid_from") < start)
            & (F.col("valid_to").isNull() | (F.col("valid_to") >= start))
        )
        return _answer_by_source(held, "as_of").groupBy("customer_id", "as_of")


def _answer_by_source(states: DataFrame, *by: str) -> DataFrame:
    """The newest of the states of each customer, source, purpose and channel; of several of one
    instant the strictest.
    """
    is_denied = (~F.col("is_allowed")).alias("is_denied")
    answer = F.max(F.struct("stated_at", is_denied, "is_objection")).alias("answer")
    return (
        states.groupBy("customer_id", "source", "purpose", "channel", *by)
        .agg(answer)
        .select("customer_id", "purpose", *by, "answer.is_objection", "answer.is_denied")
        .withColumn("is_allowed", ~F.col("is_denied"))
    )
