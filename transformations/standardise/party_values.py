"""Personal values over time: from when until when each was the newest that a source gave.

A mapping whose rows fill silver.parties as versions (`version_at`) gives records: what the newest
version leaves blank is no longer so. Any other row mentions values, such as the e-mail of a survey
or the address of a delivery; what it leaves blank it does not speak of.
"""

from collections.abc import Callable, Sequence
from functools import reduce
from operator import and_
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.identity.party_records import COMPARED
from holdfast.transformations.let import let
from holdfast.transformations.sources.contract import RawTable, Target
from holdfast.transformations.tables.silver import PARTIES
from holdfast.transformations.union import union_by_name

# A person logs in on many devices: those last from their first mention on, unlike what is COMPARED.
DEVICE: Final = "device"


def gives_values(raw: RawTable) -> bool:
    """Whether rows of a raw table hold values that identity compares."""
    return bool(_columns(raw))


def party_values(rows: Sequence[tuple[RawTable, DataFrame]]) -> DataFrame:
    """silver.party_values of all parties in `rows`, bronze rows by their raw table."""
    said = union_by_name([_said(bronze, raw) for raw, bronze in rows])
    words = F.sort_array(
        F.collect_list(F.struct("at", "is_record", "row_hash", "said"))
    )  # any order: sorted
    spoken = said.groupBy("party_id").agg(words.alias("words"))
    kinds = F.array(*(F.lit(kind) for kind in COMPARED))
    single = F.flatten(F.transform(kinds, lambda kind: _intervals(F.col("words"), kind)))
    return spoken.select("party_id", F.inline(F.concat(single, _devices(F.col("words")))))


def _said(bronze: DataFrame, raw: RawTable) -> DataFrame:
    """One row per bronze row that gives values: party_id, at, is_record, row_hash, and `said`, the
    tokens of each kind; none of a kind that a record leaves blank.
    """
    record = next((target for target in raw.targets if _is_record(target)), None)
    is_record = F.lit(False) if record is None else _passes(record)
    said = [
        F.struct(F.lit(kind).alias("kind"), F.array_sort(F.array_distinct(tokens)).alias("tokens"))
        for kind, tokens in _columns(raw).items()
    ]
    rows = bronze.select(
        "party_id",
        F.coalesce(_said_at(raw, record), F.col("ingested_at")).alias("at"),
        is_record.alias("is_record"),
        "row_hash",
        F.array(*said).alias("said"),
    )
    heard = F.filter("said", lambda one: F.col("is_record") | (F.size(one["tokens"]) > 0))
    return rows.withColumn("said", heard).filter(F.size("said") > 0)


def _is_record(target: Target) -> bool:
    is_plain = not target.explode and not target.group_by
    return target.table == PARTIES and is_plain and "version_at" in target.columns


def _passes(target: Target) -> Column:
    rules = (
        F.coalesce(F.expr(rule).cast("boolean"), F.lit(True)) for rule in target.filters.values()
    )
    return reduce(and_, rules, F.lit(True))


def _said_at(raw: RawTable, record: Target | None) -> Column:
    """When a row was written: its version's time, else when it was available."""
    plain = [
        t for t in raw.targets if "available_at" in t.columns and not t.explode and not t.group_by
    ]
    chosen = record or (plain[0] if plain else None)
    if chosen is None:
        return F.lit(None).cast("timestamp")
    columns = chosen.columns
    return F.expr(columns.get("version_at", columns["available_at"])).try_cast("timestamp")


def _columns(raw: RawTable) -> dict[str, Column]:
    """By kind the tokens that a row holds, as an array."""
    found: dict[str, list[Column]] = {}
    for column in raw.columns:
        if column.pii in (*COMPARED, DEVICE):
            found.setdefault(column.pii, []).append(F.array(column.name))
        for field, kind in column.nested_pii:
            if kind in (*COMPARED, DEVICE):
                inside = F.transform(column.name, _field(field))
                found.setdefault(kind, []).append(
                    F.coalesce(inside, F.array().cast("array<string>"))
                )
    return {kind: F.array_compact(F.concat(*arrays)) for kind, arrays in found.items()}


def _field(name: str) -> Callable[[Column], Column]:
    return lambda item: item[name]


def _intervals(words: Column, kind: Column) -> Column:
    """Of one kind: each token with the interval in which it was the newest."""
    about = F.transform(
        words,
        lambda word: F.struct(
            word["at"].alias("at"),
            word["is_record"].alias("is_record"),
            F.get(F.filter(word["said"], lambda one: one["kind"] == kind), F.lit(0))[
                "tokens"
            ].alias("tokens"),
        ),
    )
    heard = F.filter(about, lambda word: word["tokens"].isNotNull())
    return let(let(let(heard, _counting), _changes), lambda said: _spread(said, kind))


def _counting(heard: Column) -> Column:
    """Words without those followed at the same instant, and without blanks of a record that had
    nothing to lose.
    """

    def counts(word: Column, place: Column) -> Column:
        had = F.exists(
            heard,
            lambda other: (
                other["is_record"] & (F.size(other["tokens"]) > 0) & (other["at"] < word["at"])
            ),
        )
        is_last = ~F.get(heard, place + F.lit(1))["at"].eqNullSafe(word["at"])
        return is_last & ((F.size(word["tokens"]) > 0) | had)

    return F.filter(heard, counts)


def _changes(words: Column) -> Column:
    """Words that say other than the one before."""
    return F.filter(
        words,
        lambda word, place: ~word["tokens"].eqNullSafe(F.get(words, place - F.lit(1))["tokens"]),
    )


def _spread(words: Column, kind: Column) -> Column:
    """Each token of each word until the next word."""
    return F.flatten(
        F.transform(
            words,
            lambda word, place: F.transform(
                word["tokens"],
                lambda token: _value(kind, token, word["at"], F.get(words, place + F.lit(1))["at"]),
            ),
        )
    )


def _devices(words: Column) -> Column:
    """Each device from its first mention on."""
    mentioned = F.flatten(
        F.transform(
            words,
            lambda word: F.flatten(
                F.transform(
                    F.filter(word["said"], lambda one: one["kind"] == DEVICE),
                    lambda one: F.transform(
                        one["tokens"],
                        lambda token: F.struct(token.alias("token"), word["at"].alias("at")),
                    ),
                )
            ),
        )
    )
    return let(mentioned, _from_first_mention)


def _from_first_mention(mentioned: Column) -> Column:
    def is_first(one: Column, place: Column) -> Column:
        return ~F.exists(
            F.slice(mentioned, F.lit(1), place), lambda other: other["token"] == one["token"]
        )

    nothing = F.lit(None).cast("timestamp")
    return F.transform(
        F.filter(mentioned, is_first),
        lambda one: _value(F.lit(DEVICE), one["token"], one["at"], nothing),
    )


def _value(kind: Column, token: Column, valid_from: Column, valid_to: Column) -> Column:
    return F.struct(
        kind.alias("kind"),
        token.alias("token"),
        valid_from.alias("valid_from"),
        valid_to.alias("valid_to"),
    )
