"""Smile: points by why they moved, and birthdays without a year."""

from tests.jobs.vendors.conftest import Silver, at


def test_points_move_for_a_reason_that_is_known_or_counted_as_unknown(silver: Silver) -> None:
    ledger = silver.by("silver.loyalty_ledger", "smile", "entry_id")
    assert {key: (row["points"], row["entry_type"]) for key, row in ledger.items()} == {
        "1": (100, "earn"),
        "2": (-50, "redeem"),
        "3": (-20, "expire"),
        "4": (-10, "adjust"),
        "5": (30, "adjust"),
        "6": (-5, "unknown"),
        "7": (-5, "unknown"),
    }
    assert sum(row["points"] for row in ledger.values()) == 40
    assert silver.unknown_words("smile") == {
        "loyalty_ledger.entry_type": "Leap day (1), no reason (1)"
    }
    assert ledger["1"]["event_at"] == at(2025, 9, 1, 20, 15, 27, 893_000)


def test_a_birthday_without_a_year_is_no_birth_date(silver: Silver) -> None:
    dates = {
        row["party_id"]: row["normalised"]
        for row in silver.rows("silver.pii_vault")
        if row["kind"] == "birth_date" and row["party_id"].startswith("smile:")
    }
    assert dates == {"smile:304": "1990-05-27", "smile:305": None}
