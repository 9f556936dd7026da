"""The targets of all mappings for one run: what each reads, and what is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from holdfast.jobs.runtime.config.errors import InputError
from holdfast.jobs.runtime.spark.concurrency import run_concurrently
from holdfast.transformations.sources.contract import RawTable, Target
from holdfast.transformations.standardise import collapse_versions
from holdfast.transformations.standardise.apply_mapping import map_rows
from holdfast.transformations.standardise.check_mapping import find_mapping_problems
from holdfast.transformations.standardise.consent_state import consent_state, statements
from holdfast.transformations.standardise.fact_parties import fact_parties
from holdfast.transformations.standardise.rules import RetailerRules
from holdfast.transformations.tables.ops import QUARANTINE
from holdfast.transformations.tables.silver import CONSENT_STATE, FACT_PARTIES
from holdfast.transformations.tables.table import Scd2, Table
from holdfast.transformations.union import union_by_name


@dataclass(frozen=True)
class Feed:
    """One target of one mapping and the bronze rows it reads; feeds of one name read the same."""

    raw: RawTable
    target: Target
    name: str
    bronze: DataFrame


@dataclass(frozen=True)
class StandardisePlan:
    """What one run writes. Nothing is computed before it is written.

    `collapsed` holds all rows of each table by key, those that were set aside among them; it is
    written and counted. `changes` are those of its rows that the store merges, `refused` those that
    go to quarantine.
    """

    feeds: Sequence[Feed]
    collapsed: Mapping[Table, DataFrame]
    changes: Mapping[Table, DataFrame]
    refused: Mapping[Table, DataFrame]

    @property
    def read(self) -> dict[str, DataFrame]:
        """Bronze rows by the name of what is read."""
        return {feed.name: feed.bronze for feed in self.feeds}

    @property
    def histories(self) -> list[Table]:
        """Tables written as complete histories, of which unchanged rows stay as they are."""
        return [table for table in self.changes if isinstance(table.write, Scd2)]


def choose_rows(
    raws: Sequence[RawTable], bronze: Mapping[Table, DataFrame], new: Mapping[Table, DataFrame]
) -> list[Feed]:
    """What each target reads: new rows; of groups, histories and nested records every row of those
    that new rows touch, where there are other rows than new ones.

    Raises InputError with all that is wrong with the SQL of any mapping.
    """
    _check_mappings(raws, bronze)
    feeds = []
    for raw in raws:
        whole, fresh = bronze[raw.table], new[raw.table]
        for target in raw.targets:
            record = _record(target) if whole is not fresh else ()
            rows = _select_touched(whole, fresh, record) if record else fresh
            name = f"{raw.table.name} for {target.table.name}" if record else raw.table.name
            feeds.append(Feed(raw, target, name, rows))
    return feeds


def plan_standardise(
    feeds: Sequence[Feed],
    silver: Mapping[Table, DataFrame],
    vault: DataFrame,
    rules: RetailerRules,
    opened_at: datetime,
) -> StandardisePlan:
    """What becomes of the rows of all feeds; `silver` holds tables as they stand, those that do."""

    def collapse(table: Table) -> DataFrame:
        versions = [
            map_rows(feed.bronze, feed.raw, feed.target, vault, rules)
            for feed in feeds
            if feed.target.table == table
        ]
        return collapse_versions.collapse(union_by_name(versions), table, silver.get(table))

    tables = list(dict.fromkeys(feed.target.table for feed in feeds))
    collapsed = dict(zip(tables, run_concurrently(collapse, tables), strict=True))
    changes = {
        table: collapse_versions.rows_to_write(frame, table) for table, frame in collapsed.items()
    }
    at = F.lit(opened_at)
    refused = {
        table: collapse_versions.rows_to_quarantine(frame, table, at)
        for table, frame in collapsed.items()
    }
    return StandardisePlan(feeds, collapsed, changes, refused)


def select_refused(plan: StandardisePlan, outcomes: Sequence[Row]) -> dict[Table, DataFrame]:
    """Rows of ops.quarantine of the tables of which any was refused."""
    hurt = {row.target for row in outcomes if row.outcome == "quarantined" and row["keys"]}
    frames = [frame for table, frame in plan.refused.items() if table.name in hurt]
    return {QUARANTINE: union_by_name(frames)} if frames else {}


def derive_tables(
    plan: StandardisePlan, silver: Mapping[Table, DataFrame]
) -> dict[Table, DataFrame]:
    """What follows from the facts as they stand: the parties they alone name, and the consent of
    those whose statements are new.
    """
    derived = {}
    if (parties := fact_parties(silver)) is not None:
        derived[FACT_PARTIES] = parties
    said, touched = statements(silver), statements(plan.changes)
    if said is not None and touched is not None:
        derived[CONSENT_STATE] = consent_state(said, touched)
    return derived


def day_after_newest(orders: DataFrame | None) -> date | None:
    """The day after the newest order, where there is one."""
    if orders is None:
        return None
    newest = orders.agg(F.max(F.to_date("event_at")).alias("day")).collect()[0]["day"]
    return newest + timedelta(days=1) if isinstance(newest, date) else None


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
    """What names a group, a history or a nested record, as SQL over the raw columns."""
    if target.group_by:
        return target.group_by
    if isinstance(target.table.write, Scd2):
        return [target.columns[name] for name in target.table.keys if name != "valid_from"]
    return [target.columns["order_id"]] if target.keeps_removed else []


def _select_touched(whole: DataFrame, new: DataFrame, record: Sequence[str]) -> DataFrame:
    names = [f"_record_{place}" for place in range(len(record))]
    parts = list(zip(map(F.expr, record), names, strict=True))
    touched = new.select(*(part.alias(name) for part, name in parts)).distinct()
    same = [part.eqNullSafe(F.col(name)) for part, name in parts]
    return whole.join(touched, on=same, how="left_semi")
