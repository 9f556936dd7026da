"""The equations that no row was lost between bronze and silver, and what must not fall away without
a word.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from holdfast.jobs.stages.checks import Check, make_check
from holdfast.jobs.stages.standardise import StandardisePlan
from holdfast.transformations.reasons import FILTERED, NO_ITEMS
from holdfast.transformations.standardise import reconcile
from holdfast.transformations.states import select_standing
from holdfast.transformations.tables.silver import PARTIES
from holdfast.transformations.tables.table import Table

# so many rows of one delivery do not fall to filters and checks by themselves
MANY: Final = 100


def check_equations(
    plan: StandardisePlan,
    outcomes: Sequence[Row],
    rows_written: Mapping[Table, int],
) -> list[Check]:
    """Rows of ops.dq_results. Of each source and target: the rows read are those that went
    somewhere. Of each table: the keys that landed are the rows its commits say they wrote, or that
    stand in a history.
    """
    reads = _count_reads(plan, outcomes)
    landed = [row for row in outcomes if reconcile.is_landed(row.outcome)]
    stand = [row for row in outcomes if row.outcome == reconcile.STANDS]
    checks = [
        _check_read(source, name, reads[source, name], outcomes) for source, name in sorted(reads)
    ]
    for table in plan.changes:
        keys = _keys_of(landed, table)
        there = _keys_of(stand, table) if table in plan.histories else rows_written[table]
        detail = f"{table.name}: {keys} keys landed, {there} are in silver"
        checks.append(make_check("landed_in_silver", table.name, keys, there, detail))
    return checks


def find_emptied(
    plan: StandardisePlan, outcomes: Sequence[Row], silver: Mapping[Table, DataFrame]
) -> list[Check]:
    """A check that failed for each source and table of facts to which none of the rows read came
    through, where they are many or no other row of the source stands in the table.

    People are made of facts, too: that a mapping finds no guests among its orders is no loss. Nor
    is a record without items, nor a filter that chooses rows for one table and leaves the others of
    its export to another.
    """
    reads, emptied = _count_reads(plan, outcomes), []
    chosen = _find_chosen(plan, outcomes)
    facts = {table.name: table for table in plan.changes if table is not PARTIES}
    for source, name in sorted(sides for sides in reads if sides[1] in facts):
        went = {
            row.outcome: row["rows"]
            for row in outcomes
            if (row.source, row.target) == (source, name)
            and row.outcome != f"{FILTERED}{NO_ITEMS}"
            and not ((source, name) in chosen and FILTERED in row.outcome)
        }
        taken = 0 if reconcile.LANDED in went else sum(went.values())
        if taken >= MANY or (taken and _is_empty(silver.get(facts[name]), source)):
            equation = _check_read(source, name, reads[source, name], outcomes)
            detail = f"Nothing came through: {equation['detail']}"
            emptied.append(make_check("rows_came_through", equation["subject"], taken, 0, detail))
    return emptied


def _find_chosen(plan: StandardisePlan, outcomes: Sequence[Row]) -> set[tuple[str, str]]:
    """Source and table of what is fed by exports that fill another table of facts, too."""
    landed = {(row.source, row.target) for row in outcomes if row.outcome == reconcile.LANDED}
    facts = [
        (feed.raw.table, (feed.raw.source, feed.target.table.name))
        for feed in plan.feeds
        if feed.target.table is not PARTIES
    ]
    full = {export for export, sides in facts if sides in landed}
    return {sides for export, sides in facts if export in full} - {
        sides for export, sides in facts if export not in full
    }


def _is_empty(table: DataFrame | None, source: str) -> bool:
    if table is None:
        return True
    standing = select_standing(table) if "withdrawn_at" in table.columns else table
    return standing.filter(F.col("source") == F.lit(source)).isEmpty()


def _count_reads(plan: StandardisePlan, outcomes: Sequence[Row]) -> dict[tuple[str, str], int]:
    """Rows read by source and table, as counted in bronze."""
    reads: dict[tuple[str, str], int] = {}
    counted = {row.target: row["rows"] for row in outcomes if row.outcome == reconcile.READ}
    for feed in plan.feeds:
        sides = (feed.raw.source, feed.target.table.name)
        reads[sides] = reads.get(sides, 0) + counted.get(feed.name, 0)
    return reads


def _keys_of(rows: Sequence[Row], table: Table) -> int:
    return sum(row["keys"] for row in rows if row.target == table.name)


def _check_read(source: str, name: str, read: int, outcomes: Sequence[Row]) -> Check:
    mine = [row for row in outcomes if (row.source, row.target) == (source, name)]
    went: dict[str, int] = {}
    for row in mine:
        if row.outcome != reconcile.STANDS:
            went[row.outcome] = row["rows"]
        if row.older_rows:
            went["older_version"] = went.get("older_version", 0) + row.older_rows
    keys = sum(row["keys"] for row in mine if reconcile.is_landed(row.outcome))
    terms = " + ".join(f"{count} {outcome}" for outcome, count in sorted(went.items()) if count)
    subject = f"{source} > {name}"
    detail = f"{subject}: read {read} = {terms}; {keys} keys landed"
    return make_check("bronze_to_silver", subject, read, sum(went.values()), detail)
