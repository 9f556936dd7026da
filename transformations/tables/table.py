"""What a table is: one frozen value from which reads, writes, DDL, docs, tests and privacy walks
follow.
"""

from dataclasses import dataclass, field, replace
from typing import Final

from pyspark.sql import types as T

from holdfast.transformations.tables.vocabulary import Purpose

LAYERS: Final = ("bronze", "silver", "audit", "features", "gold", "ops")


@dataclass(frozen=True)
class Column:
    """One column of a contract.

    `unit` names what is counted (days, minor units, share); `pii` the kind of personal value whose
    token the column holds; `check` a SQL predicate every non-null value satisfies; `purpose` the
    consent purpose under which the column may be used; `scoped` an id that starts with the name of
    its source; `words` all that the column may hold.
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
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Append:
    """Rows are only ever added."""


@dataclass(frozen=True)
class Upsert:
    """One row per key: the newest version wins, by `version_at`, then `row_hash`.

    Every column in `mutable` is stored twice: `<name>_first` as it stood in the lowest version,
    which is all that features may read, and `<name>` as it stands in the newest. The instant `end`
    tells when what the row is about came to an end, as the newest version says: null again where
    the end was taken back. The mutable column `dated` is one whose every value counts while it
    lasts. What the versions between said of both, and when a filter or a check set one aside,
    stands in silver.fact_states. Whose the row is (`party_id`) is as the newest version says:
    knowledge of people, which counts for all days. The other columns never change.
    """

    mutable: tuple[str, ...] = ()
    end: str | None = None
    dated: str | None = None


@dataclass(frozen=True)
class ReplaceWhere:
    """A write replaces the slices whose `by` values it holds, and nothing else."""

    by: tuple[str, ...] = ("as_of",)


@dataclass(frozen=True)
class Scd2:
    """Type-2 history: one row per interval `[valid_from, valid_to)`, the open one with a null
    end. A write holds the whole history of each key, by default but for `valid_from`, or of each
    value of the columns `of`.
    """

    of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Overwrite:
    """A write replaces the whole table in one commit."""


WITHDRAWAL: Final = (
    Column(
        "withdrawn_at",
        T.TimestampType(),
        "When a newer version was made that a filter or a check set aside; null while the row "
        "stands.",
    ),
    Column(
        "withdrawn_by",
        T.StringType(),
        "`filtered:<filter>`, or `quarantined:` and the rules that the version breaks.",
    ),
)

WritePolicy = Append | Upsert | ReplaceWhere | Scd2 | Overwrite


@dataclass(frozen=True)
class Table:
    """A table's contract.

    `grain` says what one row is; `subject` the column (or `column>table` path) that leads to the
    person a row is about; `retention` how long rows are kept, `keep_days` for how many days files
    of older versions are kept at most; `shared` that several jobs append to it; `survives_abandon`
    that undoing a run leaves its rows: logs, and values that tokens already lead to; `is_sealed`
    that it holds values under the root's key, in a folder of its owner alone.
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
    keep_days: int = 30
    version: int = 1
    shared: bool = False
    survives_abandon: bool = False
    is_sealed: bool = False
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
        """The part of the name before the dot: bronze, silver, audit, features, gold or ops."""
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
    def end(self) -> str | None:
        """The instant at which what a row is about came to an end, where the table has one."""
        return self.write.end if isinstance(self.write, Upsert) else None

    @property
    def dated(self) -> str | None:
        """The column whose every value counts while it lasts, where the table has one."""
        return self.write.dated if isinstance(self.write, Upsert) else None

    @property
    def owner(self) -> tuple[str, ...]:
        """The column that says whose a row is, where its key does not."""
        has_owner = "party_id" in self.names and "party_id" not in self.keys
        return ("party_id",) if has_owner and isinstance(self.write, Upsert) else ()

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
    if not isinstance(write, Upsert):
        return ()
    return tuple(name for name in (*write.mutable, write.end, write.dated) if name is not None)


def _versions(table: Table) -> tuple[Column, ...]:
    """The columns that an Upsert needs to stay independent of the order of deliveries."""
    if not isinstance(table.write, Upsert):
        return ()
    by_name = {column.name: column for column in table.columns}
    firsts = (_for_first(by_name[name]) for name in table.write.mutable if name in by_name)
    instant, text = T.TimestampType(), T.StringType()
    marks = (
        ("version_at", instant, "When the newest version was made at the source."),
        ("version_at_first", instant, "When the lowest version was made."),
        ("row_hash", text, "Keyed hash of the newest version's declared values."),
        ("row_hash_first", text, "Keyed hash of the lowest version's values."),
    )
    return (
        *firsts,
        *(Column(name, kind, doc, nullable=False) for name, kind, doc in marks),
        *WITHDRAWAL,
    )


def _for_first(column: Column) -> Column:
    """The column that keeps a column's value of the lowest version."""
    name, doc = f"{column.name}_first", f"{column.name} as it stood in the lowest version."
    check = column.check.replace(column.name, name) if column.check else None
    return replace(column, name=name, doc=doc, nullable=True, check=check)
