"""Frames of Spark as the small frames that a report is made of."""

import pandas as pd
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.jobs.stages.report.model import COLUMNS


def collect_part(name: str, frame: DataFrame) -> pd.DataFrame:
    """The columns of a part of the report, decimals as doubles, rows in an order of their own."""
    kept = [
        F.col(column).cast("double") if kind.startswith("decimal") else F.col(column)
        for column, kind in frame.select(*COLUMNS[name]).dtypes
    ]
    found = frame.select(
        *(column.alias(title) for column, title in zip(kept, COLUMNS[name], strict=True))
    ).toPandas()
    return pd.DataFrame(found)


def count_rows(name: str) -> Column:
    """How many rows there are, as a column of that name."""
    return F.count(F.lit(1)).alias(name)


def collect_cube(everyone: DataFrame) -> pd.DataFrame:
    """The cube of `gold.customer_360`: customers, records, money and the central moments of the
    number of leavers by what they have in common.
    """
    leaving = F.col("churn_probability")
    spread = leaving * (1 - leaving)
    cube = everyone.groupBy(
        "score_status", "risk_band", "top_reason", "main_channel", "currency"
    ).agg(
        count_rows("customers"),
        F.count_if(F.col("orders") == F.lit(1)).alias("one_time_buyers"),
        F.sum("parties").alias("parties"),
        F.sum("expected_365d_amount").alias("expected_amount"),
        F.sum("value_if_stays_amount").alias("if_stays_amount"),
        F.sum("value_at_risk_amount").alias("at_risk_amount"),
        F.sum(leaving).alias("expected_leavers"),
        F.sum(spread).alias("leavers_variance"),
        F.sum(spread * (1 - 2 * leaving)).alias("leavers_third"),
    )
    return collect_part("customers", cube)
