"""Delighted: each kind of survey on its own scale, both scales of effort among them."""

import pytest

from tests.jobs.vendors.conftest import Silver, at


def test_a_score_is_a_share_of_its_own_scale(silver: Silver) -> None:
    answers = silver.by("silver.survey_responses", "delighted", "response_id")
    shown = {
        key: (row["survey_type"], row["score"], row["score_share"]) for key, row in answers.items()
    }
    assert shown == {
        "d1": ("nps", 9, 0.9),
        "d2": ("csat", 4, 0.75),  # 1 to 5
        "d3": ("csat", 3, 1.0),  # 1 to 3
        "d4": ("ces", 5, 1.0),  # 1 to 5
        "d5": ("ces", 5, pytest.approx(2 / 3)),  # 1 to 7
        "d6": ("csat", 1, 0.0),  # smileys, 1 to 5
        "d7": ("csat", 3, 0.5),  # stars, 1 to 5
        "d8": ("csat", 1, 1.0),  # thumbs up
        "d9": ("csat", 0, 0.0),  # and down
        "d10": ("unknown", 3, None),
    }
    assert answers["d1"]["event_at"] == at(2025, 5, 1, 10)
    assert silver.unknown_words("delighted") == {"survey_responses.survey_type": "pmf (1)"}


def test_a_score_past_the_end_of_its_scale_is_refused(silver: Silver) -> None:
    assert silver.refused("delighted") == [("silver.survey_responses", "check:score_share")]


def test_employees_are_no_customers(silver: Silver) -> None:
    assert set(silver.by("silver.parties", "delighted", "party_id")) == {"p1"}
