"""Devices beside people: a login is an edge, two people of one device are none."""

from pyspark.sql import SparkSession

from holdfast.models.identity.grouping import group_records
from holdfast.models.identity.matching import IdentityConfig


def test_a_device_joins_its_one_person_and_makes_no_pair_of_two(spark: SparkSession) -> None:
    names = spark.createDataFrame(
        [(party, party) for party in "abd"], "party_id string, first_party_id string"
    )
    scores = (
        "pattern string, edge_kind string, match_probability double, "
        "household_probability double, match_weight double"
    )
    pairs = spark.createDataFrame(
        [("a", "b", "0", "email", 0.9, 0.0, 3.0)], f"left string, right string, {scores}"
    )
    own = spark.createDataFrame([], f"party_id string, {scores}")
    logins = spark.createDataFrame(
        [("d", "a", False), ("d", "b", False)],
        "device string, other string, is_other_device boolean",
    )
    found = group_records(names, pairs, own, logins, IdentityConfig(), "")
    assert {row["party_id"]: row["group"] for row in found.records.collect()} == dict.fromkeys(
        "abd", "a"
    )
    edges = found.pairs.orderBy("left", "right").toPandas()
    assert edges["edge_kind"].tolist() == ["email", "device", "device"]
    assert edges["pattern"].tolist() == ["0", None, None]
