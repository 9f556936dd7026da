"""Which profiles an export sends to a destination, which it takes back, and which it leaves out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.gold.outbox import CLEAR, UPSERT
from holdfast.transformations.identity.join import current, with_customer

UNCHANGED: Final = "unchanged"
# Why a profile of the outbox is left out.
GONE: Final = "no longer a customer"
NO_CONSENT: Final = "no consent"
NO_ID: Final = "no id of the destination"
NO_ADDRESS: Final = "no address"
SHARED_ADDRESS: Final = "address of another profile"
LEFT_OUT: Final = (GONE, NO_CONSENT, NO_ID, NO_ADDRESS, SHARED_ADDRESS)
_WITHDRAWN: Final = "withdrawn"  # by the outbox itself

# What can be written to: no blanks, quotes or separators, and no beginning of a formula.
_ADDRESS: Final = r"^[A-Za-z0-9][^\s@,;<>\"']*@[^\s@,;<>\"']+\.[^\s@,;<>\"'.]+$"
_PLAIN: Final = r"^[A-Za-z0-9]"


@dataclass(frozen=True)
class Rules:
    """What a destination wants: the outbox columns it gets (`shape` names and types them), what its
    identifiers hold and which of that each profile must have, and whether it can take back.
    """

    columns: Sequence[str]
    shape: str
    held: Sequence[str]
    required: Sequence[str]
    clears: bool


def newest_sent(sent: DataFrame, destination: str) -> DataFrame:
    """What a destination was last sent of each customer: last_operation, last_hash, last_id."""
    newest = F.max_by(F.struct("operation", "profile_hash", "external_id"), "export_number")
    return (
        sent.filter(F.col("destination") == F.lit(destination))
        .groupBy("customer_id")
        .agg(newest.alias("newest"))
        .select(
            "customer_id",
            F.col("newest.operation").alias("last_operation"),
            F.col("newest.profile_hash").alias("last_hash"),
            F.col("newest.external_id").alias("last_id"),
        )
    )


def list_addresses(vault: DataFrame) -> DataFrame:
    """token and address of the opened e-mail addresses that can be written to, as they were
    received but for capitals; of one with something around it the normal form.
    """
    received = F.lower(F.trim("value"))
    address = F.when(received.rlike(_ADDRESS), received).otherwise(F.col("normalised"))
    opened = vault.select("token", address.alias("address"))
    return opened.filter(F.col("address").rlike(_ADDRESS))


def choose_addresses(
    values: DataFrame,
    identity_map: DataFrame,
    addresses: DataFrame,
    statements: DataFrame,
    source: str,
) -> DataFrame:
    """customer_id, address_token and address: the one address of each customer that has any.

    `values` is silver.party_values, `statements` the party_id of who said yes. An address of a
    record that said yes comes first, then of a record of `source`, then the newest.
    """
    held = values.filter((F.col("kind") == F.lit("email")) & F.col("valid_to").isNull())
    said = statements.select("party_id", F.lit(True).alias("said_yes")).distinct()
    rank = F.struct(
        F.coalesce("said_yes", F.lit(False)),
        F.startswith("party_id", F.lit(f"{source}:")),
        "valid_from",
        "token",
    )
    best = F.max_by(F.struct("token", "address"), rank).alias("best")
    return (
        with_customer(held, identity_map)
        .join(addresses, on=["token"], how="inner")
        .join(said, on=["party_id"], how="left")
        .groupBy("customer_id")
        .agg(best)
        .select("customer_id", F.col("best.token").alias("address_token"), "best.address")
    )


def list_contacts(
    identity_map: DataFrame, keys: DataFrame, addresses: DataFrame, source: str
) -> DataFrame:
    """One row per current customer: external_id, the smallest plain id that `source` has for it,
    and the address that `choose_addresses` found.
    """
    of_source = (F.col("source") == F.lit(source)) & F.col("source_id").rlike(_PLAIN)
    own = keys.filter(of_source).groupBy("customer_id").agg(F.min("source_id").alias("external_id"))
    return (
        current(identity_map)
        .select("customer_id", F.lit(True).alias("is_current"))
        .distinct()
        .join(own, on=["customer_id"], how="left")
        .join(addresses, on=["customer_id"], how="left")
    )


def decide_profiles(
    messages: DataFrame,
    contacts: DataFrame,
    allowed: DataFrame,
    last: DataFrame,
    rules: Rules,
    *,
    full: bool = False,
) -> DataFrame:
    """One row per customer that the outbox or the destination knows of: `outcome` (upsert, clear,
    unchanged or why it is left out), is_still_known (the destination keeps what it may not know any
    longer), external_id, address_token, values of the columns, and profile_hash.

    `allowed` holds the customer_id of those who allow it now. What equals the last profile sent is
    unchanged, unless `full`. Two profiles of one address would overwrite each other: the smallest
    customer_id has it. What is taken back goes without the address.
    """
    known = (
        messages.join(contacts, on=["customer_id"], how="left")
        .join(allowed.withColumn("is_allowed", F.lit(True)), on=["customer_id"], how="left")
        .join(last, on=["customer_id"], how="full_outer")
        .withColumn("reason", _find_reason(rules))
    )
    may = F.col("reason").isNull()
    owners = (
        known.filter(may & F.col("address").isNotNull())
        .groupBy("address")
        .agg(F.min("customer_id").alias("customer_id"))
        .select("customer_id", F.lit(True).alias("is_owner"))
    )
    sent = known.join(owners, on=["customer_id"], how="left").withColumn(
        "reason",
        F.when(
            may & F.col("address").isNotNull() & F.col("is_owner").isNull(), SHARED_ADDRESS
        ).otherwise(F.col("reason")),
    )
    ids = sent.filter(may & F.col("external_id").isNotNull()).select(
        F.col("external_id").alias("last_id"), F.lit(True).alias("is_reused")
    )
    return _decide(sent.join(ids, on=["last_id"], how="left"), rules, full=full)


def _find_reason(rules: Rules) -> Column:
    """Why a profile may not go, by the row alone; null where it may."""
    reason = (
        F.when(~F.coalesce(F.col("operation") == F.lit(UPSERT), F.lit(False)), _WITHDRAWN)
        .when(F.col("is_current").isNull(), GONE)
        .when(F.col("is_allowed").isNull(), NO_CONSENT)
    )
    columns = {"external_id": NO_ID, "email": NO_ADDRESS}
    missing = {
        held: F.col("address" if held == "email" else held).isNull()
        for held in rules.held
        if held in columns
    }
    for held in rules.required:
        if held in missing:
            reason = reason.when(missing[held], columns[held])
    if "customer_id" not in rules.held:
        nothing = F.lit(True)
        for is_missing in missing.values():
            nothing = nothing & is_missing
        reason = reason.when(nothing, NO_ADDRESS if "email" in rules.held else NO_ID)
    return reason


def _decide(known: DataFrame, rules: Rules, *, full: bool) -> DataFrame:
    """The outcome of each row, given its reason."""
    fields = F.from_json("payload", "map<string,string>")
    values = F.array(*(fields[name] for name in rules.columns))
    profile = F.struct(F.lit(rules.shape).alias("shape"), "values", "external_id", "address_token")
    is_known = F.coalesce(F.col("last_operation") == F.lit(UPSERT), F.lit(False))
    is_same = is_known & F.coalesce(F.col("last_hash") == F.col("profile_hash"), F.lit(False))
    is_forbidden = F.coalesce(F.col("reason").isin(_WITHDRAWN, GONE, NO_CONSENT), F.lit(False))
    has_id = F.lit("customer_id" in rules.held) | (
        F.col("last_id").isNotNull() & F.col("is_reused").isNull()
    )
    is_cleared = is_known & is_forbidden & has_id & F.lit(rules.clears)
    return (
        known.withColumn("values", values)
        .withColumn("profile_hash", F.sha2(F.to_json(profile), 256))
        .withColumn(
            "outcome",
            F.when(is_cleared, CLEAR)
            .when(F.col("reason").isNotNull(), F.col("reason"))
            .when(is_same & F.lit(not full), UNCHANGED)
            .otherwise(UPSERT),
        )
        .select(
            "customer_id",
            "outcome",
            (is_known & is_forbidden & ~is_cleared).alias("is_still_known"),
            F.when(is_cleared, F.col("last_id"))
            .otherwise(F.col("external_id"))
            .alias("external_id"),
            F.when(~is_cleared, F.col("address_token")).alias("address_token"),
            F.when(~is_cleared, F.col("values")).alias("values"),
            "profile_hash",
        )
    )
