"""Bringing a frame to its contract: exact names, exact types, contract order, every difference in
one error.
"""

from pyspark.sql import DataFrame

from holdfast.transformations.tables.table import Table


class ContractError(ValueError):
    """A frame does not have the shape its contract promises."""


def conform(frame: DataFrame, table: Table) -> DataFrame:
    """`frame` with the columns of `table` in contract order; other columns are left out.

    Nothing is cast. Raises ContractError naming every missing and every retyped column at once.
    """
    actual = {field.name: field.dataType for field in frame.schema.fields}
    missing = [column.name for column in table.columns if column.name not in actual]
    retyped = [
        f"{column.name} is {actual[column.name].simpleString()}, not {column.type.simpleString()}"
        for column in table.columns
        if column.name in actual and actual[column.name] != column.type
    ]
    problems = [f"missing {', '.join(missing)}"] * bool(missing) + retyped
    if problems:
        raise ContractError(f"{table.name}: " + "; ".join(problems))
    return frame.select(*table.names)
