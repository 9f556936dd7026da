"""Records of which too little is known, or the same of too many: an answer, and what to know."""

import time
from typing import Any, Final

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from bench.records.retail import COLUMNS, SCHEMA
from holdfast.models.identity.matching import IdentityConfig
from holdfast.models.identity.resolution import resolve_records
from tests.models.identity.cases import record
from tests.models.identity.resolved import read_resolution

CONFIG: Final = IdentityConfig()


def test_parties_without_any_personal_value_are_customers_of_their_own(spark: SparkSession) -> None:
    households = spark.createDataFrame(
        [record(f"panel:{i}", "household") for i in range(30)], SCHEMA
    )
    found = read_resolution(resolve_records(households, CONFIG))
    assert (
        found.records["group"].tolist()
        == found.records["party_id"].tolist()
        == sorted(f"panel:{i}" for i in range(30))
    )
    assert found.pairs.empty and found.households.empty


@pytest.mark.parametrize(
    ("rows", "people", "said"),
    [
        ([record("a:1", emails=["anna@home.example"])], 1, "no pair to compare"),
        (
            [record("a:1", emails=["anna@home.example"]), record("a:2", first_name="anna")],
            2,
            "no pair to compare",
        ),
        ([record(f"a:{i}", first_name="anna") for i in range(3)], 3, "2 records equal another"),
        ([record(f"a:{i}", emails=["anna@home.example"]) for i in range(3)], 1, ""),
    ],
)
def test_too_little_to_learn_from_is_answered_and_said(
    spark: SparkSession, rows: list[dict[str, Any]], people: int, said: str
) -> None:
    found = read_resolution(resolve_records(spark.createDataFrame(rows, SCHEMA), CONFIG))
    assert found.records["group"].nunique() == people
    assert found.records["probability"].between(0, 1).all()
    assert found.note.startswith(said)


def test_a_key_of_very_many_joins_nobody_and_that_is_said(spark: SparkSession) -> None:
    till = [record(f"till:{i:03}", phones=["12125550100"]) for i in range(650)]
    found = read_resolution(resolve_records(spark.createDataFrame(till, SCHEMA), CONFIG))
    assert found.records["group"].nunique() == 650
    assert found.note.startswith("phone: 650 records share one with too many to compare")


@pytest.mark.slow
def test_a_million_equal_records_stay_apart_and_that_is_said(spark: SparkSession) -> None:
    nothing = F.array().cast("array<string>")
    known = {"first_name": "anna", "address": "1 main st"}
    crowd = spark.range(1_000_000).select(
        F.concat(F.lit("web:"), F.col("id").cast("string")).alias("party_id"),
        F.lit("guest").alias("party_kind"),
        *(nothing.alias(name) for name in ("emails", "phones", "devices")),
        *(F.lit(known.get(name)).cast("string").alias(name) for name in COLUMNS[5:]),
    )
    began = time.monotonic()
    found = read_resolution(resolve_records(crowd, CONFIG))
    assert time.monotonic() - began < 120
    assert found.records["group"].nunique() == 1_000_000
    assert found.note.startswith("999,999 records equal another")


@pytest.mark.slow
def test_two_hundred_thousand_records_with_one_address_stay_apart(spark: SparkSession) -> None:
    number = F.col("id").cast("string")
    nothing = F.array().cast("array<string>")
    crowd = spark.range(200_000).select(
        F.concat(F.lit("web:"), number).alias("party_id"),
        F.lit("guest").alias("party_kind"),
        F.array(F.lit("info@shop.example")).alias("emails"),
        nothing.alias("phones"),
        nothing.alias("devices"),
        *(F.lit(None).cast("string").alias(name) for name in COLUMNS[5:]),
    )
    found = read_resolution(resolve_records(crowd, CONFIG))
    assert found.pairs.empty
    assert found.records["group"].nunique() == 200_000
    assert found.note.startswith("email: 200,000 records")
