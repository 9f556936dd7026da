"""Messages for a destination: only what changed since the last one."""

from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.tables.vocabulary import NO_PLAY

UPSERT: Final = "upsert"
CLEAR: Final = "clear"

_ACTION: Final = {
    "action": "next_action",
    "channel": "next_action_channel",
    "offer_ends_on": "next_action_ends_on",
}
SENT: Final = (
    "customer_id",
    "external_id",
    "churn_probability",
    "risk_band",
    "top_reason",
    "currency",
    "expected_90d_amount",
    "expected_365d_amount",
    "value_at_risk_amount",
    "last_order_on",
    *_ACTION.values(),
)


def outbox(
    current: DataFrame,
    keys: DataFrame,
    actions: DataFrame,
    previous: DataFrame,
    destination: str,
    purpose: str,
) -> DataFrame:
    """gold.outbox rows of this run.

    `current` holds the rows of gold.customer_360 that the destination may know, consent already
    applied, `actions` gold.next_best_actions, `previous` every row queued before. A customer whose
    payload equals the last one queued gives no row; one that the destination knows and may not know
    any longer (consent withdrawn, merged away, neither scored nor acted on) gives a `clear`.
    Sending the same rows twice is harmless: the key stays the same.
    """
    last = _last_messages(previous, destination)
    joined = _payloads(current, keys, actions, destination).join(
        last, on="customer_id", how="full_outer"
    )
    is_held = F.coalesce(F.col("last_operation") == F.lit(UPSERT), F.lit(False))
    changed = F.col("payload").isNotNull() & (
        ~is_held | (F.col("payload_hash") != F.col("last_hash"))
    )
    gone = F.col("payload").isNull() & is_held
    cleared = F.to_json(F.struct("customer_id"))
    return (
        joined.filter(changed | gone)
        .withColumn("operation", F.when(F.col("payload").isNull(), CLEAR).otherwise(UPSERT))
        .withColumn("payload", F.coalesce("payload", cleared))
        .select(
            F.lit(destination).alias("destination"),
            "customer_id",
            F.lit(purpose).alias("purpose"),
            "payload",
            F.sha2("payload", 256).alias("payload_hash"),
            _idempotency_key(destination).alias("idempotency_key"),
            "operation",
        )
    )


def _payloads(
    current: DataFrame, keys: DataFrame, actions: DataFrame, destination: str
) -> DataFrame:
    """One row per customer who is scored or acted on: its flat JSON and the hash of it.

    The probability is rounded to whole percents and amounts to whole units, so that noise sends
    nothing. `external_id` is the destination's own id of the customer where it is a source too.
    """
    own = (
        keys.filter(F.col("source") == F.lit(destination))
        .groupBy("customer_id")
        .agg(F.min("source_id").alias("external_id"))
    )
    next_actions = actions.select("customer_id", *(F.col(a).alias(b) for a, b in _ACTION.items()))
    amounts = [name for name in SENT if name.endswith("_amount")]
    joined = current.join(next_actions, on="customer_id", how="left").join(
        own, on="customer_id", how="left"
    )
    is_acted_on = F.col("next_action") != F.lit(NO_PLAY)
    rounded = joined.filter((F.col("score_status") == F.lit("scored")) | is_acted_on).withColumns(
        {
            "churn_probability": F.round("churn_probability", 2).cast("decimal(3,2)"),
            **{name: F.round(name, 0).cast("decimal(18,0)") for name in amounts},
        }
    )
    payload = F.to_json(F.struct(*SENT), {"ignoreNullFields": "false"})
    return rounded.select(
        "customer_id", payload.alias("payload"), F.sha2(payload, 256).alias("payload_hash")
    )


def newest_messages(messages: DataFrame, destination: str) -> DataFrame:
    """customer_id, run_number, operation, payload_hash and payload of the newest message about each
    customer that a destination knows of.
    """
    newest = F.max(F.struct("run_number", "operation", "payload_hash", "payload")).alias("newest")
    of_destination = messages.filter(F.col("destination") == F.lit(destination))
    return of_destination.groupBy("customer_id").agg(newest).select("customer_id", "newest.*")


def _last_messages(previous: DataFrame, destination: str) -> DataFrame:
    """One row per customer the destination knows of: its last message."""
    return newest_messages(previous, destination).select(
        "customer_id",
        F.col("run_number").alias("last_run"),
        F.col("operation").alias("last_operation"),
        F.col("payload_hash").alias("last_hash"),
    )


def _idempotency_key(destination: str) -> Column:
    """Names the step from the last message to this one: a payload that comes back later is a new
    message.
    """
    parts = (
        F.lit(destination),
        F.col("customer_id").cast("string"),
        F.col("operation"),
        F.coalesce("last_run", F.lit(0)).cast("string"),
        F.sha2("payload", 256),
    )
    return F.sha2(F.concat_ws("|", *parts), 256)
