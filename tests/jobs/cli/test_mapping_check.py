"""What `holdfast sources check` says of files and mappings, and that it leaves nothing behind."""

import re
from pathlib import Path

import pytest
import yaml
from pyspark.sql import SparkSession
from typer.testing import CliRunner

from holdfast.jobs.cli.main import app
from holdfast.jobs.runtime.config import errors
from holdfast.jobs.runtime.config.sections import SourcesSettings
from holdfast.jobs.stages.raw_listing import is_remote
from tests.architecture.rule import REPOSITORY

PAGE = (REPOSITORY / "docs" / "sources.md").read_text(encoding="utf-8")
INSTANCES, MAPPING = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
ORDERS = [
    "id,customer_id,email,totals.net,test,source_name,created_at,updated_at",
    "1,7,ada@mailbox.example,19.99,false,website,2025-03-01T10:00:00Z,2025-03-01T10:00:00Z",
    "2,,bob@mailbox.example,30.01,,till,2025-03-02T10:00:00Z,2025-03-02T10:00:00Z",
    "3,7,ada@mailbox.example,5.00,true,website,2025-03-03T10:00:00Z,2025-03-03T10:00:00Z",
    "4,7,ada@mailbox.example,much,false,website,2025-03-04T10:00:00Z,2025-03-04T10:00:00Z",
    "5,7,ada@mailbox.example,80.00,false,website,2025-03-05T10:00:00Z,2025-03-05T10:00:00Z",
]


@pytest.fixture
def shop(spark: SparkSession, tmp_path: Path) -> Path:
    """A root with five orders, and the manual's own example as their mapping."""
    for name, text in (("root/raw/my_shop/orders-1.csv", ""), ("maps/my_shop/orders.yml", "")):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "root/raw/my_shop/orders-1.csv").write_text("\n".join(ORDERS))
    (tmp_path / "maps/my_shop/orders.yml").write_text(MAPPING)
    return tmp_path


def check(folder: Path, *words: str) -> tuple[int, str]:
    """Exit code and what was said, blanks aside."""
    asked = ["--root", str(folder / "root"), "--mappings", str(folder / "maps"), "--env", "mini"]
    ended = CliRunner().invoke(app, ["sources", "check", *asked, *words])
    return ended.exit_code, " ".join(ended.output.split())


def test_the_manuals_example_says_where_each_row_went_and_what_it_comes_to(shop: Path) -> None:
    before = sorted(path for path in shop.rglob("*"))
    code, said = check(shop, "--rows", "4")
    assert code == 0, said
    assert "my_shop > silver.orders: read 3 = 1 filtered:not_a_test + 2 landed" in said
    assert "my_shop/orders: 1 refused, type:total; the first in orders-1.csv, line 5" in said
    assert "silver.orders: 2 rows, net 50.000 CAD; the first:" in said
    assert "order_id my_shop:1" in said and "channel web" in said and "_hash" not in said
    assert "mailbox.example" not in said
    assert sorted(path for path in shop.rglob("*")) == before


def test_a_table_that_gets_no_row_ends_with_the_code_of_unreadable_input(shop: Path) -> None:
    mapping = shop / "maps/my_shop/orders.yml"
    mapping.write_text(MAPPING.replace('"not test"', '"id = 0"'))
    code, said = check(shop)
    assert code == errors.EXIT_INPUT
    assert "Nothing came through" in said


def test_a_misspelt_folder_is_named(shop: Path) -> None:
    (shop / "root/raw/my_shop").rename(shop / "root/raw/my_shpo")
    code, said = check(shop)
    assert code == errors.EXIT_INPUT
    assert "raw/my_shpo is read by no mapping" in said


def test_the_manuals_two_shops_are_settings() -> None:
    shops = SourcesSettings.model_validate({**yaml.safe_load(INSTANCES), "folder": ""}).instances
    eu = shops["shop_eu"]
    assert (eu.time_zone, eu.currency, eu.path) == ("Europe/Berlin", "EUR", "s3a://exports/eu")
    assert is_remote(eu.path)
