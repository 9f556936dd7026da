"""Ads: what each vendor charged, to the cent of its export, on the day of its account."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from tests.jobs.vendors.conftest import Silver, at

TABLE = "silver.campaign_costs"
FIFTH = date(2025, 3, 5)


def costs(silver: Silver, source: str) -> Mapping[str, Any]:
    return silver.by(TABLE, source, "cost_id")


def test_a_report_of_google_ads_is_its_days_without_the_total(silver: Silver) -> None:
    found = costs(silver, "google_ads")
    shown = {key: (row["channel"], row["cost_amount"]) for key, row in found.items()}
    assert shown == {
        "101/2025-03-05": ("paid_search", Decimal("1200.01")),  # corrected in April
        "102/2025-03-05": ("cross_network", Decimal("0.10")),
        "103/2025-03-05": ("unknown", Decimal(0)),
    }
    tea = found["101/2025-03-05"]
    assert (tea["cost_amount_first"], tea["impressions_first"]) == (Decimal("1234.56"), 1200)
    assert (tea["campaign_name"], tea["currency"], tea["clicks"]) == ("Tea, loose", "EUR", 12)
    assert (tea["spent_on"], tea["event_at"]) == (FIFTH, at(2025, 3, 5))
    assert silver.unknown_words("google_ads") == {"campaign_costs.channel": "Hologram (1)"}
    assert silver.refused("google_ads") == [("campaign_report", "unparsable")] * 2  # the title


def test_millionths_are_kept_and_the_newest_sync_of_a_part_counts(silver: Silver) -> None:
    found = costs(silver, "google_ads_api")
    shown = {key: row["cost_amount"] for key, row in found.items()}
    assert shown == {
        "21001/2025-03-05/MOBILE/SEARCH": Decimal("12.000001"),
        "21001/2025-03-05/DESKTOP/SEARCH": Decimal("0.004321"),
        "21009/2025-03-06/MOBILE/CONTENT": Decimal(0),
    }
    one = found["21001/2025-03-05/MOBILE/SEARCH"]
    assert one["cost_amount_first"] == Decimal("12.345678")
    assert (one["channel"], one["campaign_name"]) == ("paid_search", "Tea - Search")
    # as the account counts: in pounds, from midnight in New York
    assert (one["currency"], one["event_at"]) == ("GBP", at(2025, 3, 5, 5))
    nameless = found["21009/2025-03-06/MOBILE/CONTENT"]
    assert (nameless["channel"], nameless["campaign_name"]) == ("unknown", None)


def test_meta_says_its_currency_in_a_field_or_in_a_header(silver: Silver) -> None:
    shown = {
        key: (row["currency"], row["cost_amount"], row["clicks"], row["spent_on"])
        for key, row in costs(silver, "meta_ads").items()
    }
    assert shown == {
        "120210000000000001/2025-03-05": ("EUR", Decimal("84.07"), 61, FIFTH),
        "Spring sale/2025-03-05": ("USD", Decimal("1012.34"), 30, FIFTH),
        "Spring sale/2025-03-06": ("USD", Decimal("0.66"), 28, date(2025, 3, 6)),
    }  # neither the whole month nor the total
    rows = silver.rows(TABLE, "meta_ads")
    assert {row["channel"] for row in rows} == {"paid_social"}
    # the source's time zone, as its settings say: midnight in Toronto
    assert min(row["event_at"] for row in rows) == at(2025, 3, 5, 5)
    assert silver.refused("meta_ads") == []


def test_tiktok_is_read_as_its_manager_and_as_a_connector_write_it(silver: Silver) -> None:
    (by_hand,) = silver.rows(TABLE, "tiktok_ads")
    assert (by_hand["cost_id"], by_hand["spent_on"]) == ("tiktok_ads:1701/2025-03-05", FIFTH)
    assert (by_hand["currency"], by_hand["cost_amount"]) == ("GBP", Decimal("19.99"))
    (synced,) = silver.rows(TABLE, "tiktok_ads_api")
    assert (synced["campaign_name"], synced["currency"]) == ("Prospecting", "JPY")
    assert (synced["cost_amount"], synced["clicks"]) == (Decimal("12.40"), 31)
    assert (synced["spent_on"], synced["event_at"]) == (FIFTH, at(2025, 3, 4, 15))  # Tokyo
    assert silver.refused("tiktok_ads") == silver.refused("tiktok_ads_api") == []


def test_costs_are_of_no_person(silver: Silver) -> None:
    vendors = ("google_ads", "google_ads_api", "meta_ads", "tiktok_ads", "tiktok_ads_api")
    people = [row["party_id"] for row in silver.rows("silver.fact_parties")]
    assert not [one for one in people if one.startswith(tuple(f"{name}:" for name in vendors))]
    assert not [row for row in silver.rows("silver.fact_states") if row["source"] in vendors]
