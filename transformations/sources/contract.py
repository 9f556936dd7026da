"""A raw table as a value: its columns, its personal values, and how it becomes silver."""

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Final

from pyspark.sql import types as T

from holdfast.transformations.sources.types import spark_type
from holdfast.transformations.tables.columns import INGESTED_AT, PARTY, RUN, SOURCE, STRING
from holdfast.transformations.tables.table import Append, Column, Table

_BEFORE = (SOURCE, PARTY)
_AFTER = (
    Column("input_file", STRING, "File or table it was read from.", nullable=False),
    INGESTED_AT,
    RUN,
    Column("row_hash", STRING, "Keyed hash of the declared values.", nullable=False),
)
BRONZE_NAMES = frozenset(column.name for column in (*_BEFORE, *_AFTER))  # of every bronze table
FILE_TIME: Final = "_file_time"  # the path of what no field holds: when the file was last written
LINES: Final = "lines"  # what each row of a record says by itself, as an array
# What databases and programs write where they know nothing.
NULLS: Final = ("NULL", "null", "\\N", "None", "NaN", "nan", "N/A", "n/a", "#N/A", "<NA>")
_LITERAL: Final = re.compile(r"\"[^\"]*\"|'[^']*'")  # text within SQL
NUMBER: Final = "number"  # of a line, from 1, among those whose first value is equal


