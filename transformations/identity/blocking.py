"""Candidate pairs: parties under one blocking key.

An e-mail, phone or device that many people use neither blocks nor counts as agreement
(shared_keys.py).
"""

from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.identity import shared_keys

WINDOW: Final = 12  # neighbours that a party of a large block is compared with


def block_by_contacts(records: DataFrame) -> DataFrame:
    """rule, key, parties, devices, people, nameless: every e-mail, phone, device and mailbox of
    several parties with these, in order of their ids, those of them that are anonymous devices, and
    what `shared_keys.count_people` and `count_nameless` say of it.
    """
    keys = F.flatten(
        F.array(
            *(_each(rule, F.col(column)) for rule, column in shared_keys.KEYS.items()),
            _each(shared_keys.MAILBOX, shared_keys.list_mailboxes()),
        )
    )
    known = records.select(
        F.struct("party_id", "party_kind", *shared_keys.list_traits()).alias("record"),
        F.array_distinct(keys).alias("keys"),
    )
    exploded = known.select("record", F.explode("keys").alias("block"))
    held = exploded.groupBy("block.rule", "block.key").agg(
        F.collect_list("record").alias("records")  # any order: sorted, or counted
    )
    devices = F.filter("records", lambda one: one["party_kind"] == F.lit(shared_keys.DEVICE))
    return held.filter(F.size("records") >= 2).select(
        "rule",
        "key",
        F.sort_array("records.party_id").alias("parties"),
        F.transform(devices, lambda one: one["party_id"]).alias("devices"),
        shared_keys.count_people().alias("people"),
        shared_keys.count_nameless().alias("nameless"),
    )


def gather_parties(keys: DataFrame) -> DataFrame:
    """rule, key, parties: parties with a key of the columns rule, key, party_id, in order of their
    ids.
    """
    parties = F.sort_array(F.collect_set("party_id")).alias("parties")
    return keys.groupBy("rule", "key").agg(parties)


def pair_parties(blocked: DataFrame, max_block_size: int) -> DataFrame:
    """left_party_id < right_party_id of blocks, each pair once.

    All pairs of a block up to `max_block_size`; in a larger one each party with its neighbours in
    order of their ids (sorted neighbourhood: Hernández and Stolfo 1995).
    """
    pairs = _explode_pairs(blocked.filter(F.size("parties") >= 2), max_block_size)
    return pairs.select("pair.*").distinct()


def pair_devices(blocked: DataFrame, max_block_size: int) -> DataFrame:
    """Of the pairs of `block_by_contacts` those of an anonymous device: device, other, and whether
    that is one, too.
    """
    shared = blocked.filter((F.size("parties") >= 2) & (F.size("devices") > 0))
    sides = [F.col(f"pair.{side}") for side in ("left_party_id", "right_party_id")]
    left, right = (F.array_contains("devices", side) for side in sides)
    return (
        _explode_pairs(shared, max_block_size, "devices")
        .filter(left | right)
        .select(
            F.when(left, sides[0]).otherwise(sides[1]).alias("device"),
            F.when(left, sides[1]).otherwise(sides[0]).alias("other"),
            (left & right).alias("is_other_device"),
        )
        .distinct()
    )


def _explode_pairs(blocked: DataFrame, max_block_size: int, *kept: str) -> DataFrame:
    def with_later(party: Column, position: Column) -> Column:
        reach = F.when(F.size("parties") > max_block_size, F.lit(WINDOW)).otherwise(
            F.size("parties")
        )
        rest = F.slice("parties", position + 2, reach)
        return F.transform(
            rest,
            lambda other: F.struct(party.alias("left_party_id"), other.alias("right_party_id")),
        )

    pairs = F.flatten(F.transform("parties", with_later))
    return blocked.select(F.explode(pairs).alias("pair"), *kept)


def count_skipped_blocks(blocked: DataFrame, is_skipped: Column) -> DataFrame:
    """rule, parties: what is not compared because a block is too large or a key is shared: so that
    it can be said.
    """
    return (
        blocked.filter((F.size("parties") >= 2) & is_skipped)
        .groupBy("rule")
        .agg(F.sum(F.size("parties")).alias("parties"))
    )


def _each(rule: str, values: Column) -> Column:
    return F.transform(
        values, lambda value: F.struct(F.lit(rule).alias("rule"), value.alias("key"))
    )
