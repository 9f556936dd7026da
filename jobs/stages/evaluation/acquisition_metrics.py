"""How customers first came, against what truly brought them."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.jobs.stages.evaluation.identity_metrics import Figures, share
from holdfast.transformations.tables.vocabulary import TRACED_CHANNELS


def measure_first_touches(customers: DataFrame, persons: DataFrame, truth: DataFrame) -> Figures:
    """Of customers with an order, the share whose first touch is known, and of these the share
    whose channel is the true one; `truth` has person_id and channel.
    """
    known = F.col("acquired_through").isin(*TRACED_CHANNELS)
    bought = customers.filter(F.col("orders") > 0).select("customer_id", "acquired_through")
    compared = bought.join(persons, on=["customer_id"], how="inner").join(
        truth.select("person_id", "channel"), on=["person_id"], how="inner"
    )
    is_right = known & (F.col("acquired_through") == F.col("channel"))
    found = compared.agg(F.count(F.lit(1)), F.count_if(known), F.count_if(is_right)).collect()[0]
    every, traced, right = map(float, found)
    return {
        "first_touch_known_share": share(traced, every),
        "first_touch_right_share": share(right, traced),
    }
