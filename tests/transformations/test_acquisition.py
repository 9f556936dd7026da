"""First touches: each channel by Google's own rules, and the earliest that was known."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from holdfast.transformations.acquisition import channel_of, first_touches
from holdfast.transformations.local_day import with_time_zone
from holdfast.transformations.tables.silver import ACQUISITION_TOUCHES, IDENTITY_MAP
from holdfast.transformations.tables.vocabulary import ACQUISITION_CHANNELS
from tests.factories import rows as make

DAY = date(2025, 7, 1)
# utm_source, utm_medium, utm_campaign, referring site: the channel Google's table gives.
CHANNELS = {
    ("google", "cpc", "brand", None): "paid_search",
    (" Bing ", "PPC", None, None): "paid_search",
    ("google", "cpc", "summer-shopping", None): "paid_shopping",
    ("google", "cpc", "eshop", None): "paid_shopping",
    ("google", "cpc", "workshop", None): "paid_search",
    ("google", "cpc", "cross-network", None): "cross_network",
    ("facebook", "paid_social", "retarget", None): "paid_social",
    ("tiktok", "cpm", None, None): "paid_social",
    ("youtube", "paid", None, None): "paid_video",
    ("taboola", "display", None, None): "display",
    ("taboola", "cpc", None, None): "paid_other",
    ("facebook", "social", None, None): "organic_social",
    (None, None, None, "l.instagram.com"): "organic_social",
    (None, None, None, "t.co"): "organic_social",
    (None, None, None, "www.google.co.uk"): "organic_search",
    (None, None, None, "www.ebay.de"): "organic_shopping",
    (None, None, None, "youtu.be"): "organic_video",
    (None, None, None, "blog.example"): "referral",
    (None, None, None, "notgoogle.example"): "referral",
    ("klaviyo", "email", "welcome", None): "email",
    ("e-mail", None, None, None): "email",
    ("partners", "affiliate", None, None): "affiliates",
    ("podcast", "audio", None, None): "audio",
    ("klaviyo", "sms", None, None): "sms",
    ("firebase", None, None, None): "mobile_push",
    ("app", "web_push", None, None): "mobile_push",
    ("(direct)", "(none)", None, None): "direct",
    ("poster", "qr", None, None): "unknown",
    (None, None, "lost", None): "unknown",
}
Rows = Callable[[Any, list[dict[str, Any]]], DataFrame]


@pytest.fixture
def rows(spark: SparkSession) -> Rows:
    return lambda table, values: make(spark, table, values)


def test_a_touch_is_of_the_channel_that_googles_rules_give(spark: SparkSession) -> None:
    names = ("campaign_source", "campaign_medium", "campaign_name", "referring_domain")
    schema = ", ".join(f"{name} string" for name in names)
    frame = spark.createDataFrame(list(CHANNELS), schema)
    found = frame.select(*names, channel_of().alias("channel")).collect()
    assert {tuple(row)[:4]: row.channel for row in found} == CHANNELS
    assert set(CHANNELS.values()) == set(ACQUISITION_CHANNELS)


def test_the_first_touch_of_a_customer_is_the_earliest_of_all_its_devices(rows: Rows) -> None:
    people = [{"party_id": f"web:{device}", "customer_id": who} for device, who in
              (("a", 1), ("b", 1), ("c", 2), ("d", 3))]  # fmt: skip
    made = [
        _touch("1", "a", "2025-06-02", "google"),
        _touch("2", "b", "2025-06-01", "klaviyo"),
        _touch("4", "c", "2025-06-01", "bing"),
        _touch("3", "c", "2025-06-01", "facebook"),  # of equal ones the lower id
        _touch("5", "d", "2025-06-01", "google", available_at="2025-07-01"),  # known too late
        _touch("6", "d", "2025-06-02", "google", withdrawn_at="2025-06-03"),
        _touch("7", "d", "2025-06-30 15:00", "bing"),  # July in Brisbane
        _touch("8", "nobody", "2025-05-01", "google"),
    ]
    touches = with_time_zone(rows(ACQUISITION_TOUCHES, made), "Australia/Brisbane")
    found = first_touches(touches, rows(IDENTITY_MAP, people), DAY).collect()
    assert {row.customer_id: (row.campaign_source, row.touched_at) for row in found} == {
        1: ("klaviyo", datetime(2025, 6, 1, tzinfo=UTC).replace(tzinfo=None)),
        2: ("facebook", datetime(2025, 6, 1, tzinfo=UTC).replace(tzinfo=None)),
    }


def _touch(key: str, device: str, at: str, source: str, **more: str) -> dict[str, Any]:
    own = {"touch_id": f"web:{key}", "party_id": f"web:{device}", "campaign_source": source}
    return {**own, "event_at": at, **more}
