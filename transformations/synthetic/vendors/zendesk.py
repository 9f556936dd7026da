"""Zendesk, the help desk: users who ever wrote, and their tickets."""

from typing import Final

import numpy as np

from holdfast.transformations.synthetic import names
from holdfast.transformations.synthetic.block import Block
from holdfast.transformations.synthetic.contacts import record_contacts
from holdfast.transformations.synthetic.customer_behaviour import CAUSES
from holdfast.transformations.synthetic.export_writer import (
    ExportLines,
    SystemExports,
    csv_lines,
    keep_lines,
    number_ids,
    party_records,
    repeat_text,
)
from holdfast.transformations.synthetic.gaps import NO_HELP_DESK_USER, draw_people
from holdfast.transformations.synthetic.retailer import Flags, Ints, Texts

FIRST_TICKET: Final = 3_000_000


def export_zendesk(block: Block) -> SystemExports:
    """Each ticket as a row, again when it is solved; each user who ever wrote."""
    random = block.random("zendesk")
    user = number_ids(900_000, 19, block.people.number)
    tickets = _tickets(block, random, user)
    users = _users(block, random, user)
    return SystemExports([*tickets, *users.exports], users.parties)


def _tickets(block: Block, random: np.random.Generator, user: Texts) -> list[ExportLines]:
    tickets, n = block.events["ticket"], len(block.events["ticket"])
    person, day, second = tickets.person, tickets.day, tickets.second
    is_about_cause = tickets.is_aggrieved & (random.random(n) < 0.85)
    topic = np.where(is_about_cause, block.lifecycles.cause[person], CAUSES.index("none"))
    is_service = tickets.is_aggrieved & (topic == CAUSES.index("service"))
    subject, description = _ticket_texts(random, topic, tickets.is_aggrieved)
    is_urgent = random.random(n) < np.where(is_service, 0.45, 0.04)
    is_high = random.random(n) < np.where(is_service, 0.5, 0.15)
    head = [
        number_ids(FIRST_TICKET, 1, block.first_number * 30 + np.arange(n)),
        user[person],
        subject,
        description,
        np.where(is_urgent, "urgent", np.where(is_high, "high", "normal")),
    ]
    web, opened_at = repeat_text("web", person), block.instants(day, second)
    unsolved = [repeat_text("open", person), web, opened_at, opened_at, repeat_text("", person)]
    days_open = np.where(is_service, random.integers(8, 40, n), random.integers(1, 5, n))
    is_solved = random.random(n) < np.where(is_service, 0.5, 0.95)
    solved_day = day + days_open
    solved_at = block.instants(solved_day, second)
    solved = [repeat_text("solved", person), web, opened_at, solved_at, solved_at]
    rows = is_solved & (solved_day < block.retailer.days)
    return [
        csv_lines("zendesk/tickets", day, [*head, *unsolved]),
        csv_lines(
            "zendesk/tickets", solved_day[rows], [column[rows] for column in (*head, *solved)]
        ),
    ]


def _ticket_texts(
    random: np.random.Generator, topic: Ints, is_aggrieved: Flags
) -> tuple[Texts, Texts]:
    """Subject and description of each ticket; some add thanks."""
    picks = random.integers(0, 3, len(topic))
    says_thanks = random.random(len(topic)) < np.where(is_aggrieved, 0.1, 0.5)
    texts = [
        names.COMPLAINTS[CAUSES[cause]][pick]
        for cause, pick in zip(topic.tolist(), picks.tolist(), strict=True)
    ]
    descriptions = [
        f"{text} {names.PRAISE[0]}" if thanks else text
        for text, thanks in zip(texts, says_thanks.tolist(), strict=True)
    ]
    subjects = [" ".join(text.split()[:3]) for text in texts]
    return np.array(subjects, dtype=str), np.array(descriptions, dtype=str)


def _users(block: Block, random: np.random.Generator, user: Texts) -> SystemExports:
    tickets = block.events["ticket"]
    person, first_ticket = np.unique(tickets.person, return_index=True)
    since = tickets.day[first_ticket]
    contacts = record_contacts(random, block.people, person, since, 0.2)
    phone = np.where(random.random(len(person)) < 0.4, contacts.phone, "")
    created_at = block.instants(since, 0)
    columns = [user[person], contacts.name, contacts.email, phone, created_at, created_at]
    users = csv_lines("zendesk/users", since, columns)
    is_listed = ~draw_people(block, "help desk users", NO_HELP_DESK_USER)[person]
    return SystemExports(
        [keep_lines(users, is_listed)],
        [party_records("zendesk:", user[person], person)],
    )
