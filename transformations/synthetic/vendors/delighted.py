"""Delighted, the surveys: scores of 0 to 10 with a comment."""

from typing import Final

import numpy as np

from holdfast.transformations.synthetic import names
from holdfast.transformations.synthetic.block import Block
from holdfast.transformations.synthetic.contacts import record_contacts
from holdfast.transformations.synthetic.customer_behaviour import CAUSES
from holdfast.transformations.synthetic.export_writer import (
    SystemExports,
    json_lines,
    number_ids,
    party_records,
    rows_of,
)
from holdfast.transformations.synthetic.retailer import Ints, Texts

FIRST_RESPONSE: Final = 5_000_000
CONTENT_SCORE: Final = 8.7
AGGRIEVED_SCORES: Final = np.array([6.5, 6.8, 3.8, 4.6, 7.2])  # mean by cause


def export_delighted(block: Block) -> SystemExports:
    """Responses with times in seconds since 1970, as this system writes them."""
    random, surveys = block.random("delighted"), block.events["survey"]
    person, n = surveys.person, len(surveys)
    cause_score = AGGRIEVED_SCORES[block.lifecycles.cause[person]]
    mean = np.where(surveys.is_aggrieved, cause_score, CONTENT_SCORE)
    score = np.clip(np.rint(random.normal(mean, 1.7, n)), 0, 10).astype(np.int64)
    contacts = record_contacts(random, block.people, person, surveys.day, 0.2)
    respondent = number_ids(33_000_000, 37, block.people.number)
    first_second = np.datetime64(block.retailer.start, "s").astype(np.int64)
    columns = (
        number_ids(FIRST_RESPONSE, 1, block.first_number * 20 + np.arange(n)),
        respondent[person],
        contacts.email,
        contacts.name,
        score,
        _comments(block, random, score),
        first_second + surveys.day * 86_400 + surveys.second,
    )
    rows = (
        {
            "id": response_id,
            "person": {"id": person_id, "email": email, "name": name},
            "survey_type": "nps",
            "score": points,
            "comment": comment,
            "created_at": at,
            "updated_at": at,
        }
        for response_id, person_id, email, name, points, comment, at in rows_of(*columns)
    )
    everyone = np.unique(person)
    return SystemExports(
        [json_lines("delighted/survey_responses", surveys.day, rows)],
        [party_records("delighted:", respondent[everyone], everyone)],
    )


def _comments(block: Block, random: np.random.Generator, score: Ints) -> Texts:
    """A complaint about the cause of a grievance with a low score, praise with any other."""
    surveys = block.events["survey"]
    causes = block.lifecycles.cause[surveys.person]
    is_complaint = surveys.is_aggrieved & (score < 8)
    picks = random.integers(0, 3, len(surveys))
    comments = [
        names.COMPLAINTS[CAUSES[cause]][pick] if complains else names.PRAISE[pick]
        for cause, complains, pick in rows_of(causes, is_complaint, picks)
    ]
    return np.array(comments, dtype=str)
