"""The packaged mapping of the grocery panel: receipts to the cent, worked out by hand."""

from decimal import Decimal
from typing import Any, Final

import pytest
from pyspark.sql import SparkSession

from holdfast.jobs.runtime.config.sources import load_packaged
from holdfast.transformations.standardise.apply_mapping import map_rows
from holdfast.transformations.standardise.collapse_versions import SET_ASIDE
from holdfast.transformations.standardise.rules import Limits, RetailerRules
from holdfast.transformations.standardise.text import Lexicon

RULES: Final = RetailerRules(Limits(5, 1990, ("USD",)), Lexicon((), (), {}), "UTC", "EUR", "")
# Household, basket, product, units, dollars received, the retailer's own discount, the coupon's and
# what the retailer added to it.
LINES: Final = (
    ("1", "b1", "milk", 2, "3.98", "0.40", "0", "0"),
    ("1", "b1", "soap", 1, "2.005", "0", "0.5", "0.25"),
    ("1", "b1", "fuel", 13_500, "39.99", "0", "0", "0"),
    ("1", "b1", "coupon", 0, "0", "0", "0.55", "0"),
    ("2", "b2", "milk", 1, "1.99", "0", "0", "0"),
)
RAW: Final = (
    "household_id string, basket_id string, product_id string, quantity int, sales_value "
    "decimal(18,3), retail_disc decimal(18,3), coupon_disc decimal(18,3), coupon_match_disc "
    "decimal(18,3)"
)
Rows = dict[str, Any]


@pytest.fixture(scope="module")
def found(spark: SparkSession) -> dict[str, Rows]:
    """Orders and lines that the mapping makes, by id, without those it filters."""
    (raw,) = (r for r in load_packaged() if (r.source, r.name) == ("journey", "transactions"))
    given = [(*line[:4], *(Decimal(amount) for amount in line[4:])) for line in LINES]
    bronze = spark.createDataFrame(given, RAW).selectExpr(
        "'journey' as source",
        "concat('journey:h', household_id) as party_id",
        "*",
        "'31401' as store_id",
        "40 as week",
        # half past ten in the evening of the day before in New York
        "timestamp'2017-10-02 02:30:00' as transaction_timestamp",
        "'transactions-2017-10.parquet' as input_file",
        "timestamp'2018-01-01' as ingested_at",
        "concat(basket_id, product_id) as row_hash",
    )
    nobody = spark.createDataFrame([], "kind string, token string, value string")
    return {
        target.table.name: {
            row[target.table.keys[0]]: row
            for row in map_rows(bronze, raw, target, nobody, RULES).collect()
            if row[SET_ASIDE] is None
        }
        for target in raw.targets
        if target.table.name in ("silver.orders", "silver.order_lines")
    }


def test_a_receipt_is_what_the_shop_received_and_all_discounts(found: dict[str, Rows]) -> None:
    orders = {
        key: (row.currency, row.net_amount, row.discount_amount, row.has_coupon)
        for key, row in found["silver.orders"].items()
    }
    assert orders == {
        # 3.98 + 2.005 + 39.99 = 45.975; 0.40 + 0.50 + 0.25: the coupon's own line is no goods
        "journey:b1": ("USD", Decimal("45.98"), Decimal("1.15"), True),
        "journey:b2": ("USD", Decimal("1.99"), Decimal("0"), False),
    }
    assert {str(row.ordered_on) for row in found["silver.orders"].values()} == {"2017-10-01"}


def test_a_line_has_its_cents_and_a_full_tank_is_one_unit(found: dict[str, Rows]) -> None:
    lines = {
        key.removeprefix("journey:"): (row.quantity, row.net_amount, row.discount_amount)
        for key, row in found["silver.order_lines"].items()
    }
    assert lines == {
        "b1-milk": (2, Decimal("3.98"), Decimal("0.40")),
        "b1-soap": (1, Decimal("2.01"), Decimal("0.75")),
        "b1-fuel": (1, Decimal("39.99"), Decimal("0")),
        "b2-milk": (1, Decimal("1.99"), Decimal("0")),
    }
