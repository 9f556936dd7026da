"""A retailer's records of known people: households, typos, nicknames, moves, changed addresses,
shared keys, devices.

Nothing here is taken from the code it tests. The columns are those of `party_records`, with the
truth beside them.
"""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

from bench.records.vocabulary import (
    ENDINGS,
    FIRST,
    HOSTS,
    MIDDLES,
    NICKNAMES,
    STEMS,
    STREET_KINDS,
    STREETS,
)

SCHEMA: Final = (
    "party_id string, party_kind string, emails array<string>, phones array<string>, devices "
    "array<string>, "
    "first_name string, last_name string, address string, city string, postcode string, birth_date "
    "string"
)
COLUMNS: Final = tuple(column.split()[0] for column in SCHEMA.split(", "))


@dataclass
class Person:
    """One true person with all that has been theirs over time."""

    number: int
    household: int
    first: str
    last: str
    born: str
    emails: list[str]
    phones: list[str]
    homes: list[tuple[str, str, str]]
    devices: list[str] = field(default_factory=list)


def records(households: int, seed: int = 1) -> pd.DataFrame:
    """Shuffled records of some 2 people per household, and 4 per person; columns as
    `party_records`, then person, household.
    """
    random = np.random.default_rng(seed)
    people = _people(households, random)
    rows = [row for person in people for row in _records_of(person, random)]
    order = random.permutation(len(rows))
    return pd.DataFrame(rows).iloc[order].reset_index(drop=True)


def _people(households: int, random: np.random.Generator) -> list[Person]:
    firsts = _skewed(len(FIRST), random)
    surnames = [
        stem + middle + ending for stem in STEMS for middle in MIDDLES for ending in ENDINGS
    ]
    lasts = _skewed(len(surnames), random, flatter=40.0)
    people: list[Person] = []
    taken: set[str] = set()
    for household in range(households):
        homes = [_home(random) for _ in range(1 + int(random.random() < 0.15))]
        family = surnames[random.choice(len(surnames), p=lasts)]
        landline = _phone(random)
        mailbox = f"{family}.family{random.integers(100)}@{random.choice(HOSTS)}"
        size = random.choice([1, 2, 3, 4], p=[0.4, 0.3, 0.2, 0.1])
        for place, name in enumerate(random.choice(len(FIRST), size, replace=False, p=firsts)):
            keeps_name = place == 0 or random.random() < 0.85
            last = family if keeps_name else surnames[random.choice(len(surnames), p=lasts)]
            born = _birth_date(random)
            emails = _emails(FIRST[name], last, mailbox, taken, random)
            phones = [_phone(random)] + [landline] * int(random.random() < 0.25)
            number = len(people)
            devices = _devices(number, household, random)
            people.append(
                Person(number, household, FIRST[name], last, born, emails, phones, homes, devices)
            )
    return people


def _birth_date(random: np.random.Generator) -> str:
    year, month, day = (random.integers(*of) for of in ((1945, 2005), (1, 13), (1, 29)))
    return f"{year}-{month:02}-{day:02}"


def _emails(
    first: str, last: str, mailbox: str, taken: set[str], random: np.random.Generator
) -> list[str]:
    """One or two addresses of one's own, and for some the family's."""
    emails = [_email(first, last, taken, random)]
    if random.random() < 0.25:
        moved = f"{emails[0].split('@')[0]}@{random.choice(HOSTS)}"
        keeps_local_part = random.random() < 0.4 and moved not in taken
        emails.append(moved if keeps_local_part else _email(first, last, taken, random))
        taken.add(emails[1])
    return emails + [mailbox] * int(random.random() < 0.15)


def _devices(number: int, household: int, random: np.random.Generator) -> list[str]:
    """One to three devices of one's own, and for some the family's tablet."""
    own = [f"d-{number}-{k}" for k in range(random.integers(1, 4))]
    return own + [f"d-{household}-home"] * int(random.random() < 0.2)


