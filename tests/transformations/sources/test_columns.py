"""What a mapping says of its columns, of records and of named SQL, and what is wrong with it."""

from typing import Any

import pytest

from holdfast.jobs.runtime.config.sources import load_packaged
from holdfast.transformations.sources.contract import LINES
from holdfast.transformations.sources.mapping import parse_mapping
from holdfast.transformations.sources.types import MappingError
from tests.jobs.test_standardise import ORDERS, TARGET

COLUMNS = {"id": {"type": "string", "required": True}, "at": "timestamp"}
MAPPING = {**ORDERS, "columns": COLUMNS, "targets": [TARGET]}
RECORDS = {**MAPPING, "record": "id", "lines": {"sku": "string", "note": {"type": "string"}}}


def problems(mapping: dict[str, Any]) -> str:
    with pytest.raises(MappingError) as error:
        parse_mapping("shop", "orders", mapping)
    return str(error.value)


def test_lines_are_an_array_with_the_number_of_each_and_stand_in_the_file_as_columns() -> None:
    lines = {"sku": {"type": "string", "path": "Item"}, "note": {"type": "string", "pii": "text"}}
    raw = parse_mapping("shop", "orders", {**RECORDS, "lines": lines})
    last = raw.columns[-1]
    assert (last.name, last.type) == (LINES, "array<struct<sku:string,note:string,number:int>>")
    assert last.nested_pii == (("note", "text"),)
    assert [column.path for column in raw.in_file] == ["id", "at", "Item", "note"]


def test_what_is_wrong_with_a_record_is_named() -> None:
    assert "neither says anything without the other" in problems({**MAPPING, "record": "id"})
    assert "record at is no column with required: true" in problems({**RECORDS, "record": "at"})
    twice = {**RECORDS, "lines": {"at": "timestamp", "number": "int"}}
    assert "column at: lines need a name" in problems(twice)
    assert "column number: lines need a name" in problems(twice)
    alone = {**COLUMNS, "at": {"type": "timestamp", "once": True}}
    assert "column at: once is for records" in problems({**MAPPING, "columns": alone})


def test_words_of_a_column_are_checked_where_its_target_names_it() -> None:
    status = {**COLUMNS, "status": {"type": "string", "words": ["Paid", "open"]}}
    free, bound = TARGET, {**TARGET, "filters": {"paid": "status = 'paid'"}}
    raw = parse_mapping("shop", "orders", {**MAPPING, "columns": status, "targets": [free, bound]})
    assert [target.known for target in raw.targets] == [{}, {"status": ("paid", "open")}]
    grouped = {**bound, "group_by": ["id"]}
    assert "words of status: a target that groups rows cannot" in problems(
        {**MAPPING, "columns": status, "targets": [grouped]}
    )


def test_words_are_checked_where_the_named_sql_of_a_target_names_their_column() -> None:
    status = {**COLUMNS, "status": {"type": "string", "words": ["paid"]}}
    let = {"is_paid": "status = 'paid'", "net": "if(is_paid, 1, 0)"}
    far = {**TARGET, "columns": {**TARGET["columns"], "net_amount": "net"}}
    mapping = {**MAPPING, "columns": status, "let": let, "targets": [TARGET, far]}
    raw = parse_mapping("shop", "orders", mapping)
    assert [target.known for target in raw.targets] == [{}, {"status": ("paid",)}]
    assert "let at: a column has that name" in problems({**MAPPING, "let": {"at": "1"}})


def test_words_that_yaml_takes_for_true_or_false_are_named() -> None:
    asked = {**COLUMNS, "agreed": {"type": "string", "words": [True, False]}}
    assert "words of agreed: put yes, no," in problems({**MAPPING, "columns": asked})
    unquoted = {**TARGET, "words": {"channel": {True: "web"}}}
    assert "words of channel: put yes, no," in problems({**MAPPING, "targets": [unquoted]})


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("shopify/orders", ("id",)),
        ("shopify_admin/orders", ("name",)),  # its rows are joined by it
        # the text in the key is no column, though a personal one is called so
        ("shopify_api/customer", ("concat(id, '-email')",)),
        ("zendesk/users", ("party_id",)),
        ("online_retail/lines", ()),  # parts of groups
        ("shopify/refunds", ()),  # no versions
    ],
)
def test_rows_are_versions_of_what_their_facts_are_called(table: str, key: tuple[str, ...]) -> None:
    (raw,) = (raw for raw in load_packaged() if f"{raw.source}/{raw.name}" == table)
    assert raw.record_key == key
