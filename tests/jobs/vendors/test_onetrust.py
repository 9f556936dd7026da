"""OneTrust: every kind of transaction, purposes by name, identifiers that are no e-mail."""

from tests.jobs.vendors.conftest import Silver, at

MARKETING = "6f1d1e6a-0001"


def test_only_what_a_person_confirmed_is_a_yes(silver: Silver) -> None:
    said = silver.by("silver.consent_events", "onetrust", "consent_event_id")
    states = {
        key.removesuffix(f"-{MARKETING}"): row["state"]
        for key, row in said.items()
        if key.endswith(MARKETING)
    }
    assert states == {
        "confirmed": "granted",
        "active": "granted",
        "extend": "granted",
        "change_preferences": "granted",
        "implicit": "denied",
        "notgiven": "denied",
        "no_choice": "denied",
        "pending": "denied",
        "withdrawn": "withdrawn",
        "cancel": "withdrawn",
        "expired": "withdrawn",
        "opt_out": "withdrawn",
        "hard_opt_out": "objected",
        "snoozed": "unknown",
        "both": "granted",
    }
    assert silver.unknown_words("onetrust") == {"consent_events.state": "SNOOZED (1)"}


def test_a_receipt_may_speak_of_several_purposes_and_one_that_silver_lacks_is_refused(
    silver: Silver,
) -> None:
    said = silver.by("silver.consent_events", "onetrust", "consent_event_id")
    analytics = said["both-6f1d1e6a-0002"]
    assert (analytics["purpose"], analytics["state"]) == ("analytics", "denied")
    assert analytics["event_at"] == at(2025, 8, 1, 9, 30)
    assert silver.refused("onetrust") == [("silver.consent_events", "word:purpose")]


def test_rules_are_those_of_the_country_of_the_interaction_else_of_the_shop(
    silver: Silver,
) -> None:
    said = silver.by("silver.consent_events", "onetrust", "consent_event_id")
    countries = {key: row["jurisdiction"] for key, row in said.items()}
    assert countries[f"confirmed-{MARKETING}"] == "FR"
    assert countries[f"both-{MARKETING}"] == "CA"


def test_an_identifier_of_another_kind_is_no_e_mail(silver: Silver) -> None:
    parties = silver.by("silver.parties", "onetrust", "party_id")
    assert parties["confirmed"]["email_token"] and not parties["both"]["email_token"]
