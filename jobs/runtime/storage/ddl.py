"""DDL of a contract: the only SQL text besides the store's, built from quoted contract names."""

from holdfast.transformations.tables.table import Column, Table

_GOLD = {"delta.checkpointPolicy": "classic"}


def create_table(table: Table, address: str) -> str:
    """CREATE TABLE IF NOT EXISTS with comments, NOT NULL, checks and statistics free of personal
    values.
    """
    columns = ",\n  ".join(_column(column) for column in table.columns)
    properties = ", ".join(
        f"'{key}' = '{_escape(value)}'" for key, value in table_properties(table).items()
    )
    cluster = (
        f"\nCLUSTER BY ({', '.join(table.cluster_by)})"
        if table.cluster_by and table.layer != "gold"
        else ""
    )
    return (
        f"CREATE TABLE IF NOT EXISTS {address} (\n  {columns}\n) USING delta{cluster}\n"
        f"COMMENT '{_escape(comment(table))}'\nTBLPROPERTIES ({properties})"
    )


def comment(table: Table) -> str:
    """Grain first, then what the table is."""
    return f"{table.grain} {table.doc}"


def table_properties(table: Table) -> dict[str, str]:
    """Delta properties a table is born with."""
    properties = {
        "delta.enableDeletionVectors": "false",
        "delta.dataSkippingStatsColumns": ",".join(f"`{name}`" for name in _statistics(table)),
        "holdfast.contractVersion": str(table.version),
        **(_GOLD if table.layer == "gold" else {}),
    }
    for column in table.columns:
        if column.check:
            properties[f"delta.constraints.{column.name}_check"] = _check(column)
    return properties


def add_columns(table: Table, address: str, names: list[str]) -> str:
    """ALTER TABLE that adds new nullable columns with their comments."""
    return (
        f"ALTER TABLE {address} ADD COLUMNS ({', '.join(_column(table[name]) for name in names)})"
    )


def _column(column: Column) -> str:
    required = "" if column.nullable else " NOT NULL"
    unit = f" [{column.unit}]" if column.unit else ""
    return f"`{column.name}` {column.type.simpleString()}{required} COMMENT '{_escape(column.doc + unit)}'"


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
