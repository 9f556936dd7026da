"""What a table is: one frozen value from which reads, writes, DDL, docs, tests and privacy walks
follow.
"""

from dataclasses import dataclass, field
from typing import Final

from pyspark.sql import types as T

from holdfast.transformations.tables.vocabulary import Purpose

LAYERS: Final = ("bronze", "silver", "features", "gold", "ops")


@dataclass(frozen=True)
class Column:
    """One column of a contract.

    `unit` names what is counted (days, minor units, share); `pii` the kind of personal value whose
    token the column holds; `check` a SQL predicate every non-null value satisfies; `purpose` the
    consent purpose under which the column may be used; `scoped` an id that starts with the name of
    its source.
    """

    name: str
    type: T.DataType
    doc: str
    nullable: bool = True
    unit: str | None = None
    pii: str | None = None
    check: str | None = None
    purpose: Purpose | None = None
    scoped: bool = False


@dataclass(frozen=True)
class Append:
    """Rows are only ever added."""


@dataclass(frozen=True)
class Upsert:
    """One row per key: the newest version wins, by `version_at`, then `row_hash`.

    Every column in `mutable` is stored twice: `<name>_first` as it stood in the lowest version,
    which is all that features may read, and `<name>` as it stands in the newest. Instants in `ends`
    tell when what the row is about came to an end: `<name>` as the newest version says,
    `<name>_first` the earliest instant at which any version had said so. The other columns never
    change.
    """

    mutable: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReplaceWhere:
    """A write replaces the slices whose `by` values it holds, and nothing else."""

    by: tuple[str, ...] = ("as_of",)


@dataclass(frozen=True)
class Scd2:
    """Type-2 history: one row per interval `[valid_from, valid_to)`, the open one with a null
    end.
    """


@dataclass(frozen=True)
class Overwrite:
    """A write replaces the whole table in one commit."""


WritePolicy = Append | Upsert | ReplaceWhere | Scd2 | Overwrite


@dataclass(frozen=True)
class Table:
    """A table's contract.

    `grain` says what one row is; `subject` the column (or `column>table` path) that leads to the
    person a row is about; `retention` how long rows are kept; `shared` that several jobs append to
    it; `survives_abandon` that undoing a run leaves its rows: logs, and values that tokens already
    lead to.
    """

    name: str
    grain: str
    doc: str
    columns: tuple[Column, ...]
    keys: tuple[str, ...]
    write: WritePolicy
    cluster_by: tuple[str, ...] = ()
    subject: str | None = None
    retention: str | None = None
    version: int = 1
    shared: bool = False
    survives_abandon: bool = False
    _names: tuple[str, ...] = field(init=False, repr=False, compare=False, default=())

    def __post_init__(self) -> None:
        if self.layer not in LAYERS:
            raise ValueError(f"{self.name}: a table's name starts with one of {', '.join(LAYERS)}")
        object.__setattr__(self, "columns", self.columns + _versions(self))
        names = tuple(column.name for column in self.columns)
        if len(set(names)) != len(names):
            raise ValueError(f"{self.name}: a column is declared twice")
        unknown = set(self.keys + self.cluster_by + _mutable(self.write)) - set(names)
        if unknown:
            raise ValueError(f"{self.name}: no such column: {', '.join(sorted(unknown))}")
        object.__setattr__(self, "_names", names)

    @property
    def layer(self) -> str:
        """The part of the name before the dot: bronze, silver, features, gold or ops."""
        return self.name.partition(".")[0]

    @property
    def short_name(self) -> str:
        """The part of the name after the dot."""
        return self.name.partition(".")[2]

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in contract order."""
        return self._names

    @property
    def unstamped_names(self) -> tuple[str, ...]:
        """The same without `run_number`, which the store stamps as it writes."""
        return tuple(name for name in self._names if name != "run_number")

    @property
    def ends(self) -> tuple[str, ...]:
        """Names of the instants that `Upsert.ends` lists."""
        return self.write.ends if isinstance(self.write, Upsert) else ()

    @property
    def first_ends(self) -> tuple[str, ...]:
        """Their columns that features may read."""
        return tuple(f"{name}_first" for name in self.ends)

    @property
    def schema(self) -> T.StructType:
        """The Spark schema, in contract order."""
        return T.StructType([T.StructField(c.name, c.type, c.nullable) for c in self.columns])

    def __getitem__(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name}")


def _mutable(write: WritePolicy) -> tuple[str, ...]:
    return (*write.mutable, *write.ends) if isinstance(write, Upsert) else ()


def _versions(table: Table) -> tuple[Column, ...]:
    """The columns that an Upsert needs to stay independent of the order of deliveries."""
    if not isinstance(table.write, Upsert):
        return ()
    by_name = {column.name: column for column in table.columns}
    docs = {
        **dict.fromkeys(table.write.mutable, "{} as it stood in the lowest version."),
        **dict.fromkeys(
            table.write.ends, "{} once a version had said so; later versions do not move it."
        ),
    }
    firsts = (
        _for_first(by_name[name], doc.format(name)) for name, doc in docs.items() if name in by_name
    )
    instant, text = T.TimestampType(), T.StringType()
    marks = (
        ("version_at", instant, "When the newest version was made at the source."),
        ("version_at_first", instant, "When the lowest version was made."),
        ("row_hash", text, "Keyed hash of the newest version's declared values."),
        ("row_hash_first", text, "Keyed hash of the lowest version's values."),
    )
    return (*firsts, *(Column(name, kind, doc, nullable=False) for name, kind, doc in marks))


def _for_first(column: Column, doc: str) -> Column:
    """The column that keeps a column's value of the lowest version."""
    name = f"{column.name}_first"
    check = column.check.replace(column.name, name) if column.check else None
    return Column(name, column.type, doc, unit=column.unit, pii=column.pii, check=check)
