"""Columns are named by their kind: days, instants, flags and money are seen from the name."""

from collections.abc import Iterator

import pytest

from holdfast.jobs.pipeline import PIPELINE
from holdfast.transformations.tables.columns import BOOL, DATE, DOUBLE, INSTANT, MONEY
from holdfast.transformations.tables.silver import ORDERS
from holdfast.transformations.tables.table import Column

DAYS = {"as_of", "day"}
INSTANTS = {"at", "valid_from", "valid_to"}


def misnamed(columns: tuple[Column, ...]) -> Iterator[str]:
    """Columns whose name and type disagree: `_on` is a day, `_at` an instant, `is_` and `has_` a
    flag, `_amount` a decimal. `<name>_first` is named like `<name>`.
    """
    for column in columns:
        name, kind = column.name.removesuffix("_first"), column.type.typeName()
        is_day = name in DAYS or name.endswith("_on")
        is_instant = name in INSTANTS or name.endswith("_at")
        is_flag = name.startswith(("is_", "has_")) and column.unit is None  # else a feature, 0 or 1
        if (is_day, is_instant, is_flag) != (
            kind == "date",
            kind == "timestamp",
            kind == "boolean",
        ) or (name.endswith("amount") and kind != "decimal"):
            yield column.name


def test_names_of_columns_agree_with_their_types() -> None:
    found = [
        f"{table.name}.{name}" for table in PIPELINE.tables for name in misnamed(table.columns)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("ordered_on", INSTANT),
        ("ordered", DATE),
        ("solved_at", DATE),
        ("solved_at_first", DATE),
        ("solved", INSTANT),
        ("churned", BOOL),
        ("is_churned", DOUBLE),
        ("net_amount", DOUBLE),
        ("net_amount_first", DOUBLE),
    ],
)
def test_a_planted_column_is_caught(name: str, kind: object) -> None:
    assert list(misnamed((Column(name, kind, "Planted."),))) == [name]  # type: ignore[arg-type]  # the types of the table above


def test_innocent_columns_are_left_alone() -> None:
    assert not list(misnamed((*ORDERS.columns, Column("net_amount_first", MONEY, "Right."))))
