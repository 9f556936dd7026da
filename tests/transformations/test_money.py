"""Amounts in minor units: each currency by its own."""

from decimal import Decimal

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from holdfast.transformations.money import from_minor, round_to_unit, to_minor
from holdfast.transformations.sources.currencies import DECIMALS, decimals_of, format_amount

CASES = [  # currency, amount, minor units, the amount with its currency's decimals
    ("USD", "12.34", 1234, "12.34"),
    ("USD", "10.005", 1001, "10.01"),
    ("USD", "-10.005", -1001, "-10.01"),
    ("EUR", "0.004", 0, "0"),
    ("JPY", "1000", 1000, "1000"),
    ("JPY", "1000.5", 1001, "1001"),
    ("KRW", "5", 5, "5"),
    ("KWD", "1.234", 1234, "1.234"),
    ("BHD", "0.001", 1, "0.001"),
    ("HRK", "7.5", 750, "7.5"),  # withdrawn: as most currencies
]


def test_amounts_go_to_minor_units_and_back(spark: SparkSession) -> None:
    given = [(code, Decimal(amount)) for code, amount, _, _ in CASES]
    frame = spark.createDataFrame(given, "currency string, amount decimal(18,3)")
    amount, currency = F.col("amount"), F.col("currency")
    minor = to_minor(amount, currency)
    found = frame.select(
        minor.alias("minor"),
        from_minor(minor, currency).alias("back"),
        round_to_unit(amount, currency).alias("rounded"),
    ).collect()
    for (code, amount_, whole, shown), row in zip(CASES, found, strict=True):
        assert (row.minor, row.back, row.rounded) == (whole, Decimal(shown), Decimal(shown)), (
            code,
            amount_,
        )


@pytest.mark.parametrize(
    ("currency", "decimals"),
    [("USD", 2), ("JPY", 0), ("KRW", 0), ("KWD", 3), ("XOF", 0), ("TND", 3)],
)
def test_a_currency_has_the_decimals_of_iso_4217(currency: str, decimals: int) -> None:
    assert decimals_of(currency) == decimals


def test_metals_and_units_of_account_are_no_currencies_to_be_paid_in() -> None:
    assert not {"XAU", "XXX", "XTS", "CLF", "UYW"} & set(DECIMALS)


def test_an_amount_is_shown_with_its_own_decimals() -> None:
    shown = [format_amount(Decimal("1234.500"), code) for code in ("USD", "JPY", "KWD")]
    assert shown == ["1,234.50", "1,234", "1,234.500"]
