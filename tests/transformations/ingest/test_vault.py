"""Personal values: tokens of one party only, normal forms that match, keyed hashes as the standard
has them.
"""

import hashlib
import hmac

from chispa import assert_column_equality
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from holdfast.transformations.ingest.bronze import token, with_token_source
from holdfast.transformations.ingest.keyed_hash import hmac_sha256, pads
from holdfast.transformations.ingest.sealing import open_vault
from holdfast.transformations.ingest.vault import (
    TokenSource,
    extract_values,
    find_held_tokens,
    vault_rows,
    with_normal_forms,
)
from holdfast.transformations.sources.mapping import parse_mapping
from tests.frames import assert_same_rows
from tests.sealed import derived, keys_frame

SALT = b"s" * 32
DIGESTS = derived(b"k" * 32, "digests of personal values")


def test_200000_records_with_one_e_mail_have_a_token_each_and_one_normal_form(
    spark: SparkSession,
) -> None:
    keys = keys_frame(spark, salt=SALT)
    values = spark.range(200_000).select(
        F.concat(F.lit("shop:"), "id").alias("party_id"),
        F.lit("email").alias("kind"),
        F.lit("Info@Example.org").alias("value"),
        F.lit(None).cast("string").alias("country"),
        F.lit("2025-01-01").cast("timestamp").alias("available_at"),
    )
    minted = open_vault(vault_rows(values, TokenSource(keys, None, "US")), keys)
    row = minted.agg(
        F.count(F.lit(1)),
        F.count_distinct("token"),
        F.count_distinct("normalised"),
        F.max("normalised"),
    ).collect()[0]
    assert tuple(row) == (200_000, 200_000, 1, "info@example.org")


def test_a_row_gets_the_token_the_vault_holds_else_the_one_it_mints(spark: SparkSession) -> None:
    keys = keys_frame(spark, salt=SALT)
    rows = spark.createDataFrame(
        [("p1", "a@x.org"), ("p2", "a@x.org"), ("p3", None)], "party_id string, value string"
    )
    digest = hmac.digest(DIGESTS, b"p1\x1femail\x1fa@x.org", "sha256").hex()
    vault = spark.createDataFrame(
        [("p1", "email", digest, "old")],
        "party_id string, kind string, value_digest string, token string",
    )
    sourced = with_token_source(rows, keys, find_held_tokens(vault, rows))
    tokens = sourced.select("party_id", token(F.lit("email"), F.col("value")).alias("token"))
    minted = hashlib.sha256(SALT + b"p2\x1femail\x1fa@x.org").hexdigest()
    expected = [("p1", "old"), ("p2", minted), ("p3", None)]
    assert_same_rows(tokens, spark.createDataFrame(expected, "party_id string, token string"))


def test_a_value_has_the_normal_form_of_its_kind_and_country(spark: SparkSession) -> None:
    cases = [
        ("email", " Ann+News@Example.ORG ", None, "ann@example.org"),
        ("phone", "(212) 555-0187", None, "12125550187"),
        ("phone", "20 12 34 56", "DK", "4520123456"),
        ("phone", "20 12 34 56", None, None),
        ("last_name", "Соколова", "RU", "соколова"),
        ("address", "12 North Street, Apartment 4", None, "12 north st apt 4"),
        ("text", "anything", None, None),
    ]
    frame = spark.createDataFrame(
        [*cases, cases[0]], "kind string, value string, country string, expected string"
    )
    found = with_normal_forms(frame, "US")
    assert found.count() == len(cases) + 1
    assert_column_equality(found, "normalised", "expected")


def test_a_phone_belongs_to_the_country_that_its_row_names_else_to_the_source(
    spark: SparkSession,
) -> None:
    people = {"party_kind": "'customer'", "event_at": "at", "available_at": "at"}
    target = {"table": "silver.parties", "columns": people | {"jurisdiction": "home"}}
    values = {
        "files": "*",
        "format": "csv",
        "party": "id",
        "country": "US",
        "columns": {
            "id": "string",
            "phone": {"type": "string", "pii": "phone"},
            "country": "string",
            "at": "timestamp",
        },
        "let": {"home": "coalesce(country, shop_country)"},
        "targets": [target],
    }
    raw = parse_mapping("shop", "people", values)
    cases = [("1", "DK"), ("2", "uk "), ("3", None), ("4", "Denmark"), ("5", "US-CA")]
    rows = spark.createDataFrame(
        [(f"shop:{key}", "x", country) for key, country in cases],
        "party_id string, phone string, country string",
    ).withColumn("at", F.lit("2025-01-01").cast("timestamp"))
    found = extract_values(rows, raw, F.col("at")).select("party_id", "country").collect()
    wanted = {"1": "DK", "2": "UK", "3": "US", "4": "US", "5": "US"}
    assert {row.party_id: row.country for row in found} == {
        f"shop:{key}": country for key, country in wanted.items()
    }


def test_the_keyed_hash_is_hmac_sha256(spark: SparkSession) -> None:
    key, message = b"\x0b" * 20, "Hi There"  # RFC 4231, case 1
    padded = spark.createDataFrame([pads(key)], "inner binary, outer binary")
    (row,) = padded.select(
        hmac_sha256(F.lit(message), F.col("inner"), F.col("outer")).alias("digest")
    ).collect()
    assert row.digest == hmac.new(key, message.encode(), "sha256").hexdigest()
    assert row.digest.startswith("b0344c61d8db38535ca8afceaf0bf12b")
