"""Households of customers, from pairs of people who live together."""

import pandas as pd
from pyspark.sql import SparkSession

from holdfast.models.identity.households import household_rows
from holdfast.models.identity.shared_homes import find_households


def pairs(*rows: tuple[int, int, float]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["a", "b", "probability"])


def test_a_household_is_named_by_its_smallest_customer_and_joins_through_others() -> None:
    assert household_rows(pairs((7, 3, 0.6), (7, 9, 0.8), (12, 11, 0.5))) == [
        (3, 3, 0.6),
        (7, 3, 0.8),
        (9, 3, 0.8),
        (11, 11, 0.5),
        (12, 11, 0.5),
    ]


def test_who_moved_out_does_not_make_one_home_of_two() -> None:
    parents = [(1, 2, 0.99), (1, 3, 0.99), (2, 3, 0.99), (1, 4, 0.9), (2, 4, 0.9), (3, 4, 0.9)]
    own = [(4, 5, 0.8), (4, 6, 0.8), (5, 6, 0.95)]
    found = household_rows(pairs(*parents, *own))
    assert [household for _, household, _ in found] == [1, 1, 1, 1, 5, 5]
    assert found[3] == (4, 1, 0.9)


def test_a_pair_of_one_customer_makes_no_household() -> None:
    assert household_rows(pairs((4, 4, 0.9))) == []
    assert household_rows(pairs()) == []


def test_spark_finds_the_households_of_the_driver(spark: SparkSession) -> None:
    known = pairs((7, 3, 0.6), (3, 7, 0.9), (7, 9, 0.8), (4, 4, 0.9), (12, 11, 0.5), (1, 12, 0.7))
    frame = spark.createDataFrame(known, "a long, b long, probability double")
    found = sorted(tuple(row) for row in find_households(frame).collect())
    assert found == household_rows(known)
