"""Treatments: Braze's events and a file written by hand, each with its chance or without one."""

from decimal import Decimal

from tests.jobs.vendors.conftest import Silver, at

TABLE = "silver.treatments"


def test_a_file_by_hand_is_its_rows(silver: Silver) -> None:
    found = silver.by(TABLE, "treatments", "treatment_id")
    mail, alone, call = found["t1"], found["t2"], found["t3"]
    assert (mail["party_id"], mail["play"], mail["channel"]) == (
        "treatments:C1",
        "favourite_discount",
        "email",
    )
    assert (mail["event_at"], mail["available_at"]) == (at(2025, 3, 1, 9), at(2025, 3, 1, 9))
    assert (mail["currency"], mail["cost_amount"]) == ("CAD", Decimal("0.0007"))
    assert (mail["experiment"], mail["propensity"]) == ("spring", Decimal("0.25"))
    assert (mail["assignment"], mail["offer_kind"], mail["offer_share"]) == (
        "drawn",
        "discount",
        Decimal("0.1"),
    )
    assert (alone["play"], alone["channel"], alone["propensity"]) == ("none", None, Decimal("0.5"))
    assert (call["assignment"], call["propensity"], call["experiment"]) == ("chosen", None, None)
    assert (call["currency"], call["offer_amount"]) == ("USD", Decimal(5))


def test_a_propensity_that_is_no_chance_is_counted_and_its_treatment_stays(silver: Silver) -> None:
    found = silver.by(TABLE, "treatments", "treatment_id")
    unknown = {key for key, row in found.items() if row["assignment"] == "unknown"}
    assert unknown == {"t4", "t5", "t6", "t7"}
    assert {found[key]["propensity"] for key in unknown} == {None}
    assert silver.unknown_words("treatments") == {
        "treatments.assignment": "propensity -0.2 (1), propensity 0.0 (1), propensity 1.0E-7 (1), "
        "propensity 1.7 (1), propensity 2.0 (1)",
        "treatments.channel": "carrier pigeon (1)",
    }


def test_a_row_that_comes_again_corrects_the_chance(silver: Silver) -> None:
    corrected = silver.by(TABLE, "treatments", "treatment_id")["t8"]
    assert (corrected["assignment"], corrected["propensity"]) == ("drawn", Decimal("0.2"))
    assert corrected["assignment_first"] == "unknown"
    assert (corrected["cost_amount"], corrected["cost_amount_first"]) == (
        Decimal("0.07"),
        Decimal("0.05"),
    )


def test_every_row_of_the_file_is_in_silver_or_has_its_reason(silver: Silver) -> None:
    found = silver.by(TABLE, "treatments", "treatment_id")
    assert sorted(found) == ["t1", "t11", "t2", "t3", "t4", "t5", "t6", "t7", "t8"]
    assert silver.refused("treatments") == [
        (TABLE, "check:cost_amount"),
        (TABLE, "check:offer_share"),
        ("treatments", "type:propensity"),
    ]


def test_braze_says_what_it_sent_and_whom_it_left_alone(silver: Silver) -> None:
    found = silver.by(TABLE, "braze", "treatment_id")
    assert {key: (row["play"], row["channel"], row["party_id"]) for key, row in found.items()} == {
        "b1": ("favourite_discount", "email", "braze:C1"),
        "b2": ("welcome journey", "email", "braze:5f02"),
        "b3": ("c-02", "sms", "braze:C3"),
        "b4": ("none", None, "braze:C4"),
    }
    assert found["b1"]["event_at"] == at(2025, 3, 5, 8)
    assert (found["b4"]["experiment"], found["b1"]["experiment"]) == ("Favourite_Discount", None)
    assert {row["propensity"] for row in found.values()} == {None}
    assert {row["assignment"] for row in found.values()} == {"chosen"}
    assert silver.refused("braze") == []


def test_whom_only_a_treatment_names_is_somebody_and_their_address_is_in_the_vault_alone(
    silver: Silver,
) -> None:
    kinds = {row["party_id"]: row["party_kind"] for row in silver.rows("silver.fact_parties")}
    assert {kinds[one] for one in ("treatments:C1", "treatments:C9", "braze:C4")} == {"treatment"}
    vault = silver.rows("silver.pii_vault")
    held = {(row["party_id"], row["kind"]): row["value"] for row in vault}
    assert held["braze:C1", "email"] == held["treatments:C1", "email"] == "ann@mail.example"
    assert held["braze:C3", "phone"] == "+14165550100"
    assert "mail.example" not in str(silver.rows(TABLE))
