"""What a contract is in Delta: statements, properties, comments. SQL text stands here and in the
store.
"""

from collections.abc import Sequence
from typing import Final

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from holdfast.transformations.tables.table import Column, Table

REQUIRED: Final = "delta.constraints.required"
KEPT: Final = "delta.deletedFileRetentionDuration"
_GOLD = {"delta.checkpointPolicy": "classic"}


def create_table(table: Table, address: str) -> str:
    """CREATE TABLE IF NOT EXISTS with comments, NOT NULL, checks and statistics free of personal
    values.
    """
    columns = ",\n  ".join(_column(column) for column in table.columns)
    clauses = _clauses(table, table_properties(table))
    return f"CREATE TABLE IF NOT EXISTS {address} (\n  {columns}\n) {clauses}"


def create_from(table: Table, address: str, view: str, *, replace: bool = False) -> str:
    """The same table born with the rows of a view, in one commit; `replace` what lies there.

    The view's columns are those of `with_comments`. Delta's writer makes every column nullable, so
    that one CHECK stands for all NOT NULL.
    """
    found = {**table_properties(table), REQUIRED: not_null(table)}
    create = "CREATE OR REPLACE TABLE" if replace else "CREATE TABLE"
    return f"{create} {address} {_clauses(table, found)}\nAS SELECT * FROM {view}"


def create_view(table: Table, view: str, address: str, version: int | None) -> str:
    """A view of a table at a version (None: the newest), with what the table is."""
    pin = "" if version is None else f" VERSION AS OF {version}"
    described = f"COMMENT '{_escape(comment(table))}'"
    return f"CREATE OR REPLACE VIEW {view}\n{described}\nAS SELECT * FROM {address}{pin}"


def with_comments(frame: DataFrame, table: Table) -> DataFrame:
    """The contract's columns with their comments, which the table they are written to keeps."""
    named = ((column.name, {"comment": _text(column)}) for column in table.columns)
    return frame.select(*(F.col(name).alias(name, metadata=note) for name, note in named))


def comment(table: Table) -> str:
    """Grain first, then what the table is."""
    return f"{table.grain} {table.doc}"


def not_null(table: Table) -> str:
    """The condition that no required column is null."""
    names = [column.name for column in table.columns if not column.nullable]
    return " AND ".join(f"`{name}` IS NOT NULL" for name in names)


def cluster_columns(table: Table) -> tuple[str, ...]:
    """Columns the table is clustered by; a gold table is not, so that every reader can open it."""
    return () if table.layer == "gold" else table.cluster_by


def keep_for(table: Table) -> str:
    """For how long the log names files that newer versions have given up, as Delta writes it."""
    return f"interval {table.keep_days} days"


def table_properties(table: Table) -> dict[str, str]:
    """Delta properties a table is born with."""
    properties = {
        "delta.enableDeletionVectors": "false",
        "delta.dataSkippingStatsColumns": ",".join(f"`{name}`" for name in _statistics(table)),
        KEPT: keep_for(table),
        "holdfast.contractVersion": str(table.version),
        **(_GOLD if table.layer == "gold" else {}),
    }
    for column in table.columns:
        if column.check:
            properties[f"delta.constraints.{column.name}_check"] = _check(column)
    return properties


def describe_breach(table: Table, found: T.StructType, addable: Sequence[str]) -> str:
    """What keeps a table with the columns `found` from its contract, but for columns that are
    `addable`; empty: nothing.
    """
    types = {field.name: field.dataType for field in found.fields}
    new = [name for name in table.names if name not in types and name not in addable]
    retyped = [c.name for c in table.columns if c.name in types and types[c.name] != c.type]
    gone = [name for name in types if name not in table.names]
    kinds = {"new:": new, "type changed:": retyped, "no longer declared:": gone}
    return "; ".join(f"{kind} {', '.join(names)}" for kind, names in kinds.items() if names)


def add_columns(table: Table, address: str, names: list[str]) -> str:
    """ALTER TABLE that adds new nullable columns with their comments."""
    added = ", ".join(_column(table[name]) for name in names)
    return f"ALTER TABLE {address} ADD COLUMNS ({added})"


def only_in(column: str, allowed: SparkColumn) -> SparkColumn:
    """The column's own values; one that is not `allowed` fails the write, as replaceWhere does."""
    refused = F.raise_error(F.concat(F.lit(f"REPLACE_WHERE_MISMATCH: {column} "), F.col(column)))
    return F.when(allowed, F.col(column)).otherwise(refused)


def _clauses(table: Table, properties: dict[str, str]) -> str:
    """What follows the columns: format, clustering, comment and properties."""
    listed = ", ".join(f"'{key}' = '{_escape(value)}'" for key, value in properties.items())
    cluster = (
        f"\nCLUSTER BY ({', '.join(cluster_columns(table))})" if cluster_columns(table) else ""
    )
    described = f"COMMENT '{_escape(comment(table))}'\nTBLPROPERTIES ({listed})"
    return f"USING delta{cluster}\n{described}"


def _column(column: Column) -> str:
    required = "" if column.nullable else " NOT NULL"
    kind = column.type.simpleString()
    return f"`{column.name}` {kind}{required} COMMENT '{_escape(_text(column))}'"


def _text(column: Column) -> str:
    return column.doc + (f" [{column.unit}]" if column.unit else "")


def _check(column: Column) -> str:
    """A null passes where the contract allows it; NaN, which sorts above everything, never does."""
    rule = f"({column.check})"
    if column.type.simpleString() in ("double", "float"):
        rule = f"({rule} AND NOT isnan({column.name}))"
    return f"({column.name} IS NULL OR {rule})" if column.nullable else rule


def _statistics(table: Table) -> list[str]:
    plain = {"bigint", "int", "date", "timestamp", "string", "double"}
    kept = [
        c.name
        for c in table.columns
        if not c.pii
        and (c.type.simpleString() in plain or c.type.simpleString().startswith("decimal"))
    ]
    first = [*table.cluster_by, *(name for name in kept if name in table.keys), *kept]
    return list(dict.fromkeys(first))[:32]


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")
