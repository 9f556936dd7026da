"""Candidate pairs: parties under one blocking key, and random pairs, to learn how unrelated records
agree.

An e-mail, phone or device that many people use (a till, a kiosk, a firm) says nothing about who
they are: it neither blocks nor counts as agreement.
"""

from collections.abc import Collection, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from holdfast.transformations.identity.party_id import source_of
from holdfast.transformations.tables.vocabulary import FACT_PARTY_KINDS

DEVICE: Final = "device"  # kind of party that is an anonymous device
TRAITS: Final = ("name", "phone", "home", "birth_date")  # of which one person has few
# Kinds of parties made from facts that carry an id of their own at the source, as accounts do: not
# those of guests, who are a party with each order.
_ACCOUNTS: Final = tuple(kind for kind in FACT_PARTY_KINDS if kind != "guest")
KEYS: Final = {
    "email": "emails",
    "phone": "phones",
    DEVICE: "devices",
}  # rule to the column it blocks by
WINDOW: Final = 12  # neighbours that a party of a large block is compared with
LARGEST: Final = 10  # times max_block_size, beyond which a block is left out


def blocks(records: DataFrame) -> DataFrame:
    """rule, key, parties, people: every blocking key with the parties under it, in order of their
    ids.

    `people`, of an e-mail, phone or device, is the highest number there is of what one person has
    few of: names by first letter and sound, so that a typo makes nobody new; phones; homes by house
    number and postcode; birth dates; and accounts that only facts name, per source. What is unknown
    counts for none.
    """
    keys = F.flatten(
        F.array(
            _each("email", F.col("emails")),
            _each("phone", F.col("phones")),
            _each("device", F.col("devices")),
            _one("name", F.col("first_name"), F.col("last_name")),
            _one("name_postcode", F.soundex("last_name"), F.col("postcode")),
            _one("address", F.col("address"), F.substring("postcode", 1, 3)),
            _each(
                "local_part", F.transform("emails", lambda email: F.substring_index(email, "@", 1))
            ),
        )
    )
    known = records.select(
        F.struct("party_id", *_traits()).alias("record"), F.array_distinct(keys).alias("keys")
    )
    exploded = known.select("record", F.explode("keys").alias("block"))
    held = exploded.groupBy("block.rule", "block.key").agg(
        F.collect_list("record").alias("records")  # any order: sorted, or counted
    )
    return held.select(
        "rule", "key", F.sort_array("records.party_id").alias("parties"), _count_people()
    )


def _count_people() -> Column:
    """How many people the records of a key are of, at least: only for keys that could be shared."""

    def distinct(trait: str) -> Column:
        return F.size(F.array_distinct(F.array_compact(F.col(f"records.{trait}"))))

    accounts = F.size(F.array_compact(F.col("records.account_of")))
    per_source = F.try_divide(accounts, distinct("account_of")).cast("int")
    people = F.greatest(*map(distinct, TRAITS), F.coalesce(per_source, F.lit(0)))
    return F.when(F.col("rule").isin(*KEYS), people).alias("people")


def _traits() -> list[Column]:
    """What one person has few of, and the source of an account that only facts name."""
    name = F.concat(F.substring("first_name", 1, 1), F.soundex("last_name"))
    is_account = F.col("party_kind").isin(*_ACCOUNTS)
    return [
        name.alias("name"),
        F.get("phones", F.lit(0)).alias("phone"),
        F.concat(_house_number(), F.lit("|"), "postcode").alias("home"),
        F.col("birth_date"),
        F.when(is_account, source_of("party_id")).alias("account_of"),
    ]


def is_blocked(levels: Mapping[str, NDArray[np.int64]]) -> NDArray[np.bool_]:
    """Which levels of agreement make a pair a candidate: the rules of `blocks` in terms of
    comparisons.

    The sound of a last name is taken for a near one, and what a limit leaves out for nothing.
    """
    by_name = (levels["first_name"] >= 2) & (levels["last_name"] >= 2)
    by_place = (levels["postcode"] == 1) & (levels["last_name"] >= 1)
    by_address = (levels["address"] == 2) & (levels["postcode"] >= 0)
    return np.asarray(
        by_name | by_place | by_address | (levels["email"] >= 1) | (levels["phone"] == 1),
        dtype=np.bool_,
    )


