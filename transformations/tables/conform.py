"""Bringing a frame to its contract: the run's own columns, exact names, exact types, contract
order, every difference in one error.
"""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

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


def stamp_run(frame: DataFrame, table: Table, run_number: int, as_of: date | None) -> DataFrame:
    """`frame` with `run_number` and `as_of` of the run that writes it, each where `table` has the
    column and the frame does not carry it itself; a day not known yet is not stamped.
    """
    stamps = {"run_number": F.lit(run_number).cast("bigint")}
    if as_of is not None:
        stamps["as_of"] = F.lit(as_of)
    carried = set(frame.columns)
    wanted = {name: c for name, c in stamps.items() if name in table.names and name not in carried}
    return frame.withColumns(wanted) if wanted else frame
