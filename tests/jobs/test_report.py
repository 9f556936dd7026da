"""The report of a published run, read back as figures and as a page."""

import csv
import shutil
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from holdfast.jobs.cli.bootstrap import run_standalone
from holdfast.jobs.runtime.config.errors import UsageError
from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.stages.report.earlier import read_earlier
from holdfast.jobs.stages.report.model import ReportData
from holdfast.jobs.stages.report.queries import load_report_data
from holdfast.transformations.tables.gold import CUSTOMER_360
from tests.fixtures import shop as small


@pytest.fixture(scope="module")
def data(spark: SparkSession, shop: Path) -> ReportData:
    """The figures that the job itself put on the shop's page, three top_customers among them."""
    seen: list[ReportData] = []

    def spied(ctx: Context, top_customers: int) -> ReportData:
        seen.append(load_report_data(ctx, top_customers))
        return seen[0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("holdfast.jobs.report.load_report_data", spied)
        run_standalone(small.opened(spark, shop, "report.top_customers=3"), "report")
    return seen[0]


def test_the_cube_holds_everyone_once_and_money_only_of_the_scored(data: ReportData) -> None:
    cube = data.customers
    assert cube.groupby("score_status")["customers"].sum().to_dict() == {
        "scored": 20,
        "no_consent": 1,
        "objected": 1,
        "inactive": 1,
        "no_purchase": 1,
    }
    dollars = cube[(cube["score_status"] == "scored") & (cube["currency"] == "USD")]
    assert dollars["expected_amount"].sum() == 40 * sum(range(1, 20))
    assert dollars["at_risk_amount"].sum() == pytest.approx(
        sum(40 * i * i / 32 for i in range(1, 20)), abs=0.2
    )


def test_callers_are_the_most_valuable_at_risk_in_the_main_currency(data: ReportData) -> None:
    assert data.top_customers["customer_id"].tolist() == [19, 18, 17]


def test_the_list_of_callers_says_who_may_not_be_contacted(data: ReportData) -> None:
    assert data.top_customers["is_contact_allowed"].tolist() == [True, False, True]


def test_everyone_at_risk_is_in_the_list_beside_the_page(shop: Path, data: ReportData) -> None:
    with (shop / "report" / "customers_at_risk.csv").open(encoding="utf-8", newline="") as file:
        header, *people = csv.reader(file)
    assert header == [*CUSTOMER_360.names, "is_contact_allowed"]
    ids = [int(row[0]) for row in people]
    assert ids == [*range(19, 10, -1), 20]  # who pays in euros stands behind
    assert [row[-1] for row in people] == [str(i % 2 == 1) for i in ids]


def test_the_run_before_is_read_as_it_was_published_while_its_files_are_there(
    spark: SparkSession, shop: Path, root: Path
) -> None:
    shutil.copytree(shop, root)
    old = list((root / "gold" / "customer_360").glob("*.parquet"))
    runner = small.publish(spark, root, [(CUSTOMER_360, [{"customer_id": 1}])], ["publish"])
    last = runner.ledger.published
    assert last and last.number == 2
    ctx = runner.open_context(runner.pipeline["report"], last)
    earlier = read_earlier(ctx)
    assert earlier and earlier.as_of == small.DAY
    assert earlier.customers["customers"].sum() == len(small.PEOPLE)
    assert earlier.metrics["value"].round(9).tolist() == [0.83]
    for file in old:
        file.unlink()
    assert read_earlier(ctx) is None


def test_values_fall_into_the_group_of_the_edge_below_them(data: ReportData) -> None:
    year = data.values[(data.values["horizon_days"] == 365) & (data.values["currency"] == "USD")]
    sizes = dict(zip(year["bin"].astype(float), year["customers"], strict=True))
    assert sizes == {25: 1, 50: 1, 100: 4, 250: 6, 500: 7}


def test_reasons_are_of_those_at_risk_and_rules_of_all_scored(data: ReportData) -> None:
    by_reason = {row.reason: (row.customers, row.mean_value) for row in data.evidence.itertuples()}
    assert by_reason == {"price": (5, 160.0), "service": (5, 150.0)}
    assert dict(data.rule_hits.itertuples(index=False)) == {"idle_high": 4, "browsing": 4}


def test_metrics_are_those_of_the_newest_champion(data: ReportData) -> None:
    assert (data.metrics["model_version"].tolist(), data.metrics["value"].round(9).tolist()) == (
        [3],
        [0.83],
    )
    assert data.decisions["why"].tolist() == ["why 3"]


def test_rows_are_accounted_for_by_source(data: ReportData) -> None:
    assert data.batches.to_numpy().tolist() == [["shop", 2, 200, 180, 14, 6, 0]]
    assert data.freshness[["table_name", "rows"]].to_numpy().tolist() == [
        ["silver.orders", 23],
        ["silver.refund_lines", 1],
    ]


def test_the_job_writes_one_page_under_the_root(shop: Path, data: ReportData) -> None:
    page = (shop / "report.html").read_text(encoding="utf-8")
    # 1 + ... + 20 thirty-seconds are 6.56 leavers; in dollars 40 x (1² + ... + 19²) / 32
    assert "7 of 20 active customers are expected to leave in the next 90 days" in page
    assert "and $3,088 with them." in page
    assert len(data.top_customers) == page.count('class="dial"><i')


def test_before_anything_is_published_it_says_what_to_do(spark: SparkSession, root: Path) -> None:
    with pytest.raises(UsageError, match="Nothing has been published"):
        run_standalone(small.opened(spark, root), "report")
