"""The report on a telephone, a tablet and a screen, laid out by a browser: nothing scrolls sideways
but tables in their own boxes; and whether it tells an address.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from holdfast.jobs.cli.bootstrap import open_runner, run_standalone
from holdfast.jobs.stages.report.model import ReportData
from holdfast.jobs.stages.report.page import render
from tests.browser import measure_widths, needs_browser
from tests.jobs.stages.report import fake
from tests.slow.roots import opened_vault

pytestmark = pytest.mark.slow

WIDTHS = (390, 768, 1440)
LONG = "a_rule_with_a_name_as_long_as_a_source_can_make_it_" * 4


@pytest.fixture(scope="module")
def page(clean: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the clean run of conftest.py, its lists beside it."""
    place = tmp_path_factory.mktemp("page") / "report.html"
    with open_runner("mini", str(clean), [f"report.path={place}"], quiet=True) as runner:
        run_standalone(runner, "report")
    return place


def crowded() -> ReportData:
    """Names as long as they come, and more channels than fit side by side."""
    data = fake.retailer()
    many = {f"channel_number_{number}": 0.1 for number in range(10)}
    return replace(
        data,
        customers=fake.cube(fake.REASONS, many),
        top_customers=data.top_customers.assign(main_channel=LONG, customer_id=2**52),
        batches=data.batches.assign(source=[f"{LONG}{row}" for row in data.batches.index]),
        quarantine=data.quarantine.assign(source=LONG, reasons=LONG),
        freshness=data.freshness.assign(source=LONG),
        checks=data.checks.assign(is_passed=False, subject=LONG, detail=LONG),
    )


@needs_browser
@pytest.mark.parametrize("data", [fake.retailer, fake.grocer, fake.beginner, fake.nobody, crowded])
def test_the_page_is_never_wider_than_its_window(
    data: Callable[[], ReportData], tmp_path: Path
) -> None:
    found = measure_widths(render(data()), WIDTHS, tmp_path)
    assert found == dict(zip(WIDTHS, WIDTHS, strict=True))


@needs_browser
def test_a_page_that_is_too_wide_is_measured_as_such(tmp_path: Path) -> None:
    page = '<!doctype html><body style="margin:0"><p style="width:800px">wide</p>'
    assert measure_widths(page, WIDTHS, tmp_path) == {390: 800, 768: 800, 1440: 1440}


@needs_browser
def test_the_page_of_a_real_run_is_never_wider_than_its_window(page: Path, tmp_path: Path) -> None:
    found = measure_widths(page.read_text(encoding="utf-8"), WIDTHS, tmp_path)
    assert found == dict(zip(WIDTHS, WIDTHS, strict=True))


def test_page_and_lists_of_a_real_run_hold_no_address(clean: Path, page: Path) -> None:
    kinds = ("email", "phone", "address")
    places = [row["value"].lower() for row in opened_vault(clean) if row["kind"] in kinds]
    files = [page, *page.with_suffix("").glob("*.csv")]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files).lower()
    assert len(files) == 7 and len(places) > 100
    assert [place for place in set(places) if place in text] == []
