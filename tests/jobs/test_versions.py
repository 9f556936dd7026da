"""Records that change, end and come back, from raw files to gold: what is newest counts, and what
was so on a day was so on that day.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
from deltalake import DeltaTable
from pyspark.sql import SparkSession

from holdfast.jobs.cli.bootstrap import open_runner
from tests.fixtures import versions

AS_OF: Final = date(2025, 12, 1)
BEFORE: Final = date(2025, 9, 2)  # one horizon earlier
JOBS: Final = ["ingest", "standardise", "resolve_identity", "build_features", "build_gold"]
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Root:
    """A root after one run, and what the run said."""

    place: Path
    said: str

    def rows(self, table: str) -> Rows:
        found: Rows = (
            DeltaTable(self.place / table.replace(".", "/")).to_pyarrow_table().to_pylist()
        )
        return found

    def customer(self, party: str) -> int:
        keys = {row["party_id"]: row["customer_id"] for row in self.rows("gold.customer_keys")}
        return int(keys[party])

    def customer_360(self, party: str) -> dict[str, Any]:
        return next(
            row
            for row in self.rows("gold.customer_360")
            if row["customer_id"] == self.customer(party)
        )

    def snapshot(self, party: str, day: date = AS_OF) -> dict[str, Any] | None:
        mine = [
            row
            for row in self.rows("features.customer_snapshots")
            if (row["customer_id"], row["as_of"]) == (self.customer(party), day)
        ]
        return mine[0] if mine else None

    def orders(self, source: str) -> dict[str, dict[str, Any]]:
        """Orders of a source in gold, by their own id."""
        start = f"{source}:"
        return {
            row["order_id"].removeprefix(start): row
            for row in self.rows("gold.customer_orders")
            if row["order_id"].startswith(start)
        }


@pytest.fixture(scope="module")
def root(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Root:
    base = tmp_path_factory.mktemp("versions")
    versions.write(base / "root" / "raw", base / "sources")
    said: list[str] = []
    with open_runner(
        "mini", str(base / "root"), [], as_of=str(AS_OF), mappings=str(base / "sources"), quiet=True
    ) as runner:
        runner.progress.say = said.append  # what the screen would show
        runner.run(JOBS)
    return Root(base / "root", "\n".join(said))


def test_an_order_whose_newest_version_a_filter_takes_counts_nothing(root: Root) -> None:
    assert set(root.orders("woo")) == {"502", "504", "505", "506", "507", "509", "510"}
    known = root.customer_360("woo:1")
    assert (known["orders"], known["historic_amount"]) == (1, Decimal("30.00"))


def test_it_counted_until_that_version_was_made(root: Root) -> None:
    before, after = root.snapshot("woo:2", BEFORE), root.snapshot("woo:2")
    assert before is not None and after is not None
    assert (before["orders_90d"], before["spend_365d"]) == (2, 45.0)
    assert (after["orders_365d"], after["spend_365d"]) == (1, 5.0)


def test_an_order_counts_from_its_first_good_version_on(root: Root) -> None:
    before, after = root.snapshot("woo:3", BEFORE), root.snapshot("woo:3")
    assert before is not None and after is not None
    assert (before["orders_90d"], before["spend_365d"]) == (1, 7.0)
    assert (after["orders_365d"], after["spend_365d"]) == (3, 157.0)


def test_a_newer_version_that_is_refused_takes_the_older_one_out(root: Root) -> None:
    known = root.customer_360("woo:4")
    assert (known["orders"], known["historic_amount"]) == (1, Decimal("9.00"))
    refused = next(row for row in root.rows("silver.orders") if row["order_id"] == "woo:508")
    assert refused["withdrawn_by"] == "quarantined:check:net_amount"
    line = "woo/orders.csv: 1 refused for silver.orders: check:net_amount 1 (-60.00 USD)"
    assert line in root.said.splitlines()


def test_a_flag_that_is_blank_passes_a_filter(root: Root) -> None:
    assert {"910201", "910202"} <= set(root.orders("shopify"))
    assert "910203" not in root.orders("shopify")
    assert root.customer_360("shopify:9102")["historic_amount"] == Decimal("25.00")


def test_a_cancellation_that_was_taken_back_is_none(root: Root) -> None:
    assert not root.orders("shopify")["910102"]["is_cancelled"]
    assert root.customer_360("shopify:9101")["historic_amount"] == Decimal("71.00")
    taken = root.snapshot("shopify:9101")
    assert taken is not None and (taken["orders_90d"], taken["spend_365d"]) == (2, 71.0)


def test_a_ticket_that_was_reopened_is_open(root: Root) -> None:
    assert root.customer("zendesk:Z1") == root.customer("shopify:9101")
    taken = root.snapshot("shopify:9101")
    assert taken is not None
    assert (taken["open_tickets"], taken["open_urgent_tickets"], taken["tickets_90d"]) == (1, 1, 2)


def test_a_line_edited_away_is_no_longer_in_the_basket(root: Root) -> None:
    taken = root.snapshot("shopify:9111")
    assert taken is not None and taken["products_365d"] == 1


def test_an_order_is_whose_its_newest_version_says(root: Root) -> None:
    assert root.orders("woo")["510"]["customer_id"] == root.customer("woo:6")
    assert root.customer_360("woo:6")["historic_amount"] == Decimal("12.00")
    assert root.customer_360("woo:5")["orders"] == 0


def test_an_amount_goes_with_the_currency_of_its_version(root: Root) -> None:
    known = root.customer_360("shopify:9116")
    assert (known["currency"], known["historic_amount"]) == ("CAD", Decimal("9.00"))
    before = root.snapshot("shopify:9116", BEFORE)
    assert before is not None and (before["currency"], before["spend_365d"]) == ("USD", 7.0)


def test_a_line_that_is_moved_is_of_its_new_order_and_was_of_the_old_one(root: Root) -> None:
    lines = {row["line_id"]: row for row in root.rows("silver.order_lines")}
    assert lines["shopify:L3"]["order_id"] == "shopify:911402"
    assert lines["shopify:L3"]["order_id_first"] == "shopify:911401"
    bought = [root.snapshot(f"shopify:{party}", BEFORE) for party in ("9114", "9115")]
    assert [taken and taken["products_365d"] for taken in bought] == [2, 1]


def test_an_e_mail_that_came_back_is_the_customers_and_the_one_between_is_not(root: Root) -> None:
    assert root.customer("shopify:9112") == root.customer("klaviyo:K1")
    assert root.customer("shopify:9112") != root.customer("klaviyo:K2")


def test_an_e_mail_that_its_record_lost_joins_nobody(root: Root) -> None:
    assert root.customer("shopify:9113") != root.customer("klaviyo:K3")


def test_what_was_taken_out_has_its_reason_in_the_equation(root: Root) -> None:
    details = {
        row["subject"]: row["detail"].split(": ", 1)[1] for row in root.rows("ops.dq_results")
    }
    assert details["woo > silver.orders"] == (
        "read 16 = 4 filtered:paid + 7 landed + 1 older_version + 1 quarantined + "
        "2 withdrawn:filtered:paid + 1 withdrawn:quarantined:check:net_amount; 10 keys landed"
    )
    failed = [row["detail"] for row in root.rows("ops.dq_results") if not row["is_passed"]]
    assert failed == ["shopify, USD: 3 orders of 100.00, their lines of 60.00"]  # as it is exported
