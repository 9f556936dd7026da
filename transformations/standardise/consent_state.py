"""Consent over time: statements folded into intervals, a contradiction at one instant counting as
no. Who unsubscribes from a message or reports it as spam has made a statement, too, whichever
system heard it.
"""

from collections.abc import Mapping

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.let import let
from holdfast.transformations.states import with_states
from holdfast.transformations.tables.silver import (
    CONSENT_EVENTS,
    CONSENT_STATE,
    MESSAGE_EVENTS,
)
from holdfast.transformations.tables.table import Table
from holdfast.transformations.tables.vocabulary import Purpose
from holdfast.transformations.union import union_by_name

_STATEMENT = (
    "party_id",
    "source",
    "purpose",
    "channel",
    "state",
    "jurisdiction",
    "event_at",
    "available_at",
    "row_hash",
    "stands_from",
    "stands_to",
)
_KEY = ["party_id", "purpose", "channel"]
_ANSWER = ("stated_at", "is_allowed", "is_objection", "jurisdiction", "row_hash", "source")


def statements(silver: Mapping[Table, DataFrame], fact_states: DataFrame) -> DataFrame | None:
    """What was said, out of the tables that say any of it; None where none is there.

    One row per state of a statement: party_id, source, purpose, channel, event_at, available_at,
    state, jurisdiction, row_hash, stands_from, stands_to. An unsubscription withdraws marketing on
    its channel; a report as spam objects to it on all.
    """
    said = [
        with_states(frame, fact_states, table)
        .withColumn("state", F.coalesce("dated_value", "state"))
        .select(*_STATEMENT)
        for table, frame in _select_statements(silver).items()
    ]
    return union_by_name(said) if said else None


def select_spoken_of(changed: Mapping[Table, DataFrame]) -> DataFrame | None:
    """party_id, purpose and channel that the rows of some tables say anything about."""
    spoken = [frame.select(*_KEY) for frame in _select_statements(changed).values()]
    return union_by_name(spoken) if spoken else None


def _select_statements(silver: Mapping[Table, DataFrame]) -> dict[Table, DataFrame]:
    """Statements as they stand, by the table that holds them."""
    found = {}
    if CONSENT_EVENTS in silver:
        found[CONSENT_EVENTS] = silver[CONSENT_EVENTS]
    if MESSAGE_EVENTS in silver:
        messages, is_spam = silver[MESSAGE_EVENTS], F.col("event_type") == "spam"
        refused = messages.filter(F.col("event_type").isin("unsubscribed", "spam"))
        found[MESSAGE_EVENTS] = refused.withColumns(
            {
                "purpose": F.lit(Purpose.MARKETING.value),
                "channel": F.when(is_spam, "all").otherwise(F.col("channel")),
                "state": F.when(is_spam, "objected").otherwise("withdrawn"),
                "jurisdiction": F.lit(None).cast("string"),
            }
        )
    return found


def consent_state(statements: DataFrame, touched: DataFrame) -> DataFrame:
    """Complete histories of the (party, purpose, channel) that `touched` rows are about, of all
    `statements`.

    The newest statement counts, from when it was known; one that becomes known after a newer one
    changes nothing. A statement that changed is made anew when it did; one that is withdrawn by a
    version that was set aside leaves what was said before it.
    """
    mine = statements.join(touched.select(*_KEY).distinct(), _KEY, how="left_semi")
    changed_at = F.when(F.col("stands_from") > F.col("available_at"), F.col("stands_from"))
    stated_at = F.greatest("event_at", changed_at)
    statement = F.struct(
        stated_at.alias("stated_at"),
        F.greatest(stated_at, "available_at").alias("known_at"),
        F.col("stands_to").alias("until"),
        "state",
        "jurisdiction",
        "row_hash",
        "source",
    )
    made = F.sort_array(F.collect_list(statement)).alias("made")  # any order: sorted at once
    answers = F.inline(_answers(F.col("made")))
    return (
        mine.groupBy(*_KEY).agg(made).select(*_KEY, answers).select(*CONSENT_STATE.unstamped_names)
    )


def _answers(made: Column) -> Column:
    """What holds from each instant on at which something became known or was withdrawn."""
    known, gone = made["known_at"], made["until"]  # of an array of structs: arrays
    instants = F.array_sort(F.array_distinct(F.array_compact(F.concat(known, gone))))
    held = F.transform(instants, lambda at: _answer(made, at))
    return let(let(held, _without_repeats), _until_next)


def _answer(made: Column, at: Column) -> Column:
    """The newest of the statements that hold at an instant, null where none does; a struct of
    valid_from and `answer`.
    """

    def holds(one: Column) -> Column:
        return (one["known_at"] <= at) & F.coalesce(one["until"] > at, F.lit(True))

    def newest(held: Column) -> Column:
        last = F.array_max(F.transform(held, lambda one: one["stated_at"]))
        return F.filter(held, lambda one: one["stated_at"] == last)

    def together(said: Column) -> Column:
        top = F.array_max(
            F.transform(
                said, lambda one: F.struct(one["row_hash"], one["jurisdiction"], one["source"])
            )
        )
        return F.struct(
            F.get(said, F.lit(0))["stated_at"].alias("stated_at"),
            F.forall(said, lambda one: one["state"] == "granted").alias("is_allowed"),
            F.exists(said, lambda one: one["state"] == "objected").alias("is_objection"),
            top["jurisdiction"].alias("jurisdiction"),
            top["row_hash"].alias("row_hash"),
            top["source"].alias("source"),
        )

    answer = let(
        let(F.filter(made, holds), newest),
        lambda said: F.when(F.size(said) > 0, together(said)),
    )
    return F.struct(at.alias("valid_from"), answer.alias("answer"))


def _without_repeats(held: Column) -> Column:
    return F.filter(
        held,
        lambda one, place: ~one["answer"].eqNullSafe(F.get(held, place - F.lit(1))["answer"]),
    )


def _until_next(held: Column) -> Column:
    def interval(one: Column, place: Column) -> Column:
        return F.struct(
            *(one["answer"][name].alias(name) for name in _ANSWER),
            one["valid_from"].alias("valid_from"),
            F.get(held, place + F.lit(1))["valid_from"].alias("valid_to"),
        )

    return F.filter(F.transform(held, interval), lambda one: one["stated_at"].isNotNull())
