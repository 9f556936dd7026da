"""The targets of all mappings for one run: what each reads, and what is written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.spark.concurrency import run_concurrently
from holdfast.jobs.stages.feeds import Feed
from holdfast.transformations.reasons import QUARANTINED
from holdfast.transformations.sources.contract import RawTable
from holdfast.transformations.sources.currencies import format_amount
from holdfast.transformations.standardise import collapse_versions
from holdfast.transformations.standardise.apply_mapping import map_rows
from holdfast.transformations.standardise.consent_state import (
    consent_state,
    select_spoken_of,
    statements,
)
from holdfast.transformations.standardise.fact_parties import fact_parties
from holdfast.transformations.standardise.party_values import party_values
from holdfast.transformations.standardise.rules import RetailerRules
from holdfast.transformations.states import select_standing
from holdfast.transformations.tables.ops import QUARANTINE
from holdfast.transformations.tables.silver import (
    CONSENT_STATE,
    FACT_PARTIES,
    FACT_STATES,
    PARTY_VALUES,
    TURNING,
)
from holdfast.transformations.tables.table import Scd2, Table
from holdfast.transformations.union import union_by_name

_NAMED: Final = 4  # reasons of refusal that are named for a file


@dataclass(frozen=True)
class StandardisePlan:
    """What one run writes. Nothing is computed before it is written.

    `collapsed` holds all rows of each table by key, those that were set aside among them; it is
    written and counted. `changes` are those of its rows that the store merges, `refused` those that
    go to quarantine, `states` what silver.fact_states takes from them.
    """

    feeds: Sequence[Feed]
    collapsed: Mapping[Table, DataFrame]
    changes: Mapping[Table, DataFrame]
    refused: Mapping[Table, DataFrame]
    states: Mapping[Table, DataFrame] = field(default_factory=dict)

    @property
    def read(self) -> dict[str, DataFrame]:
        """Bronze rows by the name of what is read."""
        return {feed.name: feed.bronze for feed in self.feeds}

    @property
    def histories(self) -> list[Table]:
        """Tables written as complete histories, of which unchanged rows stay as they are."""
        return [table for table in self.changes if isinstance(table.write, Scd2)]


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
    states = [
        collapse_versions.states_to_write(frame, table)
        for table, frame in collapsed.items()
        if table in TURNING
    ]
    kept = {FACT_STATES: union_by_name(states)} if states else {}
    return StandardisePlan(feeds, collapsed, changes, refused, kept)


def derive_tables(
    plan: StandardisePlan,
    spoken: Sequence[tuple[RawTable, DataFrame]],
    silver: Mapping[Table, DataFrame],
) -> dict[Table, DataFrame]:
    """What follows from the facts as they stand: the parties they alone name; and what is so for a
    time: personal values, by the bronze rows `spoken`, and consent, by all that was said of it.
    """
    derived = {PARTY_VALUES: party_values(spoken)} if spoken else {}
    if (parties := fact_parties(silver)) is not None:
        derived[FACT_PARTIES] = parties
    said = statements(silver, silver[FACT_STATES]) if FACT_STATES in silver else None
    good = {t: f.filter(F.col("source").isNotNull()) for t, f in plan.collapsed.items()}
    touched = select_spoken_of(good)
    if said is not None and touched is not None:
        derived[CONSENT_STATE] = consent_state(said, touched)
    return derived


def refuse_rows(
    ctx: Context, plan: StandardisePlan, outcomes: Sequence[Row]
) -> dict[Table, DataFrame]:
    """Rows of ops.quarantine of the tables of which any was refused; says of which files they are,
    why, and what they come to.
    """
    hurt = {row.target for row in outcomes if row.outcome == QUARANTINED and row["keys"]}
    tables = [table for table in plan.refused if table.name in hurt]
    if not tables:
        return {}
    counted = [collapse_versions.count_refused(plan.collapsed[t], t) for t in tables]
    ctx.echo("\n".join(describe_refused(union_by_name(counted).collect())))
    return {QUARANTINE: union_by_name([plan.refused[table] for table in tables])}


def describe_refused(refused: Iterable[Row]) -> list[str]:
    """A line for each file and table, of rows of `count_refused`."""
    lines = []
    for key, group in groupby(sorted(refused, key=_place), key=_place):
        rows = sorted(group, key=lambda row: (-row["rows"], row.reason, row.currency or ""))
        named = ", ".join(_describe_reason(row) for row in rows[:_NAMED])
        more = " ..." if len(rows) > _NAMED else ""
        count = sum(row["rows"] for row in rows)
        source, file, target = key
        lines.append(f"{source}/{file}: {count:,} refused for {target}: {named}{more}")
    return lines


def _place(row: Row) -> tuple[str, str, str]:
    return row.source, row.input, row.target


def _describe_reason(row: Row) -> str:
    money = f" ({format_amount(row.amount, row.currency)} {row.currency})" if row.amount else ""
    return f"{row.reason} {row['rows']:,}{money}"


def day_after_newest(orders: DataFrame | None) -> date | None:
    """The day after the newest order that stands, where there is one."""
    if orders is None:
        return None
    newest = select_standing(orders).agg(F.max("ordered_on").alias("day")).collect()[0]["day"]
    return newest + timedelta(days=1) if isinstance(newest, date) else None
