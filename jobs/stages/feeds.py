"""What each target of each mapping reads in one run: new rows, and all that they touch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.jobs.runtime.config.errors import InputError
from holdfast.jobs.runtime.spark.concurrency import run_concurrently
from holdfast.transformations.sources.contract import RawTable, Target
from holdfast.transformations.standardise.check_mapping import find_mapping_problems
from holdfast.transformations.standardise.lookup import select_named_by, with_lookups
from holdfast.transformations.standardise.party_values import gives_values
from holdfast.transformations.tables.table import Scd2, Table
from holdfast.transformations.union import union_by_name


@dataclass(frozen=True)
class Feed:
    """One target of one mapping and the bronze rows it reads; feeds of one name read the same."""

    raw: RawTable
    target: Target
    name: str
    bronze: DataFrame


def choose_rows(
    raws: Sequence[RawTable], bronze: Mapping[Table, DataFrame], new: Mapping[Table, DataFrame]
) -> list[Feed]:
    """What each target reads: new rows; of groups, histories, nested records and records with
    versions every row of those that new rows touch, where there are other rows than new ones. Two
    mappings of one source may tell of the same record. Rows have the columns that their mappings
    look up.

    Raises InputError with all that is wrong with the SQL of any mapping.
    """
    bronze, new = _look_up(raws, bronze, new)
    _check_mappings(raws, bronze)
    pairs = [(raw, target) for raw in raws for target in raw.targets]
    touched: dict[tuple[str, str, int], list[DataFrame]] = {}
    for raw, target in pairs:
        if bronze[raw.table] is not new[raw.table] and (record := _record(target)):
            place = (raw.source, target.table.name, len(record))
            touched.setdefault(place, []).append(_name_record(new[raw.table], record))
    feeds = []
    for raw, target in pairs:
        record = _record(target)
        found = touched.get((raw.source, target.table.name, len(record)))
        if found is None:
            feeds.append(Feed(raw, target, raw.table.name, new[raw.table]))
        else:
            rows = _select_touched(bronze[raw.table], union_by_name(found), record)
            feeds.append(Feed(raw, target, f"{raw.table.name} for {target.table.name}", rows))
    return feeds


def select_spoken(
    raws: Sequence[RawTable], bronze: Mapping[Table, DataFrame], new: Mapping[Table, DataFrame]
) -> list[tuple[RawTable, DataFrame]]:
    """The rows that silver.party_values is made of: all of the parties that new rows speak of."""
    given = [raw for raw in raws if gives_values(raw)]
    if all(bronze[raw.table] is new[raw.table] for raw in given):
        return [(raw, bronze[raw.table]) for raw in given]
    spoken = union_by_name([new[raw.table].select("party_id") for raw in given]).distinct()
    return [
        (raw, bronze[raw.table].join(spoken, on=["party_id"], how="left_semi")) for raw in given
    ]


def _look_up(
    raws: Sequence[RawTable], bronze: Mapping[Table, DataFrame], new: Mapping[Table, DataFrame]
) -> tuple[Mapping[Table, DataFrame], Mapping[Table, DataFrame]]:
    """Both with what mappings look up; a row that names a new row of what it looks into is new."""
    tables = {(raw.source, raw.name): raw.table for raw in raws}
    whole, fresh = dict(bronze), dict(new)
    for raw in (raw for raw in raws if raw.lookups):
        own = raw.table
        named = [tables.get((raw.source, lookup.table)) for lookup in raw.lookups]
        whole[own] = with_lookups(
            bronze[own], raw.lookups, [bronze[table] if table else None for table in named]
        )
        pairs = zip(raw.lookups, named, strict=True)
        found = [select_named_by(whole[own], one, new[table]) for one, table in pairs if table]
        keys = union_by_name([rows.select("row_hash", "run_number") for rows in (new[own], *found)])
        touched = whole[own].join(keys.distinct(), on=["row_hash", "run_number"], how="left_semi")
        fresh[own] = whole[own] if new[own] is bronze[own] else touched
    return whole, fresh


def _check_mappings(raws: Sequence[RawTable], bronze: Mapping[Table, DataFrame]) -> None:
    pairs = [(raw, target) for raw in raws for target in raw.targets]
    found = run_concurrently(
        lambda pair: find_mapping_problems(*pair, bronze[pair[0].table]), pairs
    )
    problems = [problem for one in found for problem in one]
    if problems:
        raise InputError(
            "\n".join(problems), cure="Mend the mapping: docs/sources.md shows each key."
        )


def _record(target: Target) -> Sequence[str]:
    """What names a group, a history, a nested record or one with versions, as SQL over the raw
    columns; nothing where each row stands for itself.
    """
    if target.group_by:
        return target.group_by
    if target.explode:
        return [target.columns["order_id"]] if target.keeps_removed else ["party_id"]
    if isinstance(target.table.write, Scd2) or target.has_versions:
        keys = (name for name in target.table.keys if name != "valid_from")
        return [target.columns.get(name, name) for name in keys]
    return []


def _name_record(rows: DataFrame, record: Sequence[str]) -> DataFrame:
    named = (F.expr(part).alias(name) for part, name in zip(record, _names(record), strict=True))
    return rows.select(*named).distinct()


def _names(record: Sequence[str]) -> list[str]:
    return [f"_record_{place}" for place in range(len(record))]


def _select_touched(whole: DataFrame, touched: DataFrame, record: Sequence[str]) -> DataFrame:
    parts = zip(map(F.expr, record), _names(record), strict=True)
    same = [part.eqNullSafe(F.col(name)) for part, name in parts]
    return whole.join(touched, on=same, how="left_semi")
