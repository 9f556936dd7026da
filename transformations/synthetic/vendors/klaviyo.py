"""Klaviyo, the mailings: profiles of most people, and what became of each message."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from holdfast.transformations.synthetic.block import Block
from holdfast.transformations.synthetic.contacts import Contacts, record_contacts
from holdfast.transformations.synthetic.customer_behaviour import AGGRIEVED, CONTENT
from holdfast.transformations.synthetic.export_writer import (
    ExportLines,
    SystemExports,
    json_lines,
    keep_lines,
    number_ids,
    party_records,
    rows_of,
)
from holdfast.transformations.synthetic.gaps import DELETED_PROFILE, draw_people
from holdfast.transformations.synthetic.retailer import Flags, Ints, Texts

PROFILE_SHARE: Final = 0.85
OPENED: Final = {CONTENT: 0.40, AGGRIEVED: 0.16}


def export_klaviyo(block: Block) -> SystemExports:
    """Profiles, and messages received, opened, clicked, refused."""
    random = block.random("klaviyo")
    person, created, contacts = _record_profiles(block, random)
    has_profile, profile = find_listed(block), profile_ids(block)
    phone = np.where(random.random(len(person)) < 0.3, contacts.phone, "")
    rows = _profiles(profile[person], contacts, phone, block.instants(created, 30_000))
    profiles = json_lines("klaviyo/profiles", created, rows)
    is_listed = ~draw_people(block, "profiles", DELETED_PROFILE)[person]
    return SystemExports(
        [
            keep_lines(profiles, is_listed),
            *_messages(block, random, has_profile, profile),
        ],
        [party_records("klaviyo:", profile[person], person)],
    )


def find_listed(block: Block) -> Flags:
    """Who has a profile; the first draw of the stream of mailings."""
    return np.asarray(block.random("klaviyo").random(len(block)) < PROFILE_SHARE)


def profile_ids(block: Block) -> Texts:
    """The id that each person's profile has, or would have."""
    return np.char.add("KL", number_ids(30_000_000, 7, block.people.number))


def find_contacts(block: Block) -> tuple[Ints, Contacts]:
    """Who has a profile, and the contacts that it holds."""
    person, _, contacts = _record_profiles(block, block.random("klaviyo"))
    return person, contacts


def _record_profiles(block: Block, random: np.random.Generator) -> tuple[Ints, Ints, Contacts]:
    """People with a profile, the day it was made, and its contacts."""
    person = np.flatnonzero(random.random(len(block)) < PROFILE_SHARE)
    created = np.maximum(block.lifecycles.joined[person] - 2, 0)
    return person, created, record_contacts(random, block.people, person, created, 0.35)


def refuse_messages(block: Block, person: Ints, day: Ints, second: int) -> ExportLines:
    """Unsubscriptions of people on a day, beside those that messages bring of themselves."""
    number = np.char.mod("more-%d", np.arange(len(person)))
    columns = (
        number,
        profile_ids(block)[person],
        block.instants(day, second),
        np.zeros(len(person), dtype=bool),
        day // 30,
    )
    return json_lines("klaviyo/events", day, _events("Unsubscribed", columns))


def _profiles(
    profile: Texts, contacts: Contacts, phone: Texts, created_at: Texts
) -> Iterator[dict[str, Any]]:
    names = (contacts.first_name, contacts.last_name)
    place = (contacts.address, contacts.city, contacts.postcode)
    columns = (profile, contacts.email, phone, *names, *place, created_at)
    for profile_id, email, number, first, last, street, city, postcode, at in rows_of(*columns):
        yield {
            "type": "profile",
            "id": profile_id,
            "attributes": {
                "email": email,
                "phone_number": number or None,
                "first_name": first,
                "last_name": last,
                "location": {"address1": street, "city": city, "zip": postcode, "country": "US"},
                "created": at,
                "updated": at,
            },
        }


def _messages(
    block: Block, random: np.random.Generator, has_profile: Flags, profile: Texts
) -> list[ExportLines]:
    messages = block.events["message"]
    sent = has_profile[messages.person]
    person, day, second, phase = (
        values[sent] for values in (messages.person, messages.day, messages.second, messages.phase)
    )
    n = len(person)
    open_share = np.select([phase == CONTENT, phase == AGGRIEVED], list(OPENED.values()), 0.02)
    is_open = random.random(n) < open_share
    is_click = is_open & (random.random(n) < 0.3)
    is_refusal = random.random(n) < np.where(phase == AGGRIEVED, 0.03, 0.002)
    wait = random.integers(60, 3_000, n)
    is_machine = random.random(n) < 0.1
    exports = []
    for metric, is_kind, step in (
        ("Received Email", np.ones(n, dtype=bool), 0),
        ("Opened Email", is_open, 1),
        ("Clicked Email", is_click, 2),
        ("Unsubscribed", is_refusal, 3),
    ):
        rows = np.flatnonzero(is_kind)
        later = second[rows] + step * wait[rows]
        columns = (
            rows,
            profile[person[rows]],
            block.instants(day[rows], later),
            is_machine[rows] & (step == 1),
            day[rows] // 30,
        )
        available = day[rows] + later // 86_400
        exports.append(json_lines("klaviyo/events", available, _events(metric, columns)))
    return exports


def _events(metric: str, columns: tuple[Any, ...]) -> Iterator[dict[str, Any]]:
    for number, profile_id, at, is_machine, campaign in rows_of(*columns):
        properties = {"$message": f"C{campaign}", "machine_open": is_machine}
        yield {
            "type": "event",
            "id": f"{profile_id}-{number}-{metric[:2]}",
            "attributes": {"event_properties": properties, "datetime": at},
            "relationships": {
                "profile": {"data": {"type": "profile", "id": profile_id}},
                "metric": {"data": {"type": "metric", "name": metric}},
            },
        }
