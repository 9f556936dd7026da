"""Households of customers on Spark."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.models.fitting import keep_computed
from holdfast.models.identity.households import BY_PROBABILITY, LARGEST, TOGETHER
from holdfast.models.identity.linking import link_pairs


def find_households(pairs: DataFrame) -> DataFrame:
    """customer_id, household_id and probability, as `household_rows` has them."""
    sides = [F.least("a", "b").alias("left"), F.greatest("a", "b").alias("right")]
    others = pairs.filter(F.col("a") != F.col("b")).select(*sides, "probability")
    surest = others.groupBy("left", "right").agg(F.max("probability").alias("probability"))
    together = F.lit(TOGETHER) + F.col("probability") / F.lit(BY_PROBABILITY)
    known = keep_computed(surest.withColumn("strength", together))
    return link_pairs(known, TOGETHER, LARGEST).toDF("customer_id", "household_id", "probability")
