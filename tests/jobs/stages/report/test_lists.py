"""The lists beside the page hold every row, nothing personal, and nothing that a spreadsheet would
compute.
"""

import csv
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from holdfast.jobs.stages.report.lists import CsvList, list_parts, select_public, write_lists
from holdfast.transformations.tables.gold import CUSTOMER_360
from holdfast.transformations.tables.silver import TICKETS
from holdfast.transformations.tables.table import Column
from holdfast.transformations.tables.vocabulary import PERSONAL_KINDS
from tests.jobs.stages.report import fake


def read_cells(path: Path) -> list[list[str]]:
    """The cells of a CSV file as any other program reads them, header first."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def write_one(folder: Path, *cells: object) -> list[str]:
    """The cells of a row as they are read back."""
    columns = tuple(f"c{number}" for number in range(len(cells)))
    write_lists([CsvList("one", columns, [cells])], folder)
    header, row = read_cells(folder / "one.csv")
    assert header == list(columns)
    return row


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1"],
)
def test_text_that_a_spreadsheet_would_compute_becomes_text(tmp_path: Path, text: str) -> None:
    assert write_one(tmp_path, text) == [f"'{text}"]


def test_numbers_stay_numbers_and_other_text_stays_as_it_is(tmp_path: Path) -> None:
    texts = ("Zoë", 'a, "b"; c', "two\nlines", "2+2", "a@b")
    assert write_one(tmp_path, -5, Decimal("-5.10"), 0.25, *texts) == [
        "-5",
        "-5.10",
        "0.25",
        *texts,
    ]


def test_a_missing_value_is_an_empty_cell(tmp_path: Path) -> None:
    assert write_one(tmp_path, None, float("nan"), pd.NaT, "") == ["", "", "", ""]


def test_columns_that_a_contract_marks_as_personal_are_left_out() -> None:
    city = Column("city", CUSTOMER_360["currency"].type, "Where they live.", pii="city")
    marked = replace(CUSTOMER_360, columns=(*CUSTOMER_360.columns, city))
    assert select_public(marked, ("customer_id", "city", "risk_band")) == (
        "customer_id",
        "risk_band",
    )
    personal = {column.name for column in TICKETS.columns if column.pii}
    assert personal and not personal & set(select_public(TICKETS, TICKETS.names))


def test_a_list_holds_the_rows_that_the_page_leaves_out(tmp_path: Path) -> None:
    rejected = [("shop", "ingest", f"rule_{number:02d}", number) for number in range(40)]
    frame = pd.DataFrame(rejected, columns=["source", "stage", "reasons", "rows"])
    write_lists(list_parts(replace(fake.retailer(), quarantine=frame)), tmp_path)
    header, *rows = read_cells(tmp_path / "rejected_rows.csv")
    assert header == ["source", "stage", "reasons", "rows"]
    assert rows == [[*map(str, row)] for row in rejected]


def test_no_list_has_a_column_of_personal_values() -> None:
    for one in list_parts(fake.retailer()):
        assert one.columns and not set(one.columns) & set(PERSONAL_KINDS)


def test_a_shop_without_anything_has_lists_without_rows(tmp_path: Path) -> None:
    write_lists(list_parts(fake.nobody()), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "checks.csv",
        "reasons.csv",
        "rejected_rows.csv",
        "rules.csv",
        "sources.csv",
    ]
    assert all(len(read_cells(path)) == 1 for path in tmp_path.iterdir())
