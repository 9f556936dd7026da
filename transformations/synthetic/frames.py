"""The generated retailer as plans: one task a block, so that any number of machines writes the same
rows.
"""

from collections.abc import Iterator

import pyarrow as pa
from pyspark.sql import DataFrame

from holdfast.transformations.synthetic.block import block_lines
from holdfast.transformations.synthetic.generator import SyntheticRetailer
from holdfast.transformations.synthetic.ground_truth import block_truth

LINE_COLUMNS = "source string, name string, delivery int, position bigint, line string"
TRUTH_COLUMNS = {
    "records": "party_id string, person_id bigint, household_id bigint",
    "people": "person_id bigint, household_id bigint, segment string, cause string, left_on date",
    "snapshots": "person_id bigint, as_of date, no_order_90d_probability double, expected_365d_amount double",
    "outcomes": "person_id bigint, action string, no_order_90d_probability double, expected_365d_amount double",
}


def lines(blocks: DataFrame, retailer: SyntheticRetailer) -> DataFrame:
    """Every line of the raw exports: source, name, delivery, position, line. `blocks` has one
    column, `id`.
    """

    def write(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for block in batch.column("id").to_pylist():
                yield from block_lines(retailer, block).to_batches()

    return blocks.mapInArrow(write, LINE_COLUMNS)


def truth(blocks: DataFrame, retailer: SyntheticRetailer, name: str) -> DataFrame:
    """One table of the truth: records, people, snapshots or outcomes."""

    def know(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for block in batch.column("id").to_pylist():
                yield from block_truth(retailer, block, name).to_batches()

    return blocks.mapInArrow(know, TRUTH_COLUMNS[name])
