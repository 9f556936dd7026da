"""Zendesk, the help desk: users who ever wrote, and their tickets."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from holdfast.transformations.synthetic import names
from holdfast.transformations.synthetic.block import Block
from holdfast.transformations.synthetic.contacts import record_contacts
from holdfast.transformations.synthetic.customer_behaviour import CAUSES
from holdfast.transformations.synthetic.export_writer import (
    ExportLines,
    SystemExports,
    json_lines,
    keep_lines,
    number_ids,
    party_records,
    rows_of,
    true_states,
)
from holdfast.transformations.synthetic.gaps import NO_HELP_DESK_USER, draw_people
from holdfast.transformations.synthetic.retailer import NEVER, Flags, Ints, Texts
from holdfast.transformations.synthetic.turns import draw_reopened

FIRST_TICKET: Final = 3_000_000


def export_zendesk(block: Block) -> SystemExports:
    """Each ticket as a row, again when it is solved or reopened; each user who ever wrote."""
    random = block.random("zendesk")
    user = number_ids(900_000, 19, block.people.number)
    tickets = _tickets(block, random, user)
    users = _users(block, random, user)
    return SystemExports([*tickets.exports, *users.exports], users.parties, tickets.states)


def _tickets(block: Block, random: np.random.Generator, user: Texts) -> SystemExports:
    tickets, n = block.events["ticket"], len(block.events["ticket"])
    person, day = tickets.person, tickets.day
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
    days_open = np.where(is_service, random.integers(8, 40, n), random.integers(1, 5, n))
    is_solved = random.random(n) < np.where(is_service, 0.5, 0.95)
    solved_day = np.where(is_solved, day + days_open, NEVER)
    reopened, again = draw_reopened(block, solved_day)
    versions = [
        _versions(block, head, changed, is_solved=is_solved)
        for changed, is_solved in (
            (day, False),
            (solved_day, True),
            (reopened, False),
            (again, True),
        )
    ]
    last = np.array(block.retailer.days)
    ends_solved = ((solved_day < last) & (reopened >= last)) | (again < last)
    status = np.where(ends_solved, "ended", "standing")
    ids, status = head[0][tickets.is_real], status[tickets.is_real]
    return SystemExports(versions, states=[true_states("tickets", "zendesk:", ids, status)])


def _versions(block: Block, head: list[Texts], changed: Ints, *, is_solved: bool) -> ExportLines:
    """The tickets as they stand on the days on which they changed."""
    tickets = block.events["ticket"]
    rows = np.flatnonzero(changed < block.retailer.days)
    day, second = changed[rows], tickets.second[rows]
    at = block.instants(day, second)
    columns = (*(column[rows] for column in head), block.instants(tickets.day[rows], second), at)
    return json_lines("zendesk/tickets", day, _ticket_rows(columns, is_solved=is_solved))


def _ticket_rows(columns: Any, *, is_solved: bool) -> Iterator[dict[str, Any]]:
    for ticket, user, subject, description, priority, made, at in rows_of(*columns):
        yield {
            "id": int(ticket),
            "requester_id": int(user),
            "subject": subject,
            "description": description,
            "priority": priority,
            "status": "solved" if is_solved else "open",
            "via": {"channel": "web"},
            "metric_set": {"solved_at": at if is_solved else None},
            "created_at": made,
            "updated_at": at,
        }


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
    columns = (user[person], contacts.name, contacts.email, phone, block.instants(since, 0))
    users = json_lines("zendesk/users", since, _user_rows(columns))
    is_listed = ~draw_people(block, "help desk users", NO_HELP_DESK_USER)[person]
    return SystemExports(
        [keep_lines(users, is_listed)],
        [party_records("zendesk:", user[person], person)],
    )


def _user_rows(columns: Any) -> Iterator[dict[str, Any]]:
    for user, name, email, phone, at in rows_of(*columns):
        yield {
            "id": int(user),
            "name": name,
            "email": email,
            "phone": phone or None,
            "role": "end-user",
            "created_at": at,
            "updated_at": at,
        }
