"""RudderStack's warehouse: tracks without properties, tables of single events, a wrong clock."""

from tests.jobs.vendors.conftest import Silver, at


def test_an_event_is_known_by_its_text_and_dated_by_the_corrected_clock(silver: Silver) -> None:
    events = silver.by("silver.web_events", "rudderstack", "event_id")
    assert {key: row["event_type"] for key, row in events.items()} == {
        "t1": "product_viewed",
        "t2": "order_completed",
        "t3": "unknown",
        "t4": "feature_use",
        "p1": "price_view",
        "p2": "page",
        "p3": "page",
        "p4": "page",
        "p5": "page",
        "s1": "page",
    }
    # The device is two hours ahead and waited 5 s: 12:00:06 - (14:00:05 - 14:00:00).
    assert events["t1"]["event_at"] == at(2025, 6, 1, 12, 0, 1)
    assert events["t1"]["available_at"] == at(2025, 6, 1, 12, 0, 6)
    assert silver.unknown_words("rudderstack") == {"web_events.event_type": "Wheel Spun (1)"}


def test_a_row_of_an_events_own_table_adds_its_properties_and_no_second_event(
    silver: Silver,
) -> None:
    events = silver.by("silver.web_events", "rudderstack", "event_id")
    assert (events["t1"]["product_id"], events["t1"]["category"]) == ("rudderstack:SKU-1", "Tea")
    assert (events["t4"]["feature"], events["t4"]["is_core_feature"]) == ("blend-lab", False)
    assert events["t1"]["session_id"] == events["p1"]["session_id"] == "rudderstack:1748779200"


def test_traits_are_columns_and_belong_to_the_user_else_to_the_device(silver: Silver) -> None:
    parties = silver.by("silver.parties", "rudderstack", "party_id")
    assert {key: row["party_kind"] for key, row in parties.items()} == {
        "U1": "user",
        "d1": "device",
        "d2": "device",
    }
    held = {
        (row["party_id"].removeprefix("rudderstack:"), row["kind"]): row["value"]
        for row in silver.rows("silver.pii_vault")
        if row["party_id"].startswith("rudderstack:")
    }
    assert held == {
        ("U1", "device"): "d1",
        ("U1", "email"): "lena.voss@mail.example",
        ("U1", "first_name"): "Lena",
        ("U1", "last_name"): "Voss",
        ("d2", "device"): "d2",
        ("d2", "email"): "taro.ono@mail.example",
    }


def test_an_event_without_a_device_is_its_users(silver: Silver) -> None:
    events = silver.by("silver.web_events", "rudderstack", "event_id")
    assert events["t2"]["party_id"] == "rudderstack:U1"
    assert events["p2"]["party_id"] == "rudderstack:d1"
    assert (events["s1"]["party_id"], events["s1"]["device_type"]) == ("rudderstack:U1", "Android")
    assert silver.refused("rudderstack") == []


def test_a_page_reached_by_a_campaign_or_from_the_first_site_is_a_touch(silver: Silver) -> None:
    touches = silver.by("silver.acquisition_touches", "rudderstack", "touch_id")
    names = ("campaign_source", "campaign_medium", "campaign_name", "referring_domain")
    assert {key: tuple(row[name] for name in names) for key, row in touches.items()} == {
        "p3": ("google", "cpc", "spring", None),
        "p4": (None, None, None, "www.google.com"),  # p5 was reached from within
    }
    first = touches["p3"]
    assert (first["event_at"], first["party_id"]) == (at(2025, 6, 1, 11, 57, 1), "rudderstack:d1")
    assert first["available_at"] == at(2025, 6, 1, 11, 57, 6)
