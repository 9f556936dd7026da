"""What is sent to other systems, by the job itself, over two days."""

import shutil
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from holdfast.transformations.tables.gold import CUSTOMER_REDIRECTS, OUTBOX
from holdfast.transformations.tables.silver import CONSENT_STATE
from tests.fixtures import shop as small
from tests.frames import assert_same_rows

_ID = "customer_id long"


def test_only_who_allows_it_is_queued_and_an_old_id_leads_on(
    spark: SparkSession, shop: Path
) -> None:
    store = small.opened(spark, shop).store
    assert_same_rows(
        store.read(OUTBOX).select("customer_id"),
        spark.createDataFrame([(i,) for i in small.SCORED if i % 2], _ID),
    )
    assert_same_rows(
        store.read(CUSTOMER_REDIRECTS).select("customer_id", "current_customer_id"),
        spark.createDataFrame(
            [(99, 2), *((i, i) for i in small.PEOPLE)], f"{_ID}, current_customer_id long"
        ),
    )


@pytest.mark.slow
def test_the_next_day_tells_what_changed_and_a_withdrawal_clears(
    spark: SparkSession, shop: Path, root: Path
) -> None:
    shutil.copytree(shop, root)
    about = {"party_id": "shop:3", "purpose": "marketing", "channel": "email"}
    withdrawn = [
        {**about, "valid_from": "2025-01-01", "valid_to": "2025-12-30", "is_allowed": True},
        {**about, "valid_from": "2025-12-30", "is_allowed": False},
    ]
    small.publish(spark, root, [(CONSENT_STATE, withdrawn)], ["activate"])
    later = small.opened(spark, root).store.read(OUTBOX).filter("run_number = 2")
    assert_same_rows(
        later.select("customer_id", "operation", "payload"),
        spark.createDataFrame(
            [(3, "clear", '{"customer_id":3}')], f"{_ID}, operation string, payload string"
        ),
    )
