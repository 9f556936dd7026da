"""The targets of all mappings for one run: planned once, folded, written, and counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.jobs.runtime.config.errors import InputError
from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.spark.concurrency import run_concurrently
from holdfast.jobs.stages.parameters import retailer_rules
from holdfast.transformations.sources.contract import RawTable, Target
from holdfast.transformations.standardise import apply_mapping, collapse_versions, reconcile
from holdfast.transformations.standardise.mapping import mapping_problems
from holdfast.transformations.tables.ops import DQ_RESULTS
from holdfast.transformations.tables.silver import ORDERS, PII_VAULT
from holdfast.transformations.tables.table import Scd2, Table, Upsert
from holdfast.transformations.union import together

_NOT_ROWS = ("read", "keys", "standing", "refused_rows")


@dataclass(frozen=True)
class Step:
    """One target of one mapping with the bronze rows it reads and the rows it makes."""

    raw: RawTable
    target: Target
    bronze: DataFrame
    rows: DataFrame


class Standardising:
    """Plans of one run's targets. Nothing is computed before a table is written."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.vault = ctx.read(PII_VAULT)
        self.is_first = ctx.is_first_run
        self.rules = retailer_rules(ctx.settings)
        fed = [
            (raw, target)
            for source in ctx.sources
            for raw in source.tables
            if ctx.version_of(raw.table) is not None
            for target in raw.targets
        ]
        problems = run_concurrently(
            lambda pair: mapping_problems(*pair, ctx.read(pair[0].table)), fed
        )
        _check([problem for found in problems for problem in found])
        self.steps = run_concurrently(lambda pair: self._step(*pair), fed)
        tables = list(dict.fromkeys(step.target.table for step in self.steps))
        self.folded = dict(zip(tables, run_concurrently(self._folded, tables), strict=True))

    def tables(self) -> dict[Table, DataFrame]:
        """Each fed silver table with what to merge into it."""
        return {
            table: collapse_versions.landing(folded, table) for table, folded in self.folded.items()
        }

    def account(self) -> DataFrame | None:
        """Count each target's rows on all sides, once they are written; the refused ones, if any.

        Raises InputError where the sides differ.
        """
        if not self.steps:
            return None
        found: dict[tuple[str, str], dict[str, int]] = {}
        counted = run_concurrently(
            lambda table: together(self._counts(table)).collect(), self.folded
        )
        for row in (row for rows in counted for row in rows):
            terms = found.setdefault((row.source, row.target), {})
            terms[row.outcome] = terms.get(row.outcome, 0) + row["rows"]
        results = [
            self._result(f"{source} > {name}", terms)
            for (source, name), terms in sorted(found.items())
        ]
        self.ctx.write(DQ_RESULTS, self.ctx.frame_of(DQ_RESULTS, results))
        wrong = [result["detail"] for result in results if not result["is_passed"]]
        if wrong:
            raise InputError(
                "Rows were lost between bronze and silver: " + "; ".join(wrong),
                cure="This is a fault of Holdfast: please report the mapping that shows it.",
            )
        hurt = {name for (_, name), terms in found.items() if terms.get("refused_rows")}
        frames = [
            reconcile.refused(folded, table, self.ctx.run_number, F.lit(self.ctx.opened_at))
            for table, folded in self.folded.items()
            if table.name in hurt
        ]
        return together(frames) if frames else None

    def fix_day(self) -> None:
        """Where the run's day is `latest`: the day after the newest accepted order."""
        if self.ctx.run.as_of is None and self.ctx.current_version(ORDERS) is not None:
            newest = (
                self.ctx.read_current(ORDERS)
                .agg(F.max(F.to_date("event_at")).alias("day"))
                .collect()[0]["day"]
            )
            if isinstance(newest, date):
                self.ctx.set_as_of(newest + timedelta(days=1))

    def release(self) -> None:
        """Let go of what was cached."""
        for folded in self.folded.values():
            folded.unpersist()

    def _step(self, raw: RawTable, one: Target) -> Step:
        bronze = self._bronze(raw, one)
        made = apply_mapping.map_rows(bronze, raw, one, self.vault, self.rules, self.ctx.run_number)
        return Step(raw, one, bronze, made)

    def _folded(self, table: Table) -> DataFrame:
        """One row per key, cached: it is written and counted."""
        versions = together([step.rows for step in self.steps if step.target.table == table])
        if isinstance(table.write, Upsert):
            before = self.ctx.read_current(table) if self.ctx.current_version(table) else None
            return collapse_versions.upsert_rows(versions, table, before).persist()
        return collapse_versions.history_rows(versions, table).persist()

    def _bronze(self, raw: RawTable, one: Target) -> DataFrame:
        """New rows; for groups, histories and nested records every row of those that new rows
        touch.
        """
        new = self.ctx.read_since_last_run(raw.table)
        if self.is_first:
            return new
        if one.group_by:
            return self._touched(raw, new, one.group_by)
        if isinstance(one.table.write, Scd2):
            return self._touched(
                raw, new, [one.columns[name] for name in one.table.keys if name != "valid_from"]
            )
        return self._touched(raw, new, [one.columns["order_id"]]) if one.keeps_removed else new

    def _touched(self, raw: RawTable, new: DataFrame, record: Sequence[str]) -> DataFrame:
        names = [f"_record_{place}" for place in range(len(record))]
        touched = new.select(
            *(F.expr(part).alias(name) for part, name in zip(record, names, strict=True))
        ).distinct()
        same = [
            F.expr(part).eqNullSafe(F.col(name)) for part, name in zip(record, names, strict=True)
        ]
        return self.ctx.read(raw.table).join(touched, on=same, how="left_semi")

    def _counts(self, table: Table) -> list[DataFrame]:
        folded, steps = (
            self.folded[table],
            [step for step in self.steps if step.target.table == table],
        )
        by_key = folded if isinstance(table.write, Scd2) else None
        return [
            *(reconcile.read(step.bronze, step.raw.source, table) for step in steps),
            reconcile.outcomes(folded, table),
            reconcile.standing(
                self.ctx.read_current(table), table.keys, by_key, table, self.ctx.run_number
            ),
        ]

    def _result(self, subject: str, terms: dict[str, int]) -> dict[str, Any]:
        went = {name: count for name, count in terms.items() if name not in _NOT_ROWS and count}
        read, keys, standing = (terms.get(name, 0) for name in ("read", "keys", "standing"))
        detail = (
            f"{subject}: read {read} = "
            + " + ".join(f"{count} {name}" for name, count in sorted(went.items()))
            + f"; {keys} keys landed, {standing} stand in silver"
        )
        return {
            "run_number": self.ctx.run_number,
            "check_name": "bronze_to_silver",
            "subject": subject,
            "expected": float(read),
            "actual": float(sum(went.values())),
            "is_passed": read == sum(went.values()) and keys == standing,
            "detail": detail,
            "at": self.ctx.opened_at,
        }


def _check(problems: Sequence[str]) -> None:
    if problems:
        raise InputError(
            "\n".join(problems), cure="Mend the mapping: docs/sources.md shows each key."
        )
