"""Every contract keeps the rules that readers, privacy and BI rely on."""

import pytest
from pyspark.sql import types as T

from holdfast.jobs.pipeline import PIPELINE
from holdfast.jobs.runtime.storage import ddl
from holdfast.transformations.tables.silver import ORDERS, PII_VAULT
from holdfast.transformations.tables.table import Append, Column, Table, Upsert

TABLES = PIPELINE.tables
each_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
each_gold = pytest.mark.parametrize(
    "table", [t for t in TABLES if t.layer == "gold"], ids=lambda table: table.name
)


def test_no_name_is_used_twice() -> None:
    names = [table.name for table in TABLES]
    assert len(names) == len(set(names))


@each_table
def test_the_doc_begins_with_the_grain(table: Table) -> None:
    assert table.grain.startswith("One row per ") and table.grain.endswith(".")
    assert ddl.comment(table).startswith(table.grain) and table.doc


@each_table
def test_every_column_has_a_comment_that_reaches_the_ddl(table: Table) -> None:
    text = ddl.create_table(table, "t")
    assert all(column.doc.strip() for column in table.columns)
    assert text.count(" COMMENT '") == len(table.columns)


@each_table
def test_keys_are_declared_and_never_null_but_where_a_log_allows_it(table: Table) -> None:
    assert table.keys
    if not isinstance(table.write, Append):
        assert all(not table[name].nullable for name in table.keys)


@each_table
def test_statistics_hold_no_personal_value(table: Table) -> None:
    kept = ddl.table_properties(table)["delta.dataSkippingStatsColumns"]
    assert all(f"`{column.name}`" not in kept for column in table.columns if column.pii)
    assert all(f"`{name}`" in kept for name in table.cluster_by)


@each_table
def test_every_row_says_which_run_wrote_it(table: Table) -> None:
    if table.name != "gold.calendar":
        assert "run_number" in table.names


@each_table
def test_money_stands_beside_its_currency(table: Table) -> None:
    if any(column.unit == "currency" for column in table.columns):
        assert "currency" in table.names


@each_gold
def test_gold_has_plain_types_every_reader_knows(table: Table) -> None:
    plain = (
        T.StringType,
        T.LongType,
        T.IntegerType,
        T.DateType,
        T.TimestampType,
        T.BooleanType,
        T.DecimalType,
    )
    assert [c.name for c in table.columns if not isinstance(c.type, plain)] == []


@each_gold
def test_gold_probabilities_and_amounts_have_their_types_and_names(table: Table) -> None:
    for column in table.columns:
        if column.name.endswith("_probability") or column.name == "propensity":
            assert column.type == T.DecimalType(9, 6)
        if column.name.endswith("_amount"):
            assert column.type == T.DecimalType(18, 3)


@each_gold
def test_gold_can_be_opened_by_the_oldest_readers(table: Table) -> None:
    properties = ddl.table_properties(table)
    assert properties["delta.enableDeletionVectors"] == "false"
    assert properties["delta.checkpointPolicy"] == "classic"
    assert "columnMapping" not in str(properties)


def test_the_vault_alone_holds_personal_values() -> None:
    kinds = {column.pii for column in PII_VAULT.columns}
    assert {"value", "normalised"} <= kinds
    for table in TABLES:
        if table is not PII_VAULT:
            assert all(
                column.name.endswith(("_token", "_token_first"))
                for column in table.columns
                if column.pii
            )


def test_an_upsert_keeps_the_first_state_of_what_can_change() -> None:
    assert {"net_amount_first", "version_at", "row_hash_first", "withdrawn_at"} <= set(ORDERS.names)
    assert "cancelled_at_first" not in ORDERS.names, "an end can be taken back"
    assert ORDERS["net_amount_first"].check == "net_amount_first >= 0"


def test_a_contract_that_names_an_unknown_column_is_refused() -> None:
    column = Column("id", T.LongType(), "Id.", nullable=False)
    with pytest.raises(ValueError, match="no such column: amount"):
        Table(
            "gold.x", "One row.", "X.", (column,), keys=("id",), write=Upsert(mutable=("amount",))
        )
    with pytest.raises(ValueError, match="declared twice"):
        Table("gold.x", "One row.", "X.", (column, column), keys=("id",), write=Append())
    with pytest.raises(ValueError, match="starts with one of"):
        Table("lake.x", "One row.", "X.", (column,), keys=("id",), write=Append())
