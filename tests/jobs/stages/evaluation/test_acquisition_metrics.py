"""First touches against what truly brought people."""

from pyspark.sql import SparkSession

from holdfast.jobs.stages.evaluation.acquisition_metrics import measure_first_touches


def test_a_known_touch_is_right_or_not_and_a_till_is_no_touch(spark: SparkSession) -> None:
    """Of five who bought, three have a known first touch, of whom two are right; who never bought
    does not count.
    """
    said = ["email", "paid_search", "paid_search", "pos", None, "referral"]
    customers = spark.createDataFrame(
        [(number, name, int(number < 5)) for number, name in enumerate(said)],
        "customer_id long, acquired_through string, orders int",
    )
    persons = spark.createDataFrame(
        [(number, number) for number in range(6)], "customer_id long, person_id long"
    )
    true = ["email", "paid_search", "organic_search", "pos", "email", "direct"]
    truth = spark.createDataFrame(list(enumerate(true)), "person_id long, channel string")
    assert measure_first_touches(customers, persons, truth) == {
        "first_touch_known_share": 3 / 5,
        "first_touch_right_share": 2 / 3,
    }
