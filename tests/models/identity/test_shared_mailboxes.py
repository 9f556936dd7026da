"""A mailbox that many people use, in a retailer's first few records."""

from pyspark.sql import SparkSession

from bench.records.retail import SCHEMA
from holdfast.models.identity.matching import IdentityConfig
from holdfast.models.identity.resolution import resolve_records
from tests.models.identity.cases import record
from tests.models.identity.resolved import read_resolution


def test_a_shared_mailbox_joins_nobody_by_its_name_either(spark: SparkSession) -> None:
    streets = ("elm", "oak", "ash", "fir", "yew", "box")
    till = [
        record(
            f"till:{i}",
            emails=["kasse@shop.example"],
            phones=[f"1617555016{i}"],
            address=f"{10 + 7 * i} {street} st",
            postcode="02135",
        )
        for i, street in enumerate(streets)
    ]
    others = [
        record(
            f"shop:{i}",
            first_name=f"name{i}",
            last_name=f"family{i}",
            emails=[f"n{i}@home.example"],
            phones=[f"1212555{1000 + i}"],
            address=f"{i} main st",
            postcode=str(10000 + i),
        )
        for i in range(30)
    ]
    frame = spark.createDataFrame([*till, *others], SCHEMA)
    found = read_resolution(resolve_records(frame, IdentityConfig()))
    assert found.records["group"].nunique() == len(till) + len(others)
