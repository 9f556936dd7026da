"""What is sent to other systems, by the job itself, over two days."""

import shutil
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from holdfast.transformations.tables.gold import CUSTOMER_REDIRECTS, DECISION_LOG, OUTBOX
from holdfast.transformations.tables.silver import CONSENT_STATE
from tests.fixtures import shop as small


def test_only_who_allows_it_is_queued_and_an_old_id_leads_on(
    spark: SparkSession, shop: Path
) -> None:
    store = small.opened(spark, shop).store
    queued = {row.customer_id for row in store.read(OUTBOX).collect()}
    assert queued == {i for i in small.SCORED if i % 2 == 1}
    decided = {row.customer_id: row.action for row in store.read(DECISION_LOG).collect()}
    assert decided == {i: "share" if i % 2 else "withhold" for i in small.SCORED}
    leads = {
        row.customer_id: row.current_customer_id for row in store.read(CUSTOMER_REDIRECTS).collect()
    }
    assert leads == {**{i: i for i in range(1, 25)}, 99: 2}


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
    later = small.opened(spark, root).store.read(OUTBOX).filter("run_number = 2").collect()
    assert [(row.customer_id, row.operation, row.payload) for row in later] == [
        (3, "clear", '{"customer_id":3}')
    ]
