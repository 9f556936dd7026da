"""Arrow kernels that see all rows of a customer at once, and days as whole numbers."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Final

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import types as T
from pyspark.sql.pandas.types import to_arrow_schema

NEVER: Final = 2**40  # a day that does not come
_EPOCH: Final = date(1970, 1, 1)


def map_customers(
    rows: DataFrame,
    schema: T.StructType,
    compute: Callable[[pa.Table], Iterable[pa.Table]],
    partitions: int | None = None,
) -> DataFrame:
    """The tables that `compute` makes of whole customers, in the columns of `schema`. One shuffle
    by customer_id, to as many partitions as the session's shuffles have unless it is said.
    """
    arrow = to_arrow_schema(schema)

    def kernel(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        held = list(batches)
        if held:
            for table in compute(pa.Table.from_batches(held)):
                yield from table.select(arrow.names).cast(arrow).to_batches()

    parts = () if partitions is None else (partitions,)
    return rows.repartition(*parts, "customer_id").mapInArrow(kernel, schema)


def number_days(days: Sequence[date]) -> list[int]:
    """Each day once as days from 1970-01-01, ascending."""
    return sorted({(day - _EPOCH).days for day in days})
