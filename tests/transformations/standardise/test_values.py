"""Values of a target: words of its vocabulary, amounts of its currency, what the source says."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import Row, SparkSession

from holdfast.transformations.sources.contract import RawTable
from holdfast.transformations.sources.mapping import parse_mapping
from holdfast.transformations.sources.types import MappingError
from holdfast.transformations.standardise.apply_mapping import map_rows
from holdfast.transformations.standardise.collapse_versions import SET_ASIDE
from holdfast.transformations.standardise.rules import Limits, RetailerRules
from holdfast.transformations.standardise.text import Lexicon
from holdfast.transformations.standardise.unknown_words import find_unknown_words

RULES = RetailerRules(
    Limits(5, 1990, ("USD", "JPY", "KWD", "EUR")), Lexicon((), (), {}), "UTC", "USD", ""
)
AT = {"event_at": "at", "available_at": "at"}
CHARGE = {
    "table": "silver.subscription_charges",
    "columns": {"charge_id": "id", "status": "word", "currency": "code", "amount": "amount", **AT},
    "words": {"status": {"Success": "paid", "error": "failed"}},
}
LINE = {
    "table": "silver.order_lines",
    "columns": {
        "line_id": "id",
        "order_id": "'o'",
        "quantity": "amount",
        "currency": "shop_currency",
        "net_amount": "amount",
        "discount_amount": "0",
        **AT,
    },
}


def mapping(target: dict[str, Any], **of_shop: str) -> RawTable:
    columns = {"id": "string", "word": "string", "code": "string", "amount": "decimal(18,4)"}
    whole = {"files": "*.csv", "format": "csv", "party": "id", "targets": [target]}
    return parse_mapping("s", "t", {**whole, "columns": {**columns, "at": "timestamp"}, **of_shop})


def mapped(
    spark: SparkSession, raw: RawTable, rows: list[tuple[str, str | None, str, str]]
) -> Mapping[str, Row]:
    """Rows of the target by their id, refused ones with their reasons."""
    (target,) = raw.targets
    nobody = spark.createDataFrame([], "kind string, token string, value string")
    found = map_rows(bronze(spark, rows), raw, target, nobody, RULES).collect()
    return dict(zip([row[0] for row in rows], found, strict=True))


def bronze(spark: SparkSession, rows: list[tuple[str, str | None, str, str]]) -> Any:
    given = [(key, word, code, Decimal(amount)) for key, word, code, amount in rows]
    return spark.createDataFrame(
        given, "id string, word string, code string, amount decimal(18,4)"
    ).selectExpr(
        "'s' as source",
        "id as party_id",
        "*",
        "timestamp'2025-01-02' as at",
        "'t.csv' as input_file",
        "current_timestamp() as ingested_at",
        "id as row_hash",
    )


def test_words_are_those_of_the_contract_and_unknown_ones_are_kept_as_such(
    spark: SparkSession,
) -> None:
    said = ["SUCCESS", " success ", "error", "Skipped", "limbo", None]
    rows = [(str(n), word, "USD", "1") for n, word in enumerate(said)]
    raw = mapping(CHARGE)
    found = mapped(spark, raw, rows)
    assert [row.status for row in found.values()] == [
        "paid",
        "paid",
        "failed",
        "skipped",
        "unknown",
        None,
    ]
    assert found["5"][SET_ASIDE].reasons == "null:status"
    named = find_unknown_words(bronze(spark, rows), raw, raw.targets[0], RULES)
    assert named is not None
    assert [tuple(row) for row in named.collect()] == [("status", "limbo", 1)]


def test_a_word_of_a_list_without_unknown_is_refused(spark: SparkSession) -> None:
    columns = {"consent_event_id": "id", "purpose": "word", "channel": "'all'", **AT}
    target = {"table": "silver.consent_events", "columns": {**columns, "state": "'granted'"}}
    rows = [("1", "Marketing", "USD", "1"), ("2", "astrology", "USD", "1")]
    found = mapped(spark, mapping(target), rows)
    assert found["1"].purpose == "marketing"
    assert found["2"][SET_ASIDE].reasons == "word:purpose"


def test_amounts_have_the_decimals_of_their_currency(spark: SparkSession) -> None:
    rows = [("1", "x", "USD", "10.005"), ("2", "x", "JPY", "1000.4"), ("3", "x", "KWD", "1.2345")]
    plain = mapped(spark, mapping(CHARGE), rows)
    assert [row.amount for row in plain.values()] == [
        Decimal(a) for a in ("10.01", "1000", "1.235")
    ]
    minor = mapped(
        spark,
        mapping({**CHARGE, "minor_units": True}),
        [("1", "x", "USD", "1005"), ("2", "x", "JPY", "1005"), ("3", "x", "KWD", "1005")],
    )
    assert [row.amount for row in minor.values()] == [
        Decimal(amount) for amount in ("10.05", "1005", "1.005")
    ]


def test_a_line_by_weight_is_kept_and_one_of_nothing_is_removed(spark: SparkSession) -> None:
    rows = [("1", None, "", "0.75"), ("2", None, "", "0"), ("3", None, "", "-1")]
    found = mapped(spark, mapping(LINE), rows)
    assert (found["1"].quantity, found["1"].removed_at) == (Decimal("0.75"), None)
    assert found["2"].removed_at == found["2"].version_at
    assert "check:quantity" in found["3"][SET_ASIDE].reasons


@pytest.mark.parametrize(("of_shop", "currency"), [({}, "USD"), ({"currency": "EUR"}, "EUR")])
def test_the_source_says_its_currency_else_the_retailer_does(
    spark: SparkSession, of_shop: dict[str, str], currency: str
) -> None:
    found = mapped(spark, mapping(LINE, **of_shop), [("1", None, "", "1")])
    assert found["1"].currency == currency


def test_a_country_that_nobody_named_is_unknown(spark: SparkSession) -> None:
    target = {
        "table": "silver.parties",
        "columns": {"party_kind": "'guest'", "jurisdiction": "shop_country", **AT},
    }
    rows = [("1", None, "", "1")]
    assert mapped(spark, mapping(target), rows)["1"].jurisdiction is None
    assert mapped(spark, mapping(target, country="DE"), rows)["1"].jurisdiction == "DE"


def test_words_that_no_contract_has_and_no_currency_are_named() -> None:
    wrong = {**CHARGE, "words": {"status": {"done": "finished"}, "amount": {"a": "b"}}}
    with pytest.raises(MappingError) as error:
        mapping(wrong, currency="XYZ")
    said = str(error.value)
    assert "words of status: finished is not one of paid, failed," in said
    assert "words of amount: b is not one of any" in said
    assert "currency XYZ is not of ISO 4217" in said
