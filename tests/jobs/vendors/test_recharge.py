"""Recharge in both versions of its API: words, units of time, amounts and the clock of New York."""

from decimal import Decimal

from tests.jobs.vendors.conftest import Silver, at


def test_a_charge_is_what_either_version_calls_it(silver: Silver) -> None:
    charges = silver.by("silver.subscription_charges", "recharge", "charge_id")
    assert {key: row["status"] for key, row in charges.items()} == {
        "1": "paid",
        "2": "failed",
        "3": "scheduled",
        "4": "partially_refunded",
        "5": "refunded",
        "6": "skipped",
        "7": "pending",
        "8": "pending",
        "9": "unknown",
        "21": "paid",
        "22": "failed",
        "23": "scheduled",
        "24": "partially_refunded",
        "25": "refunded",
        "26": "skipped",
    }
    assert silver.unknown_words("recharge") == {
        "subscription_charges.status": "in_limbo (1)",
        "subscriptions.status": "dormant (1)",
    }


def test_a_charge_has_its_amount_in_its_own_currency_else_the_shops(silver: Silver) -> None:
    charges = silver.by("silver.subscription_charges", "recharge", "charge_id")
    shown = {key: (charges[key]["amount"], charges[key]["currency"]) for key in ("1", "4", "21")}
    assert shown == {
        "1": (Decimal("24.30"), "CAD"),
        "4": (Decimal("24.30"), "CAD"),
        "21": (Decimal("15.00"), "CAD"),
    }
    assert (charges["2"]["attempts"], charges["2"]["error_type"]) == (
        6,
        "CLOSED_MAX_RETRIES_REACHED",
    )
    assert (charges["22"]["attempts"], charges["22"]["error_type"]) == (3, "CARD_EXPIRED")


def test_instants_of_the_older_version_are_those_of_new_york(silver: Silver) -> None:
    charges = silver.by("silver.subscription_charges", "recharge", "charge_id")
    assert charges["1"]["event_at"] == at(2025, 4, 1, 8, 59, 58)
    assert charges["21"]["event_at"] == at(2025, 4, 2, 1, 15)  # 21:15 on April 1, four hours behind
    assert charges["22"]["event_at"] == at(2025, 12, 2, 2, 15)  # five in winter
    states = silver.by("silver.subscriptions", "recharge", "subscription_id")
    assert states["802"]["valid_from"] == at(2025, 4, 2, 1, 15)
    assert states["801"]["valid_from"] == at(2025, 4, 1, 9, 0, 5)
    assert states["801"]["next_charge_at"] == states["802"]["next_charge_at"] == at(2025, 7, 4, 4)


def test_a_charge_that_failed_is_dated_by_its_last_attempt_not_by_its_plan(silver: Silver) -> None:
    charges = silver.by("silver.subscription_charges", "recharge", "charge_id")
    assert charges["2"]["event_at"] == charges["2"]["available_at"] == at(2025, 4, 6, 20, 10, 19)
    assert charges["3"]["event_at"] == at(2025, 3, 1, 5, 0, 2)


def test_a_charge_names_its_subscription_where_it_is_for_one(silver: Silver) -> None:
    charges = silver.by("silver.subscription_charges", "recharge", "charge_id")
    named = {key: charges[key]["subscription_id"] for key in ("1", "3", "4", "21")}
    assert named == {
        "1": "recharge:801",
        "3": None,
        "4": "recharge:801",
        "21": "recharge:802",
    }
    assert {charges[key]["party_id"] for key in ("1", "21")} == {"recharge:501", "recharge:502"}


def test_a_delivery_costs_its_units_and_an_interval_without_a_known_unit_is_refused(
    silver: Silver,
) -> None:
    states = silver.by("silver.subscriptions", "recharge", "subscription_id")
    assert {
        key: (row["status"], row["interval_days"], row["price_amount"], row["quantity"])
        for key, row in states.items()
    } == {
        "801": ("active", 30, Decimal("24.30"), 1),
        "802": ("active", 30, Decimal("30.00"), 2),
        "803": ("expired", 14, Decimal("24.30"), 1),
        "804": ("cancelled", 45, Decimal("30.00"), 2),
        "806": ("unknown", 30, Decimal("24.30"), 1),
    }
    assert silver.refused("recharge") == [("silver.subscriptions", "type:interval_days")]


def test_an_address_is_the_subscribers_whichever_file_holds_it(silver: Silver) -> None:
    held = {
        (row["party_id"], row["kind"]): row["value"]
        for row in silver.rows("silver.pii_vault")
        if row["party_id"].startswith("recharge:")
    }
    assert held["recharge:501", "address"] == "4 Alder Row"
    assert held["recharge:502", "address"] == "9 Quay"
    assert held["recharge:501", "phone"] == "+12075550101"
    assert held["recharge:502", "phone"] == "2075550102"
    assert {
        row["jurisdiction"] for row in silver.by("silver.parties", "recharge", "party_id").values()
    } == {"CA"}
