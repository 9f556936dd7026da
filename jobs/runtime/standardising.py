"""The targets of all mappings for one run: planned once, written, and counted."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.jobs.runtime.context import Context
from holdfast.jobs.runtime.errors import InputError
from holdfast.transformations.quality import Limits, split
from holdfast.transformations.sources import RawTable, Target
from holdfast.transformations.standardise import account, fold
from holdfast.transformations.standardise.target import FILTERED, rows
from holdfast.transformations.standardise.text import Lexicon
from holdfast.transformations.tables.ops import DQ_RESULTS, QUARANTINE
from holdfast.transformations.tables.silver import ORDERS, PII_VAULT
from holdfast.transformations.tables.table import History, Table


@dataclass(frozen=True)
class Step:
    """One target of one mapping with the bronze rows it reads and the rows it makes."""

    raw: RawTable
    target: Target
    position: int
    bronze: DataFrame
    rows: DataFrame


class Standardising:
    """Plans of one run's targets. Nothing is computed before a table is written."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.vault = ctx.read(PII_VAULT)
        ingest, text = ctx.settings.ingest, ctx.settings.text
        self.limits = Limits(ingest.future_minutes, ingest.earliest_year, tuple(ingest.currencies))
        self.lexicon = Lexicon(text.positive, text.negative, text.topics.model_dump())
        self.steps = [self._step(raw, target, position) for source in ctx.sources for raw in source.tables
                      if ctx.pinned(raw.table) is not None for position, target in enumerate(raw.targets)]

    def has(self, table: Table) -> bool:
        """Whether any mapping feeds the table."""
        return any(step.target.table == table for step in self.steps)

    def rows_of(self, table: Table) -> DataFrame:
        """Good rows of all targets of a table, before folding."""
        good = [split(step.rows.filter(F.col(FILTERED).isNull()))[0] for step in self.steps if step.target.table == table]
        return fold.together(good).select(*table.names)

    def tables(self) -> dict[Table, DataFrame]:
        """Each fed silver table with what to merge into it."""
        fed = list(dict.fromkeys(step.target.table for step in self.steps))
        folded = {table: fold.history_rows if isinstance(table.write, History) else fold.upsert_rows for table in fed}
        return {table: folded[table](self.rows_of(table), table) for table in fed}

    def account(self) -> None:
        """Count each target's rows both ways, keep the refused ones. Raises InputError where the sides differ."""
        if not self.steps:
            return
        counts = [account.outcomes(s.rows, s.raw, s.target, s.position) for s in self.steps]
        counts += [account.read(s.bronze, s.raw, s.target, s.position) for s in self.steps]
        found: dict[str, dict[str, int]] = {}
        for row in fold.together(counts).collect():
            found.setdefault(row.subject, {})[row.outcome] = row["rows"]
        results = [self._result(subject, outcomes) for subject, outcomes in sorted(found.items())]
        if any(outcomes.get("quarantined") for outcomes in found.values()):
            at = F.lit(self.ctx.opened_at)
            self.ctx.write(QUARANTINE, fold.together([account.refused(s.rows, s.raw, s.target, at) for s in self.steps]))
        self.ctx.write(DQ_RESULTS, self.ctx.rows(DQ_RESULTS, results))
        wrong = [result["detail"] for result in results if not result["is_passed"]]
        if wrong:
            raise InputError("Rows were lost between bronze and silver: " + "; ".join(wrong),
                             cure="This is a fault of Holdfast: please report the mapping that shows it.")

    def fix_day(self) -> None:
        """Where the run's day is `latest`: the day after the newest accepted order."""
        if self.ctx.run.as_of is None and self.ctx.own_version(ORDERS) is not None:
            newest = self.ctx.own(ORDERS).agg(F.max(F.to_date("event_at")).alias("day")).collect()[0]["day"]
            if isinstance(newest, date):
                self.ctx.set_as_of(newest + timedelta(days=1))

    def _step(self, raw: RawTable, target: Target, position: int) -> Step:
        bronze = self._bronze(raw, target)
        made = rows(bronze, raw, target, self.vault, self.lexicon, self.limits, self.ctx.run_number)
        return Step(raw, target, position, bronze, made)

    def _bronze(self, raw: RawTable, target: Target) -> DataFrame:
        """New rows; for groups and histories every row of those that new rows touch."""
        new = self.ctx.read_new(raw.table)
        if target.group_by:
            touched = new.select(*target.group_by).distinct()
            return self.ctx.read(raw.table).join(touched, list(target.group_by), how="left_semi")
        if isinstance(target.table.write, History):
            key = [name for name in target.table.keys if name != "valid_from"]
            touched = new.select(*(F.expr(target.columns[name]).alias(f"_key_{name}") for name in key)).distinct()
            same = [F.expr(target.columns[name]).eqNullSafe(F.col(f"_key_{name}")) for name in key]
            return self.ctx.read(raw.table).join(F.broadcast(touched), same, how="left_semi")
        return new

    def _result(self, subject: str, outcomes: dict[str, int]) -> dict[str, Any]:
        went = {name: count for name, count in outcomes.items() if name != "read"}
        detail = f"{subject}: read {outcomes.get('read', 0)} = " + " + ".join(
            f"{count} {name}" for name, count in sorted(went.items()))
        return {"run_number": self.ctx.run_number, "check_name": "bronze_to_silver", "subject": subject,
                "expected": float(outcomes.get("read", 0)), "actual": float(sum(went.values())),
                "is_passed": outcomes.get("read", 0) == sum(went.values()), "detail": detail, "at": self.ctx.opened_at}
