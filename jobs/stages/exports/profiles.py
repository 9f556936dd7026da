"""The profiles of an export, from the published tables, and what it did in words."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from holdfast.jobs.runtime.config.errors import UsageError
from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.keys import open_keys
from holdfast.jobs.stages.consent import CONTACTED, read_contact_consent
from holdfast.jobs.stages.exports.destination import EMAIL, Destination
from holdfast.jobs.stages.exports.files import Profile
from holdfast.jobs.stages.keys import make_frame
from holdfast.transformations.consent import ALL_CHANNELS
from holdfast.transformations.gold import sent_profiles as plan
from holdfast.transformations.gold.outbox import CLEAR, UPSERT, newest_messages
from holdfast.transformations.ingest.sealing import open_vault
from holdfast.transformations.tables.gold import CUSTOMER_KEYS, OUTBOX
from holdfast.transformations.tables.sent_profiles import SENT_PROFILES
from holdfast.transformations.tables.silver import (
    CONSENT_STATE,
    IDENTITY_MAP,
    PARTY_VALUES,
    PII_VAULT,
)
from holdfast.transformations.tables.vocabulary import Purpose

READS: Final = (OUTBOX, CUSTOMER_KEYS, *CONTACTED, PARTY_VALUES, PII_VAULT, SENT_PROFILES)


@dataclass(frozen=True)
class Export:
    """What one export is to do: `decided` are rows of `decide_profiles`, without addresses, which
    `addresses` has by token.
    """

    destination: Destination
    number: int
    decided: DataFrame
    addresses: DataFrame

    @cached_property
    def _counted(self) -> list[Row]:
        by = ("outcome", "is_still_known")
        return list(self.decided.groupBy(*by).count().orderBy(*by).collect())

    @property
    def counts(self) -> Mapping[str, int]:
        """Profiles by outcome."""
        found: Counter[str] = Counter()
        for row in self._counted:
            found[row["outcome"]] += row["count"]
        return dict(found)

    @property
    def still_known(self) -> int:
        """Profiles that the destination knows, may not know any longer and cannot forget by
        file.
        """
        return sum(row["count"] for row in self._counted if row["is_still_known"])

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to send."""
        return not (self.counts.get(UPSERT) or self.counts.get(CLEAR))

    @property
    def rows(self) -> DataFrame:
        """What is sent, as ops.sent_profiles records it."""
        return self.decided.filter(F.col("outcome").isin(UPSERT, CLEAR)).select(
            F.lit(self.destination.id).alias("destination"),
            F.lit(self.number).cast("long").alias("export_number"),
            "customer_id",
            F.col("outcome").alias("operation"),
            "external_id",
            "profile_hash",
        )

    def profiles(self) -> Iterator[Profile]:
        """What is sent, by customer_id, with its address; as much of it in memory as Spark has in
        one partition.
        """
        sent = self.decided.filter(F.col("outcome").isin(UPSERT, CLEAR)).join(
            self.addresses.withColumnRenamed("token", "address_token"),
            on=["address_token"],
            how="left",
        )
        nothing = (None,) * len(self.destination.columns)
        for row in sent.orderBy("customer_id").toLocalIterator(prefetchPartitions=True):
            values = tuple(row["values"]) if row["values"] else nothing
            yield Profile(row["customer_id"], row["external_id"], row["address"], values)


def plan_export(ctx: Context, destination: Destination, *, full: bool) -> Export:
    """What the destination is to be sent, by the newest published consent.

    Raises UsageError where nothing was queued for other systems.
    """
    messages = newest_messages(ctx.read(OUTBOX), ctx.settings.activation.destination)
    if messages.isEmpty():
        raise UsageError(
            "Nothing has been published that may be sent: the outbox is empty.",
            cure="`holdfast run` fills it, for customers who allow activation.purpose by "
            "activation.channel (`holdfast config activation`).",
        )
    addresses = _list_addresses(ctx, destination)
    identity_map = ctx.read(IDENTITY_MAP)
    chosen = plan.choose_addresses(
        ctx.read(PARTY_VALUES),
        identity_map,
        addresses,
        _list_statements(ctx, destination),
        destination.source,
    )
    contacts = plan.list_contacts(identity_map, ctx.read(CUSTOMER_KEYS), chosen, destination.source)
    sent = ctx.read(SENT_PROFILES)
    shape = ",".join(f"{name}:{kind}" for name, kind in destination.shape.items())
    decided = plan.decide_profiles(
        messages,
        contacts,
        _allow(ctx, messages, destination),
        plan.newest_sent(sent, destination.id),
        plan.Rules(
            destination.columns, shape, destination.held, destination.required, destination.clears
        ),
        full=full,
    )
    last = sent.filter(F.col("destination") == F.lit(destination.id)).agg(F.max("export_number"))
    number = (last.collect()[0][0] or 0) + 1
    return Export(destination, number, ctx.checkpoint(decided), addresses)


def _allow(ctx: Context, messages: DataFrame, destination: Destination) -> DataFrame:
    """Customers who now allow scores to be made of them, and the destination's use of them."""
    consent = read_contact_consent(ctx)
    scored = consent.filter_rows(messages.select("customer_id"), Purpose.ANALYTICS)
    return consent.filter_rows(scored, destination.purpose, destination.channel)


def _list_statements(ctx: Context, destination: Destination) -> DataFrame:
    """Parties who said yes to what the destination does."""
    channels = sorted({destination.channel, ALL_CHANNELS})
    return ctx.read(CONSENT_STATE).filter(
        F.col("valid_to").isNull()
        & F.col("is_allowed")
        & (F.col("purpose") == F.lit(destination.purpose))
        & F.col("channel").isin(*channels)
    )


def _list_addresses(ctx: Context, destination: Destination) -> DataFrame:
    """The e-mail addresses of the vault, opened; none where the destination asks for none."""
    is_asked = F.lit(EMAIL in destination.held)
    sealed = ctx.read(PII_VAULT).filter((F.col("kind") == F.lit("email")) & is_asked)
    return plan.list_addresses(open_vault(sealed, make_frame(ctx.spark, open_keys(ctx))))


def describe_export(export: Export, place: Path, files: Mapping[str, int]) -> str:
    """What an export did, for people."""
    counts, title = export.counts, export.destination.id
    left = [f"{counts[reason]:,} {reason}" for reason in plan.LEFT_OUT if counts.get(reason)]
    lines = [
        f"{title}, export {export.number}: {counts.get(UPSERT, 0):,} profiles, "
        f"{counts.get(CLEAR, 0):,} taken back, {counts.get(plan.UNCHANGED, 0):,} unchanged"
        if files
        else f"{title}: nothing has changed since its last export, "
        f"{counts.get(plan.UNCHANGED, 0):,} profiles are as they were sent",
        f"left out: {', '.join(left) or 'nobody'}",
        *(f"{place / name}: {rows:,} rows" for name, rows in files.items()),
    ]
    if export.still_known:
        lines.append(
            f"{export.still_known:,} profiles that {title} was sent may not be known there any "
            "longer, and a file cannot take them back: remove them there"
        )
    return "\n".join(lines)
