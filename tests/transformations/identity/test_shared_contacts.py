"""Addresses that several customers have, against hand-made records."""

from pyspark.sql import SparkSession

from bench.records.retail import SCHEMA
from holdfast.transformations.identity.shared_contacts import list_shared_contacts
from tests.frames import assert_same_rows
from tests.models.identity.cases import record


def test_an_address_of_several_customers_is_listed_for_each_who_has_it(spark: SparkSession) -> None:
    records = spark.createDataFrame(
        [
            record("shop:1", emails=["info@firm.example"], phones=["16175550142"]),
            record("mail:1", emails=["info@firm.example"]),
            record("shop:2", emails=["own@home.example"], phones=["16175550142"]),
            record("mail:2", emails=["own@home.example"]),
            record("shop:3", emails=["alone@home.example"]),
        ],
        SCHEMA,
    )
    customers = {"shop:1": 1, "mail:1": 9, "shop:2": 2, "mail:2": 2, "shop:3": 3}
    members = spark.createDataFrame([*customers.items()], "party_id string, customer_id long")
    expected = [
        ("shop:1", "email", "mail:1"),
        ("mail:1", "email", "mail:1"),
        ("shop:1", "phone", "shop:1"),
        ("shop:2", "phone", "shop:1"),
    ]
    assert_same_rows(
        list_shared_contacts(records, members),
        spark.createDataFrame(expected, "party_id string, kind string, held_with string"),
    )
