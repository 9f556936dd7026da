"""Candidate pairs: parties under one blocking key, and random pairs, to learn how unrelated records
agree.

An e-mail, phone or device that many people use neither blocks nor counts as agreement
(shared_keys.py).
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from holdfast.transformations.identity import shared_keys
from holdfast.transformations.identity.latin import in_latin

WINDOW: Final = 12  # neighbours that a party of a large block is compared with


def blocks(records: DataFrame) -> DataFrame:
    """rule, key, parties, people, nameless: every blocking key with the parties under it, in order
    of their ids, and what `shared_keys.count_people` and `count_nameless` say of it.
    """
    keys = F.flatten(
        F.array(
            _each("email", F.col("emails")),
            _each("phone", F.col("phones")),
            _each("device", F.col("devices")),
            _one("name", in_latin("first_name"), in_latin("last_name")),
            _one("name_postcode", F.soundex(in_latin("last_name")), F.col("postcode")),
            _one("address", in_latin("address"), F.substring("postcode", 1, 3)),
            _each(
                "local_part", F.transform("emails", lambda email: F.substring_index(email, "@", 1))
            ),
        )
    )
    known = records.select(
        F.struct("party_id", *shared_keys.list_traits()).alias("record"),
        F.array_distinct(keys).alias("keys"),
    )
    exploded = known.select("record", F.explode("keys").alias("block"))
    held = exploded.groupBy("block.rule", "block.key").agg(
        F.collect_list("record").alias("records")  # any order: sorted, or counted
    )
    parties = F.sort_array("records.party_id").alias("parties")
    people, nameless = shared_keys.count_people(), shared_keys.count_nameless()
    return held.select("rule", "key", parties, people.alias("people"), nameless.alias("nameless"))


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
        (F.size("parties") >= 2) & ~shared_keys.is_unusable(max_block_size, max_people_per_key)
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
            (F.size("parties") >= 2) & shared_keys.is_unusable(max_block_size, max_people_per_key)
        )
        .groupBy("rule")
        .agg(F.count(F.lit(1)).alias("blocks"), F.sum(F.size("parties")).alias("parties"))
    )


def is_person() -> Column:
    """The record is of a person, of whom something is known that can be compared."""
    known = (F.size("emails") > 0) | (F.size("phones") > 0)
    for name in ("first_name", "last_name", "address", "postcode", "birth_date"):
        known = known | F.col(name).isNotNull()
    return known & (F.col("party_kind") != F.lit(shared_keys.DEVICE))


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