@dataclass(frozen=True)
class RawColumn:
    """A declared column: its Spark type as DDL, where it lies in nested JSON, and what personal
    value it is.

    `pii` is the kind of a plain value; `nested_pii` names the fields of an array's elements that
    hold one. `required` refuses a row without a value, `optional` takes a file without the
    column, `once` refuses a record of several rows that have a value. `words` are all values that
    there may be, in lower case. `fields` are those of LINES; `other_paths` are names that the
    column has in files of another time.
    """

    name: str
    type: str
    path: str
    pii: str | None = None
    nested_pii: tuple[tuple[str, str], ...] = ()
    required: bool = False
    optional: bool = False
    once: bool = False
    words: tuple[str, ...] = ()
    fields: tuple["RawColumn", ...] = ()
    other_paths: tuple[str, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """Where it may lie."""
        return (self.path, *self.other_paths)

    def top_in(self, present: Set[str]) -> str:
        """Which of the names `present` in a file the column has there, be it that of the field of
        JSON in which it lies; its usual one where it has none.
        """
        tops = [path if path in present else path.partition(".")[0] for path in self.paths]
        return next((top for top in tops if top in present), tops[0])


@dataclass(frozen=True)
class Target:
    """How rows become one silver table: SQL over the raw columns, named filters, explode or group
    by.

    `minor_units` says that its amounts are whole minor units of their currency; `words` gives, by
    column, the contract's word for each of the source's, which are in lower case. `known` are the
    words of the raw columns that it reads: a row with any other is refused.
    """

    table: Table
    columns: Mapping[str, str]
    filters: Mapping[str, str]
    explode: str | None = None
    group_by: tuple[str, ...] = ()
    text: str | None = None
    minor_units: bool = False
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    known: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def has_versions(self) -> bool:
        """Whether several rows may be versions of one record, so that a newer one that a filter or
        a check sets aside takes an older one out. Rows of a group are parts of it, not versions;
        those of a party only mention it, where they say not when the party's record was made.
        """
        telling = {"version_at", self.table.end, self.table.dated} & set(self.columns)
        is_mention = "party_id" in self.table.keys and not telling
        return not self.group_by and not is_mention and bool(self.filters or telling)

    @property
    def keeps_removed(self) -> bool:
        """Whether an item that a newer version of its record no longer has stays,
        with removed_at.
        """
        return self.explode is not None and "removed_at" in self.table.names


@dataclass(frozen=True)
class Lookup:
    """Columns that the row of another export of the source gives: of `table`, the row whose SQL
    `key` is what `by` says of a row here.
    """

    table: str
    key: str
    by: str
    columns: Mapping[str, str]


@dataclass(frozen=True)
class Reading:
    """How an export is written, where it is not the usual way.

    `delimiter` and `encoding` are those of CSV; `decimal` is the sign before the fraction of a
    number, `date_format` the pattern of dates and instants as Spark writes patterns (None: ISO
    8601), `dates_without_zone` the time zone of instants that name none. `multiline` reads every
    CSV file as one whose fields hold line breaks, without looking. `nulls` are words that stand for
    nothing, in columns that are not personal.
    """

    delimiter: str = ","
    encoding: str = "UTF-8"
    decimal: str = "."
    date_format: str | None = None
    dates_without_zone: str = "UTC"
    multiline: bool = False
    nulls: tuple[str, ...] = NULLS


@dataclass(frozen=True)
class RawTable:
    """One export: its files, format, columns, party and targets, and the time zone in which its
    days begin, the currency and the country of its shop (None: the retailer's). `keeps_repeats`:
    equal rows of one file are rows of their own, not repeats. `record` names the column by which
    the rows of a file are joined to one, which has what they differ in as LINES. `let` names SQL
    over raw columns that expressions of targets use, each over those above it; `lookups` give them
    columns of other exports. `not_loaded` are columns of its files that are known and not wanted.
    """

    source: str
    name: str
    doc: str
    files: str
    format: str
    party: str
    columns: tuple[RawColumn, ...]
    targets: tuple[Target, ...]
    reading: Reading = Reading()
    time_zone: str | None = None
    keeps_repeats: bool = False
    currency: str | None = None
    country: str | None = None
    record: str | None = None
    let: Mapping[str, str] = field(default_factory=dict)
    lookups: tuple[Lookup, ...] = ()
    not_loaded: tuple[str, ...] = ()

    @property
    def in_file(self) -> tuple[RawColumn, ...]:
        """The columns that a file has: those of a record's lines stand beside the others."""
        whole = [c.fields or (c,) for c in self.columns if c.path != FILE_TIME]
        return tuple(column for columns in whole for column in columns)

    @property
    def is_table(self) -> bool:
        """Whether it is a Delta table, read again as a whole at each new version."""
        return self.format == "delta"

    @property
    def file_time(self) -> str | None:
        """The column that holds when a row's file was last written, where one is declared; tables
        have no such time.
        """
        found = (c.name for c in self.columns if c.path == FILE_TIME and not self.is_table)
        return next(found, None)

    @property
    def record_key(self) -> tuple[str, ...]:
        """What names the record of which a row is a version, as SQL over raw columns: of the first
        target whose rows are versions, one of facts before one of parties. Nothing where rows are
        parts of a group, or are no versions.
        """
        if self.record is not None:
            return (self.record,)
        plain = [t for t in self.targets if t.has_versions and not t.explode]
        if not plain or any(target.group_by for target in self.targets):
            return ()
        chosen = next((t for t in plain if "party_id" not in t.table.keys), plain[0])
        keys = [name for name in chosen.table.keys if name != "valid_from"]
        sql = tuple(chosen.columns.get(name, name) for name in keys)
        personal = {c.name for c in self.columns if c.pii or c.nested_pii}
        named = re.findall(r"\w+", _LITERAL.sub("", " ".join(sql)))
        return () if personal & set(named) else sql

    @property
    def table(self) -> Table:
        """The bronze contract: declared columns, personal ones as tokens, and where each row came
        from.
        """
        return Table(
            f"bronze.{self.source}_{self.name}",
            "One row per row of an export.",
            self.doc,
            (
                *_BEFORE,
                *(Column(c.name, _bronze_type(c), _doc(c), pii=c.pii) for c in self.columns),
                *_AFTER,
            ),
            keys=("row_hash", "run_number"),
            write=Append(),
            subject="party_id",
        )


@dataclass(frozen=True)
class Source:
    """A source instance: its name is part of every key, so two shops of one vendor stay apart."""

    name: str
    folder: str
    tables: tuple[RawTable, ...]


def _bronze_type(column: RawColumn) -> T.DataType:
    return T.StringType() if column.pii else spark_type(column.type)


def _doc(column: RawColumn) -> str:
    return f"Raw {column.path}." if not column.pii else f"Token of raw {column.path}."
