"""The targets of all mappings for one run: what each reads, what is written, and the equations that
no row was lost.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from holdfast.jobs.runtime.config.errors import InputError
from holdfast.jobs.runtime.spark.concurrency import run_concurrently
from holdfast.transformations.sources.contract import RawTable, Target
from holdfast.transformations.standardise import collapse_versions, reconcile
from holdfast.transformations.standardise.apply_mapping import map_rows
from holdfast.transformations.standardise.check_mapping import find_mapping_problems
from holdfast.transformations.standardise.rules import RetailerRules
from holdfast.transformations.tables.ops import QUARANTINE
from holdfast.transformations.tables.table import Scd2, Table
from holdfast.transformations.union import union_by_name

Check = dict[str, Any]


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


def check_equations(
    plan: StandardisePlan,
    outcomes: Sequence[Row],
    rows_written: Mapping[Table, int],
    opened_at: datetime,
) -> list[Check]:
    """Rows of ops.dq_results. Of each source and target: the rows read are those that went
    somewhere. Of each table: the keys that landed are the rows its commits say they wrote, or that
    stand in a history.
    """
    reads: dict[tuple[str, str], int] = {}
    counted = {row.target: row["rows"] for row in outcomes if row.outcome == reconcile.READ}
    for feed in plan.feeds:
        sides = (feed.raw.source, feed.target.table.name)
        reads[sides] = reads.get(sides, 0) + counted.get(feed.name, 0)
    landed = [row for row in outcomes if row.outcome == reconcile.LANDED]
    stand = [row for row in outcomes if row.outcome == reconcile.STANDS]
    checks = [
        _check_read(source, name, rows, outcomes) for (source, name), rows in sorted(reads.items())
    ]
    for table in plan.changes:
        keys = _keys_of(landed, table)
        there = _keys_of(stand, table) if table in plan.histories else rows_written[table]
        detail = f"{table.name}: {keys} keys landed, {there} are in silver"
        checks.append(_check("landed_in_silver", table.name, keys, there, detail))
    return [{**check, "at": opened_at} for check in checks]


def stop_if_lost(checks: Sequence[Check]) -> None:
    """Raises InputError where an equation does not hold."""
    wrong = [check["detail"] for check in checks if not check["is_passed"]]
    if wrong:
        raise InputError(
            "Rows were lost between bronze and silver: " + "; ".join(wrong),
            cure="This is a fault of Holdfast: please report the mapping that shows it.",
        )


def select_refused(plan: StandardisePlan, outcomes: Sequence[Row]) -> dict[Table, DataFrame]:
    """Rows of ops.quarantine of the tables of which any was refused."""
    hurt = {row.target for row in outcomes if row.outcome == "quarantined" and row["keys"]}
    frames = [frame for table, frame in plan.refused.items() if table.name in hurt]
    return {QUARANTINE: union_by_name(frames)} if frames else {}


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


def _keys_of(rows: Sequence[Row], table: Table) -> int:
    return sum(row["keys"] for row in rows if row.target == table.name)


def _check_read(source: str, name: str, read: int, outcomes: Sequence[Row]) -> Check:
    mine = [row for row in outcomes if (row.source, row.target) == (source, name)]
    went: dict[str, int] = {}
    for row in mine:
        if row.outcome != reconcile.STANDS:
            went[row.outcome] = row["rows"]
        if row.older_rows:
            went["older_version"] = row.older_rows
    keys = sum(row["keys"] for row in mine if row.outcome == reconcile.LANDED)
    terms = " + ".join(f"{count} {outcome}" for outcome, count in sorted(went.items()) if count)
    subject = f"{source} > {name}"
    detail = f"{subject}: read {read} = {terms}; {keys} keys landed"
    return _check("bronze_to_silver", subject, read, sum(went.values()), detail)


def _check(name: str, subject: str, expected: int, actual: int, detail: str) -> Check:
    return {
        "check_name": name,
        "subject": subject,
        "expected": float(expected),
        "actual": float(actual),
        "is_passed": expected == actual,
        "detail": detail,
    }
