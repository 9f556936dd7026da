"""Consent: what may be used, at a cut-off and now.

In one source the newest statement of a customer counts, whichever of its records made it: who opts
in again is in. Of several sources the strictest counts, and of statements about one channel and
about all, but that a newer yes to the channel takes back a no to all. Where nobody said anything,
the purpose's basis decides: `opt_in` means no, `opt_out` means yes until objected.

Marketing goes to an address, and so does a no to it: said at an e-mail address or phone that
several customers have, it holds for all of them, and no other record at that address takes it back,
for nobody knows which of them spoke.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from pyspark.sql import Column, DataFrame, GroupedData
from pyspark.sql import functions as F

from holdfast.transformations.features.registry import FEATURES
from holdfast.transformations.identity.join import current, with_customer
from holdfast.transformations.tables.vocabulary import FEATURE_PURPOSES, Purpose

OPT_IN: Final = "opt_in"
ALL_CHANNELS: Final = "all"
# By channel the kinds of address that it goes to: push and post go to none of these.
CONTACTS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    ALL_CHANNELS: ("email", "phone"),
    "email": ("email",),
    "sms": ("phone",),
    "phone": ("phone",),
}
_CONTACT: Final = ("kind", "held_with")


@dataclass(frozen=True, eq=False)
class Consent:
    """What was said (`silver.consent_state`), by whom (`silver.identity_map`), and the basis of
    each purpose where nothing was; a cut-off is a midnight of `time_zone`. `contacts`
    (`silver.shared_contacts`) are needed for marketing.
    """

    state: DataFrame
    identity_map: DataFrame
    bases: Mapping[str, str]
    time_zone: str = "UTC"
    contacts: DataFrame | None = None

    def filter_rows(
        self, frame: DataFrame, purpose: Purpose, channel: str = ALL_CHANNELS
    ) -> DataFrame:
        """Rows of `frame` (with customer_id) whose customer allows `purpose` now, by the newest
        statements.
        """
        marked = self.mark_allowed(frame, "_allowed", purpose, channel)
        return marked.filter("_allowed").drop("_allowed")

    def mark_allowed(
        self, frame: DataFrame, name: str, purpose: Purpose, channel: str = ALL_CHANNELS
    ) -> DataFrame:
        """`frame` (with customer_id) and, as `name`, whether the customer allows `purpose` now."""
        stated = self._newest(purpose, channel).agg(F.bool_and("is_allowed").alias(name))
        joined = frame.join(stated, ["customer_id"], how="left")
        return joined.withColumn(name, F.coalesce(name, self._default(purpose)))

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
        is_about = (F.col("purpose") == purpose) & F.col("channel").isin(*channels)
        now = self.state.filter(F.col("valid_to").isNull() & is_about)
        if purpose != Purpose.MARKETING:
            return _answer_by_source(with_customer(now, self.identity_map)).groupBy("customer_id")
        heard = self._heard_at_contacts(now, channel)
        answers = _answer_by_source(heard, "speaker", "is_own")
        return _answer_of_channel(answers, channel).groupBy("customer_id")

    def _heard_at_contacts(self, now: DataFrame, channel: str) -> DataFrame:
        """States of marketing with customer_id: each customer's own (`is_own`), and what was said
        at any address that it has. `speaker` is the party that spoke at a shared one, else null.
        """
        if self.contacts is None:
            raise ValueError("consent to marketing needs silver.shared_contacts")
        kinds = CONTACTS_OF.get(channel, ())
        shared = self.contacts.filter(F.col("kind").isin(*kinds))
        speakers = shared.select("party_id", F.col("party_id").alias("speaker")).distinct()
        own = with_customer(now, self.identity_map).join(speakers, on=["party_id"], how="left")
        reached = with_customer(shared, self.identity_map).select("customer_id", *_CONTACT)
        there = (
            now.join(shared.select("party_id", *_CONTACT), on=["party_id"], how="inner")
            .join(reached.distinct(), on=[*_CONTACT], how="inner")
            .drop(*_CONTACT)
            .withColumns({"speaker": F.col("party_id"), "is_own": F.lit(False)})
        )
        return own.withColumn("is_own", F.lit(True)).unionByName(there)

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
        .select("customer_id", "source", "purpose", "channel", *by, "answer.*")
        .withColumn("is_allowed", ~F.col("is_denied"))
    )


def _answer_of_channel(answers: DataFrame, channel: str) -> DataFrame:
    """What each source and speaker says about one channel: what it said of all channels holds, but
    for a no that a newer yes to this one takes back. A yes is only for who said it.
    """
    said = F.struct("stated_at", "is_allowed")
    of_all = F.max(F.when(F.col("channel") == ALL_CHANNELS, said))
    of_this = F.max(F.when(F.col("channel") == channel, said))
    held = answers.groupBy("customer_id", "source", "speaker", "is_own").agg(
        of_all.alias("of_all"),
        of_this.alias("of_this"),
        F.bool_or("is_objection").alias("is_objection"),
    )
    newer = F.col("of_this.is_allowed") & (F.col("of_this.stated_at") > F.col("of_all.stated_at"))
    both = F.col("of_all.is_allowed") & F.col("of_this.is_allowed")
    allowed = F.coalesce(newer | both, "of_all.is_allowed", "of_this.is_allowed")
    return held.withColumn("is_allowed", allowed).filter(F.col("is_own") | ~F.col("is_allowed"))