def candidate_pairs(blocked: DataFrame, max_block_size: int, max_people_per_key: int) -> DataFrame:
    """left_party_id < right_party_id of blocks that are neither too large nor a shared key, each
    pair once.

    All pairs of a block up to `max_block_size`; in a larger one, such as the guest orders of one
    faithful customer, each party with its neighbours in order of their ids (sorted neighbourhood:
    Hernández and Stolfo 1995).
    """
    usable = blocked.filter(
        (F.size("parties") >= 2) & ~_is_too_large(max_block_size) & ~_is_shared(max_people_per_key)
    )

    def with_later(party: Column, position: Column) -> Column:
        reach = F.when(F.size("parties") > max_block_size, F.lit(WINDOW)).otherwise(
            F.size("parties")
        )
        rest = F.slice("parties", position + 2, reach)
        return F.transform(
            rest,
            lambda other: F.struct(party.alias("left_party_id"), other.alias("right_party_id")),
        )

    return (
        usable.select(F.explode(F.flatten(F.transform("parties", with_later))).alias("pair"))
        .select("pair.*")
        .distinct()
    )


def count_skipped_blocks(
    blocked: DataFrame, max_block_size: int, max_people_per_key: int
) -> DataFrame:
    """rule, blocks, parties: what is not compared because a block is too large or a key is shared:
    so that it can be said.
    """
    return (
        blocked.filter(
            (F.size("parties") >= 2)
            & (_is_too_large(max_block_size) | _is_shared(max_people_per_key))
        )
        .groupBy("rule")
        .agg(F.count(F.lit(1)).alias("blocks"), F.sum(F.size("parties")).alias("parties"))
    )


def without_shared_keys(
    records: DataFrame, blocked: DataFrame, max_block_size: int, max_people_per_key: int
) -> DataFrame:
    """`records` with the e-mails, phones and devices taken out that too many parties
    or people use.
    """
    shared = blocked.filter(
        F.col("rule").isin(*KEYS) & (_is_too_large(max_block_size) | _is_shared(max_people_per_key))
    ).agg(
        *(
            F.sort_array(F.collect_set(F.when(F.col("rule") == rule, F.col("key")))).alias(
                f"shared_{rule}"
            )
            for rule in KEYS
        )
    )
    kept = {column: F.array_except(column, f"shared_{rule}") for rule, column in KEYS.items()}
    return (
        records.crossJoin(F.broadcast(shared))
        .withColumns(kept)
        .drop(*(f"shared_{rule}" for rule in KEYS))
    )


def _is_too_large(max_block_size: int) -> Column:
    return F.size("parties") > LARGEST * max_block_size


def _is_shared(max_people_per_key: int) -> Column:
    return F.col("rule").isin(*KEYS) & (F.col("people") > max_people_per_key)


def without_placeholders(records: DataFrame, mailboxes: Collection[str]) -> DataFrame:
    """`records` without the e-mails of mailboxes that stand for no address: `mailboxes` are local
    parts, in lower case, without marks.
    """

    def is_own(email: Column) -> Column:
        local = F.regexp_replace(F.substring_index(email, "@", 1), "[^a-z0-9]", "")
        return ~local.isin(*mailboxes)

    return records.withColumn("emails", F.filter("emails", is_own))


def is_person() -> Column:
    """The record is of a person, of whom something is known that can be compared."""
    known = (F.size("emails") > 0) | (F.size("phones") > 0)
    for name in ("first_name", "last_name", "address", "postcode", "birth_date"):
        known = known | F.col(name).isNotNull()
    return known & (F.col("party_kind") != F.lit(DEVICE))


def random_pairs(records: DataFrame, neighbours: int) -> DataFrame:
    """Pairs of neighbours in an order by hash: unrelated but for the odd accident."""
    bucket = F.pmod(F.xxhash64("party_id"), F.lit(16))
    order = Window.partitionBy(bucket).orderBy(F.xxhash64(F.lit("pair"), "party_id"), "party_id")
    steps = F.array(*(F.lead("party_id", step).over(order) for step in range(1, neighbours + 1)))
    following = records.select("party_id", steps.alias("others"))
    return (
        following.select("party_id", F.explode("others").alias("other"))
        .filter(F.col("other").isNotNull())
        .select(
            F.least("party_id", "other").alias("left_party_id"),
            F.greatest("party_id", "other").alias("right_party_id"),
        )
    )


def _house_number() -> Column:
    """The digits of the street address: a typo in the street's name makes no second home."""
    digits = F.regexp_replace("address", "[^0-9]", "")
    return F.when(digits != "", digits)


def _each(rule: str, values: Column) -> Column:
    return F.transform(
        values, lambda value: F.struct(F.lit(rule).alias("rule"), value.alias("key"))
    )


def _one(rule: str, *parts: Column) -> Column:
    known = parts[0].isNotNull()
    for part in parts[1:]:
        known = known & part.isNotNull()
    entry = F.struct(F.lit(rule).alias("rule"), F.concat_ws("|", *parts).alias("key"))
    return F.when(known, F.array(entry)).otherwise(
        F.array().cast("array<struct<rule:string,key:string>>")
    )
