"""MERGE by contract: conditions and assignments follow from the keys and the write policy."""

from collections.abc import Callable
from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.tables.table import WITHDRAWAL, Scd2, Table, Upsert

_GONE = "__gone"


def insert_new_keys(frame: DataFrame, table: Table, address: str) -> None:
    """Insert rows whose keys the table does not hold."""
    frame.alias("new").mergeInto(
        address, _same_key(table, address)
    ).whenNotMatched().insertAll().merge()


def upsert(frame: DataFrame, table: Table, address: str, _current: Callable[[], DataFrame]) -> None:
    """Merge rows that carry their lowest and newest version, so that the order of deliveries does
    not matter; whether one is withdrawn is as the newer row says.
    """
    newer = _later(address, "version_at", "row_hash")
    older = _later(address, "version_at_first", "row_hash_first", reverse=True)
    policy = table.write
    assert isinstance(policy, Upsert)
    mutable = {*policy.mutable, policy.end, *table.owner, "version_at", "row_hash"}
    withdrawal = [column.name for column in WITHDRAWAL]
    assignments: dict[str, Column] = {}
    for name in table.names:
        if name in table.keys:
            continue
        mine, theirs = _target(address, name), F.col(f"new.{name}")
        if name in ("run_number", *withdrawal):
            assignments[name] = theirs
        elif name == "ingested_at":
            assignments[name] = F.least(mine, theirs)
        else:
            assignments[name] = F.when(newer if name in mutable else older, theirs).otherwise(mine)
    moved = (~_target(address, name).eqNullSafe(F.col(f"new.{name}")) for name in withdrawal)
    (
        frame.alias("new")
        .mergeInto(address, _same_key(table, address))
        .whenMatched(reduce(lambda a, b: a | b, moved, newer | older))
        .update(assignments)
        .whenNotMatched()
        .insertAll()
        .merge()
    )


def scd2(frame: DataFrame, table: Table, address: str, current: Callable[[], DataFrame]) -> None:
    """Replace the histories of the keys that `frame` holds; intervals no longer there
    are deleted.
    """
    assert isinstance(table.write, Scd2)
    entity = table.write.of or [name for name in table.keys if name != "valid_from"]
    touched = frame.select(*entity).distinct()
    vanished = (
        current()
        .join(touched, list(entity), how="left_semi")
        .join(frame.select(*table.keys), list(table.keys), how="left_anti")
    )
    source = frame.withColumn(_GONE, F.lit(False)).unionByName(
        vanished.withColumn(_GONE, F.lit(True))
    )
    values = [name for name in table.names if name not in table.keys]
    facts = [name for name in values if name not in ("run_number", "ingested_at")]
    differs = reduce(
        lambda a, b: a | b, (~_target(address, n).eqNullSafe(F.col(f"new.{n}")) for n in facts)
    )
    (
        source.alias("new")
        .mergeInto(address, _same_key(table, address))
        .whenMatched(F.col(f"new.{_GONE}"))
        .delete()
        .whenMatched(differs)
        .update({name: F.col(f"new.{name}") for name in values})
        .whenNotMatched(~F.col(f"new.{_GONE}"))
        .insert({name: F.col(f"new.{name}") for name in table.names})
        .merge()
    )


def _same_key(table: Table, address: str) -> Column:
    return reduce(
        lambda a, b: a & b, (_target(address, name) == F.col(f"new.{name}") for name in table.keys)
    )


def _later(address: str, at: str, digest: str, *, reverse: bool = False) -> Column:
    """The source's version comes after the target's (before it when reversed); equal instants by
    the hash.
    """
    mine_at, theirs_at = _target(address, at), F.col(f"new.{at}")
    mine, theirs = _target(address, digest), F.col(f"new.{digest}")
    if reverse:
        return (theirs_at < mine_at) | ((theirs_at == mine_at) & (theirs < mine))
    return (theirs_at > mine_at) | ((theirs_at == mine_at) & (theirs > mine))


def _target(address: str, name: str) -> Column:
    """A column of the target, qualified by its full name: Delta does not resolve a short alias of a
    path.
    """
    return F.col(f"{address}.`{name}`")
