"""Klaviyo: what became of messages, and what people agreed to."""

from tests.jobs.vendors.conftest import Silver, at


def test_a_message_event_is_what_its_metric_says(silver: Silver) -> None:
    events = silver.by("silver.message_events", "klaviyo", "event_id")
    assert {key: (row["channel"], row["event_type"]) for key, row in events.items()} == {
        "e1": ("email", "received"),
        "e2": ("email", "opened"),
        "e3": ("email", "clicked"),
        "e4": ("email", "spam"),
        "e5": ("email", "unsubscribed"),
        "e6": ("sms", "bounced"),
        "e7": ("push", "opened"),
        "e8": ("email", "unknown"),
    }
    opened = events["e2"]
    assert (opened["event_at"], opened["campaign_id"]) == (at(2025, 3, 1, 8, 5), "klaviyo:01MSG")
    assert (opened["is_machine_open"], opened["party_id"]) == (True, "klaviyo:K1")


def test_a_statement_of_consent_is_one_that_was_made(silver: Silver) -> None:
    said = silver.by("silver.consent_events", "klaviyo", "consent_event_id")
    assert {key: (row["channel"], row["state"]) for key, row in said.items()} == {
        "K1-email": ("email", "granted"),  # and never subscribed to SMS
        "K2-email": ("email", "withdrawn"),
        "K2-sms": ("sms", "granted"),
        "K3-email": ("email", "withdrawn"),  # subscribed, and suppressed
        "K4-email": ("email", "unknown"),
        "K5-email": ("email", "granted"),
        "e10": ("email", "granted"),
        "e11": ("sms", "granted"),
    }
    assert said["K2-email"]["event_at"] == at(2025, 2, 2, 10)
    assert said["K5-email"]["event_at"] == at(2025, 2, 1, 10)  # undated: as old as the profile
    assert silver.unknown_words("klaviyo") == {
        "message_events.event_type": "Email Beamed (1)",
        "consent_events.state": "PENDING (1)",
    }


def test_a_profile_has_its_own_country_else_the_shops(silver: Silver) -> None:
    parties = silver.by("silver.parties", "klaviyo", "party_id")
    assert {key: row["jurisdiction"] for key, row in parties.items()} == {
        "K1": "Canada",
        "K2": "Canada",
        "K3": "Canada",
        "K4": "CA",
        "K5": "Canada",
        "review-925": "CA",
    }
    assert silver.refused("klaviyo") == []