def _records_of(person: Person, random: np.random.Generator) -> list[dict[str, Any]]:
    """What each system of the retailer holds on one person: how much differs from
    system to system.
    """
    sources = [
        ("shop", "account", 0.9, 0.7, 0.95, 0.85, 0.0),
        ("till", "account", 0.15, 0.85, 0.9, 0.4, 0.3),
        ("help", "account", 0.95, 0.1, 0.8, 0.0, 0.0),
        ("news", "account", 1.0, 0.0, 0.5, 0.0, 0.2),
    ]
    present = [source for source in sources if random.random() < 0.6] or sources[:1]
    present += [("guest", "guest", 0.75, 0.35, 1.0, 0.9, 0.0)] * int(random.poisson(1.2))
    rows = [
        _row(person, f"{source}:{person.number}-{place}", kind, chances, random)
        for place, (source, kind, *chances) in enumerate(present)
    ]
    for device in person.devices:
        empty = _empty_row(person, f"web:{device}", "device", [], [], [device])
        rows += [empty] if not device.endswith("home") else []
        logged = [row for row in rows if row["party_kind"] == "account"]
        if logged and random.random() < 0.6:
            logged[0]["devices"] = sorted({*logged[0]["devices"], device})
    return rows


def _row(
    person: Person, party: str, kind: str, chances: list[float], random: np.random.Generator
) -> dict[str, Any]:
    email, phone, name, address, born = (random.random(5) < chances).tolist()
    street, city, code = person.homes[random.integers(len(person.homes))]
    row = _empty_row(
        person,
        party,
        kind,
        [random.choice(person.emails)] * int(email or not phone),
        [random.choice(person.phones)] * int(phone),
        [],
    )
    first = NICKNAMES.get(person.first, person.first[0]) if random.random() < 0.08 else person.first
    if name:
        row |= {
            "first_name": _typo(first, 0.05, random),
            "last_name": _typo(person.last, 0.05, random),
        }
    if address:
        row |= {
            "address": _typo(street, 0.1, random),
            "city": city,
            "postcode": _typo(code, 0.02, random),
        }
    return row | {"birth_date": person.born if born else None}


def _empty_row(
    person: Person, party: str, kind: str, emails: list[str], phones: list[str], devices: list[str]
) -> dict[str, Any]:
    return {
        "party_id": party,
        "party_kind": kind,
        "emails": [str(value) for value in emails],
        "phones": [str(value) for value in phones],
        "devices": devices,
        "first_name": None,
        "last_name": None,
        "address": None,
        "city": None,
        "postcode": None,
        "birth_date": None,
        "person": person.number,
        "household": person.household,
    }


def _home(random: np.random.Generator) -> tuple[str, str, str]:
    city = int(random.integers(40))
    street = f"{random.integers(1, 400)} {random.choice(STREETS)} {random.choice(STREET_KINDS)}"
    flat = f" apt {random.integers(1, 30)}" if random.random() < 0.25 else ""
    return street + flat, f"city {city}", f"{10000 + 137 * city + random.integers(8)}"


def _email(first: str, last: str, taken: set[str], random: np.random.Generator) -> str:
    """An address nobody else has; a second one often keeps its local part."""
    while True:
        form = random.choice(["{f}.{l}", "{f}{l}{n}", "{i}{l}{n}", "{f}{n}", "{l}.{i}"])
        local = form.format(f=first, l=last, i=first[0], n=random.integers(1, 999))
        address = f"{local}@{random.choice(HOSTS)}"
        if address not in taken:
            taken.add(address)
            return address


def _phone(random: np.random.Generator) -> str:
    return f"1{random.integers(2_000_000_000, 9_999_999_999)}"


def _typo(text: str, chance: float, random: np.random.Generator) -> str:
    if random.random() >= chance or len(text) < 3:
        return text
    at = int(random.integers(1, len(text) - 1))
    letter = "abcdefghijklmnopqrstuvwxyz"[random.integers(26)]
    forms = [
        text[:at] + text[at + 1 :],
        text[:at] + letter + text[at:],
        text[:at] + letter + text[at + 1 :],
        text[:at] + text[at + 1] + text[at] + text[at + 2 :],
    ]
    return forms[random.integers(4)]


def _skewed(
    size: int, random: np.random.Generator, flatter: float = 8.0
) -> "np.ndarray[Any, np.dtype[np.float64]]":
    weight = 1 / (np.arange(size) + flatter)
    return random.permutation(weight / weight.sum())
