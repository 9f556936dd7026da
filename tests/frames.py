"""Two frames compared by chispa."""

from chispa import assert_df_equality
from pyspark.sql import DataFrame


def assert_same_rows(found: DataFrame, expected: DataFrame) -> None:
    """Equal names, types and rows, each as often, in whatever order the rows come."""
    assert_df_equality(
        found, expected, ignore_row_order=True, ignore_nullable=True, ignore_metadata=True
    )
