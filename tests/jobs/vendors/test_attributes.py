"""Attributes for audits: loaded like any export, and kept apart from all else."""

from tests.jobs.vendors.conftest import Silver, at

TABLE = "audit.attributes"


def test_the_newest_file_counts_and_a_blank_word_takes_back(silver: Silver) -> None:
    found = {(row["party_id"], row["attribute"]): row for row in silver.rows(TABLE)}
    words = {key: row["word"] for key, row in found.items() if row["withdrawn_at"] is None}
    assert words == {
        ("people:C1", "sex"): "female",
        ("people:C1", "age"): "35-44",
        ("people:C2", "sex"): "male",
        ("people:nobody", "sex"): "male",
    }
    assert found["people:C2", "age"]["withdrawn_at"] == at(2025, 1, 1)


def test_rows_without_a_person_or_an_attribute_are_refused_with_their_reason(
    silver: Silver,
) -> None:
    refused = [reasons for place, reasons in silver.refused("people") if place == "attributes"]
    assert refused == ["required:attribute", "required:customer_id,no_party"]


def test_an_attribute_makes_nobody_a_customer_and_stands_in_no_other_table(
    silver: Silver,
) -> None:
    assert "people:nobody" not in {row["party_id"] for row in silver.rows("silver.fact_parties")}
    holding = {
        path.parent.relative_to(silver.root).as_posix()
        for path in silver.root.rglob("_delta_log")
        if "people:nobody" in str(silver.rows(path.parent.relative_to(silver.root).as_posix()))
    }
    assert holding == {"audit/attributes", "bronze/people_attributes"}
