"""A function of an Arrow table over a frame, batch by batch."""

from collections.abc import Callable, Iterator

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import types as T
from pyspark.sql.pandas.types import to_arrow_schema


def map_batches(
    frame: DataFrame, schema: T.StructType, work: Callable[[pa.Table], pa.Table]
) -> DataFrame:
    """What `work` makes of each batch of `frame`: the columns of `schema`, whatever else it has."""
    arrow = to_arrow_schema(schema)

    def kernel(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            if batch.num_rows:
                made = work(pa.Table.from_batches([batch]))
                yield from made.select(arrow.names).cast(arrow).to_batches()

    return frame.mapInArrow(kernel, schema)
