"""The lists of the page as CSV files beside it: every row, no personal value, no live formula."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pyspark.sql import DataFrame

from holdfast.jobs.stages.report import formatting
from holdfast.jobs.stages.report.model import ReportData
from holdfast.transformations.tables.gold import CHURN_REASONS, CHURN_SCORES
from holdfast.transformations.tables.ops import BATCHES, DQ_RESULTS, QUARANTINE
from holdfast.transformations.tables.table import Table

# What a spreadsheet takes for the beginning of a formula, as OWASP lists it under "CSV injection".
# The last four are the wide forms of the first.
_LIVE: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")

# Parts of the report that are lists: the name of the file, and the table that the part is about.
_PARTS: Final = {
    "evidence": ("reasons", CHURN_REASONS),
    "rule_hits": ("rules", CHURN_SCORES),
    "batches": ("sources", BATCHES),
    "quarantine": ("rejected_rows", QUARANTINE),
    "checks": ("checks", DQ_RESULTS),
}


@dataclass(frozen=True)
class CsvList:
    """A list: the name of its file without ending, its columns and its rows, read once."""

    name: str
    columns: tuple[str, ...]
    rows: Iterable[Sequence[Any]]


def select_public(table: Table, names: Iterable[str]) -> tuple[str, ...]:
    """The names without columns that the table's contract marks as personal."""
    personal = {column.name for column in table.columns if column.pii}
    return tuple(name for name in names if name not in personal)


def list_people(people: DataFrame, table: Table) -> CsvList:
    """Rows of a table of customers, in the order of the frame; they come from Spark as they are
    written.
    """
    columns = select_public(table, people.columns)
    return CsvList("customers_at_risk", columns, people.select(*columns).toLocalIterator())


def list_parts(data: ReportData) -> list[CsvList]:
    """Every row of what the page shows the beginnings of."""
    found = []
    for part, (name, table) in _PARTS.items():
        frame = getattr(data, part)
        columns = select_public(table, frame.columns)
        rows = frame[list(columns)].itertuples(index=False, name=None)
        found.append(CsvList(name, columns, sorted(rows, key=str)))
    return found


def write_lists(lists: Iterable[CsvList], folder: Path) -> None:
    """Write each list as `<folder>/<name>.csv`: UTF-8, a header, every cell quoted (RFC 4180)."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in lists:
        with (folder / f"{one.name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL)
            writer.writerow(one.columns)
            writer.writerows([write_cell(value) for value in row] for row in one.rows)


def write_cell(value: Any) -> Any:
    """The value as a cell: nothing where it is missing; text that a spreadsheet would compute
    starts with an apostrophe, numbers below zero stay numbers.
    """
    if formatting.is_missing(value):
        return ""
    is_live = isinstance(value, str) and value.startswith(_LIVE)
    return f"'{value}" if is_live else value
