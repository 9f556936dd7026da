"""A first mapping from a header and some values: right where these leave no choice, and said where
they do.
"""

from typing import Any

import pytest

from holdfast.jobs.runtime.config.sources import load_packaged
from holdfast.transformations.sources.guess import guess_column, guess_decimal
from holdfast.transformations.sources.mapping import parse_mapping
from holdfast.transformations.sources.suggest import Suggestion, recognise, suggest

INVOICES = {
    "Invoice": ["489434", "489434", "C489449"],
    "StockCode": ["85048", "79323P", "22350"],
    "Quantity": ["12", "12", "-12"],
    "InvoiceDate": ["2009-12-01 07:45:00", "2009-12-01 07:45:00", "2009-12-01 10:33:00"],
    "Price": ["6.95", "6.75", "2.1"],
    "Customer ID": ["13085", "", "16321"],
}
ORDERS = {
    "id": ["0012", "0013"],
    "created_at": ["2025-03-04T10:00:00Z", "2025-03-05T10:00:00Z"],
    "updated_at": ["2025-03-04T10:00:00Z", "2025-03-06T10:00:00Z"],
    "customer_id": ["7", "8"],
    "subtotal": ["12.50", "9"],
    "currency": ["EUR", "EUR"],
    "customer.email": ["ada@mailbox.example", ""],
}


def mapped(values: dict[str, list[str]], file_format: str = "csv") -> Suggestion:
    """A suggestion, of which the product's own reader of mappings finds nothing wrong."""
    found = suggest("file*.csv", file_format, values, {})
    parse_mapping("shop", "file", found.mapping)
    return found


def target(found: Suggestion, table: str) -> dict[str, Any]:
    columns: dict[str, Any] = {one["table"]: one["columns"] for one in found.mapping["targets"]}[
        table
    ]
    return columns


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("total", ["1", "2.50"], "decimal(18,4)"),
        ("units", ["1", "-2"], "bigint"),
        ("order_id", ["1", "2"], "string"),
        ("phone", ["12025550123"], "string"),
        ("code", ["007"], "string"),
        ("rank", ["007"], "decimal(18,4)"),
        ("is_gift", ["true", "False"], "boolean"),
        ("created", ["2025-03-04"], "date"),
        ("created", ["2025-03-04T10:00:00Z", "2025-03-04 10:00"], "timestamp"),
        ("created", ["24.03.2025"], "timestamp"),
        ("colour", ["red"], "string"),
        ("colour", ["", ""], "string"),
    ],
)
def test_a_column_has_the_narrowest_type_of_its_values_and_an_id_is_text(
    name: str, values: list[str], kind: str
) -> None:
    assert guess_column(name, values, ".").type == kind


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("Email Address", [""], "email"),
        ("login", ["a@b.example", "c@d.example", ""], "email"),
        ("login", ["a@b.example", "nobody", "none"], ""),
        ("shipping_address_1", ["1 Elm St"], "address"),
        ("billingZip", ["01234"], "postcode"),
        ("DateOfBirth", ["1990-01-01"], "birth_date"),
        ("customer_name", ["Ada Byron"], "full_name"),
        ("product_name", ["Mug"], ""),
        ("customer_id", ["7"], ""),
        ("description", ["White mug"], ""),
        (
            "description",
            ["I have waited for my parcel for three weeks and nobody answers"],
            "text",
        ),
    ],
)
def test_a_personal_column_is_known_by_its_name_or_by_addresses_in_it(
    name: str, values: list[str], kind: str
) -> None:
    assert guess_column(name, values, ".").personal == kind


def test_numbers_have_a_comma_only_where_none_has_a_point_of_its_own() -> None:
    assert guess_decimal({"total": ["1.234,50", "12,00"]}) == ","
    assert guess_decimal({"total": ["12,00"], "rate": ["0.25"]}) == "."
    assert guess_decimal({"total": ["12.00"]}) == "."


def test_lines_of_invoices_are_lines_and_add_up_to_orders() -> None:
    found = mapped(INVOICES)
    assert found.mapping["party"] == "coalesce(customer_id, concat('guest-', invoice))"
    assert found.mapping["columns"]["customer_id"] == {"type": "string", "path": "Customer ID"}
    assert target(found, "silver.orders")["net_amount"] == "sum(quantity * price)"
    lines = target(found, "silver.order_lines")
    assert (lines["order_id"], lines["product_id"]) == ("invoice", "stock_code")
    assert lines["line_id"] == "row_hash" and found.mapping["repeats"] == "dropped"
    assert any(remark.startswith("currency") for remark in found.remarks)


def test_a_row_with_an_id_an_amount_and_a_day_is_an_order_in_its_versions() -> None:
    found = mapped(ORDERS)
    assert target(found, "silver.orders") == {
        "order_id": "id",
        "channel": "'web'",
        "currency": "currency",
        "net_amount": "subtotal",
        "discount_amount": "0",
        "event_at": "created_at",
        "available_at": "created_at",
        "version_at": "updated_at",
    }
    email = {"type": "string", "path": "customer.email", "pii": "email"}
    assert found.mapping["columns"]["customer_email"] == email


def test_people_are_parties_and_what_cannot_be_known_is_said() -> None:
    people = {"id": ["1"], "email": ["a@b.example"], "created_at": ["2025-03-04T10:00:00Z"]}
    assert target(mapped(people), "silver.parties")["party_kind"] == "'customer'"
    strange = suggest("x*.csv", "csv", {"colour": ["red"], "source": ["a"]}, {})
    assert strange.mapping["targets"] == []
    assert strange.mapping["columns"]["raw_source"] == {"type": "string", "path": "source"}
    assert len(strange.remarks) == 2


def test_a_day_that_could_be_a_month_is_said() -> None:
    unclear = mapped({**ORDERS, "created_at": ["03/04/2025", "05/06/2025"]})
    assert unclear.mapping["date_format"] == "dd/MM/yyyy"
    assert any("other way round" in remark for remark in unclear.remarks)
    clear = mapped({**ORDERS, "created_at": ["03/04/2025", "05/26/2025"]})
    assert clear.mapping["date_format"] == "MM/dd/yyyy"
    assert not any("other way round" in remark for remark in clear.remarks)


def test_a_vendors_file_is_recognised_by_its_columns_and_what_it_lacks_is_named() -> None:
    packaged = load_packaged()
    for raw in packaged:
        found = recognise([column.path for column in raw.in_file], packaged)
        assert found is not None and found[1] == []
        assert (found[0].source, found[0].name) == (raw.source, raw.name)
    orders = next(raw for raw in packaged if (raw.source, raw.name) == ("shopify", "orders"))
    known = recognise([c.path for c in orders.columns if c.name != "total_tax"], packaged)
    assert known == (orders, ["total_tax"])
    assert recognise(["colour", "size"], packaged) is None
