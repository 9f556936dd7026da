"""Sealed values: opened by the key for the very row they were sealed for, and by nothing else."""

import base64
from typing import Any, Final

import pytest
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from holdfast.transformations.ingest.sealing import open_vault, reseal_vault, seal_vault
from tests.frames import assert_same_rows
from tests.sealed import derived, keys_frame, opened

KEY, OTHER = b"k" * 32, b"o" * 32
VALUES: Final = [
    ("shop:1", "email", "t1", "Ann@Example.org", "ann@example.org"),
    ("shop:2", "email", "t2", "Ann@Example.org", "ann@example.org"),
    ("shop:1", "text", "t3", "leave it at the door, Zoë", None),
]
NAMES: Final = ("party_id", "kind", "token", "value", "normalised")
SCHEMA: Final = ", ".join(f"{name} string" for name in NAMES)


@pytest.fixture
def plain(spark: SparkSession) -> DataFrame:
    return spark.createDataFrame(VALUES, SCHEMA)


def collected(frame: DataFrame) -> list[dict[str, Any]]:
    return [row.asDict() for row in frame.collect()]


def test_what_is_sealed_is_what_another_library_opens(plain: DataFrame) -> None:
    sealed = collected(seal_vault(plain, keys_frame(plain.sparkSession, KEY)))
    found = [
        {k: bytes(v) if k in ("value", "normalised") and v else v for k, v in row.items()}
        for row in sealed
    ]
    texts = {tuple(row[name] for name in NAMES) for row in opened(found, KEY)}
    assert texts == set(VALUES)


def test_what_is_sealed_is_opened_as_it_was(plain: DataFrame) -> None:
    keys = keys_frame(plain.sparkSession, KEY)
    again = open_vault(seal_vault(plain, keys), keys).select(*NAMES)
    assert_same_rows(again, plain)


def test_equal_values_look_alike_neither_over_parties_nor_over_time(plain: DataFrame) -> None:
    keys = keys_frame(plain.sparkSession, KEY)
    twice = [collected(seal_vault(plain.limit(2), keys)) for _ in range(2)]
    rows = [row for rows in twice for row in rows]
    assert len({bytes(row["value"]) for row in rows}) == 4
    assert len({row["value_digest"] for row in rows}) == 2, "each party's is found again"


@pytest.mark.parametrize(
    "changes",
    [
        {"party_id": "'shop:2'"},
        {"kind": "'phone'"},
        {"value": "normalised"},
        {"value": "unhex(concat(if(hex(value) like '00%', 'FF', '00'), substring(hex(value), 3)))"},
    ],
    ids=["another party", "another kind", "another column", "another byte"],
)
def test_a_value_in_the_place_of_another_cannot_be_opened(
    plain: DataFrame, changes: dict[str, str]
) -> None:
    keys = keys_frame(plain.sparkSession, KEY)
    sealed = seal_vault(plain.filter(F.col("token") == "t1"), keys)
    with pytest.raises(PySparkException) as raised:
        moved = sealed.withColumns({name: F.expr(text) for name, text in changes.items()})
        open_vault(moved, keys).collect()
    said = str(raised.value)
    assert "silver.pii_vault: the value behind token t1 was sealed with another key" in said
    assert "ann@example.org" not in said.lower()


def test_another_key_opens_nothing(plain: DataFrame) -> None:
    spark = plain.sparkSession
    sealed = seal_vault(plain, keys_frame(spark, KEY))
    with pytest.raises(PySparkException, match="sealed with another key"):
        open_vault(sealed, keys_frame(spark, OTHER)).collect()


def test_resealed_values_stand_behind_the_same_tokens_under_the_new_key_alone(
    plain: DataFrame,
) -> None:
    spark = plain.sparkSession
    before, after = keys_frame(spark, KEY), keys_frame(spark, OTHER)
    vault = reseal_vault(seal_vault(plain, before), before, after)
    assert_same_rows(open_vault(vault, after).select(*NAMES), plain)
    with pytest.raises(PySparkException, match="sealed with another key"):
        open_vault(vault, before).collect()


def test_no_key_stands_in_a_plan(plain: DataFrame, capsys: pytest.CaptureFixture[str]) -> None:
    keys = keys_frame(plain.sparkSession, KEY)
    open_vault(seal_vault(plain, keys), keys).explain(extended=True)
    plan = capsys.readouterr().out
    assert "aes_encrypt" in plan.lower() or "aesEncrypt" in plan
    for use in ("row hashes", "digests of personal values", "personal values"):
        key = derived(KEY, use)
        for text in (key.hex(), key.hex().upper(), base64.b64encode(key).decode(), repr(key)):
            assert text not in plan
