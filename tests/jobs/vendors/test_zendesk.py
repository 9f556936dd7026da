"""Zendesk: when a ticket was solved, who is no customer, what was said of it."""

from tests.jobs.vendors.conftest import Silver, at


def test_a_ticket_is_solved_while_its_status_says_so(silver: Silver) -> None:
    tickets = silver.by("silver.tickets", "zendesk", "ticket_id")
    assert {key: row["solved_at"] for key, row in tickets.items()} == {
        "1": None,
        "2": None,
        "3": None,
        "4": at(2025, 7, 3, 10),
        "5": at(2025, 7, 3, 10),  # closed four weeks after it was solved
        "6": None,  # reopened: its metrics still say when it was solved before
        "9": None,
        "10": at(2025, 7, 4, 11),  # without metrics, by its version
    }
    assert tickets["1"]["party_id"] == "zendesk:701"
    assert tickets["1"]["topic"] == "quality" and tickets["1"]["negativity"] > 0


def test_a_status_nobody_listed_is_refused_and_a_priority_kept_as_unknown(silver: Silver) -> None:
    tickets = silver.by("silver.tickets", "zendesk", "ticket_id")
    assert {tickets[key]["priority"] for key in ("1", "2", "9")} == {"high", None, "unknown"}
    assert silver.unknown_words("zendesk") == {"tickets.priority": "blocker (1)"}
    assert silver.refused("zendesk") == [
        ("silver.survey_responses", "type:score,type:score_share"),
        ("silver.tickets", "type:solved_at"),
    ]


def test_staff_is_no_customer(silver: Silver) -> None:
    assert set(silver.by("silver.parties", "zendesk", "party_id")) == {"701"}


def test_a_rating_counts_when_it_is_answered(silver: Silver) -> None:
    answers = silver.by("silver.survey_responses", "zendesk", "response_id")
    assert {
        key: (row["survey_type"], row["score"], row["score_share"], row["event_at"])
        for key, row in answers.items()
    } == {
        "rating-31": ("csat", 1, 1.0, at(2025, 7, 5, 10)),
        "rating-32": ("csat", 0, 0.0, at(2025, 7, 6, 10)),
    }
