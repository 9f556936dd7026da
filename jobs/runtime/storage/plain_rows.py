"""Plain values as rows of a contract."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pyspark.sql import types as T

from holdfast.transformations.tables.table import Table


def shape_row(values: Mapping[str, Any], table: Table) -> tuple[Any, ...]:
    """Values by name in the order of the contract, numbers with the decimals of their columns; what
    is not given is null.
    """
    return tuple(_hold(values.get(column.name), column.type) for column in table.columns)


def _hold(value: Any, kind: T.DataType) -> Any:
    if isinstance(kind, T.DecimalType) and isinstance(value, int | float):
        return Decimal(f"{value:.{kind.scale}f}") + Decimal(0)  # minus zero is zero
    if isinstance(kind, T.IntegralType) and value is not None:
        return int(value)
    return str(value) if isinstance(kind, T.StringType) and value is not None else value
