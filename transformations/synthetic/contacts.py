"""Names, addresses, e-mails and phones: shared in households, moved, changed, mistyped, written in
many ways.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from holdfast.transformations.synthetic import names
from holdfast.transformations.synthetic.retailer import (
    BLOCK_SIZE,
    NEVER,
    Flags,
    Ints,
    SyntheticRetailer,
    Texts,
)

# Shares of people.
MOVES: Final = 0.08
CHANGES_EMAIL: Final = 0.08
HAS_SECOND_EMAIL: Final = 0.25  # which some systems know them by
# Shares of those who live with others: who use what the first of the household has.
SHARES_NAME: Final = 0.85
SHARES_EMAIL: Final = 0.12
SHARES_PHONE: Final = 0.35
# Shares of records.
TYPO: Final = 0.03
INITIAL_ONLY: Final = 0.04
UPPER_CASE_EMAIL: Final = 0.05
SHORT_STREET: Final = 0.3


@dataclass(frozen=True, eq=False)
class People:
    """Who the people of a block are. Texts are as they would write them themselves.

    `moved` and `changed` are the days from which the second address and the second e-mail hold.
    """

    number: Ints
    household: Ints
    first_name: Texts
    last_name: Texts
    born: Texts
    phone: Texts
    email: Texts
    other_email: Texts
    changed: Ints
    has_second: Flags
    address: Texts
    postcode: Texts
    city: Texts
    new_address: Texts
    new_postcode: Texts
    new_city: Texts
    moved: Ints


def draw_people(retailer: SyntheticRetailer, block: int) -> People:
    """Draw the people of a block."""
    random, n = retailer.random(block, "people"), retailer.size(block)
    number = block * BLOCK_SIZE + np.arange(n)
    head = _household_heads(random, n)
    shares = head != np.arange(n)
    first = _draw_names(random, names.FIRST, n)
    last = _draw_names(random, names.LAST, n)
    last = np.where(shares & (random.random(n) < SHARES_NAME), last[head], last)
    phone = np.char.mod("%d", 2_010_000_000 + (number * 7_919_333) % 7_900_000_000)
    phone = np.where(shares & (random.random(n) < SHARES_PHONE), phone[head], phone)
    email, other = _draw_emails(random, first, last, number)
    email = np.where(shares & (random.random(n) < SHARES_EMAIL), email[head], email)
    address, postcode, city = _draw_homes(random, n)
    new_address, new_postcode, new_city = _draw_homes(random, n)
    age = random.integers(0, 365 * 60, n).astype("timedelta64[D]")
    day = random.integers(30, retailer.days, (2, n))
    return People(
        number=number,
        household=number[head],
        first_name=first,
        last_name=last,
        born=np.datetime_as_string(np.datetime64("1945-01-01") + age, unit="D"),
        phone=phone,
        email=email,
        other_email=other,
        changed=np.where(random.random(n) < CHANGES_EMAIL, day[0], NEVER),
        has_second=random.random(n) < HAS_SECOND_EMAIL,
        address=address[head],
        postcode=postcode[head],
        city=city[head],
        new_address=new_address,
        new_postcode=new_postcode,
        new_city=new_city,
        moved=np.where(random.random(n) < MOVES, day[1], NEVER),
    )


def _household_heads(random: np.random.Generator, n: int) -> Ints:
    """Position of the first of each person's household: neighbours in the block live together."""
    sizes = random.choice([1, 2, 3, 4], size=n, p=[0.62, 0.24, 0.08, 0.06])
    starts = np.zeros(n, dtype=np.int64)
    at = 0
    while at < n:
        starts[at : at + sizes[at]] = at
        at += int(sizes[at])
    return starts


def _draw_names(random: np.random.Generator, pool: tuple[str, ...], n: int) -> Texts:
    """Names, the earlier in the pool the more frequent."""
    weight = 1 / (np.arange(len(pool)) + 12.0)
    return np.asarray(random.choice(np.array(pool), size=n, p=weight / weight.sum()))


def _draw_emails(
    random: np.random.Generator, first: Texts, last: Texts, number: Ints
) -> tuple[Texts, Texts]:
    """Each person's own e-mail, and the other that they may use or change to."""
    host = random.choice(names.HOSTS, size=(2, len(number)))
    first, last, digits = np.char.lower(first), np.char.lower(last), np.char.mod("%d", number)
    email = join_texts(first, ".", last, digits, "@", host[0])
    own = join_texts(first, ".", last, digits)
    short = join_texts(first.astype("U1"), last, digits)
    other = join_texts(np.where(random.random(len(number)) < 0.3, own, short), "@", host[1])
    return email, other


def _draw_homes(random: np.random.Generator, n: int) -> tuple[Texts, Texts, Texts]:
    """Street addresses, postcodes and cities."""
    street = random.choice(np.array(names.STREETS), n)
    kind = random.choice(np.array(names.KINDS), n)
    place = random.integers(0, len(names.CITIES), n)
    house = np.char.mod("%d", random.integers(1, 1999, n))
    postcode = np.char.mod("%05d", 10_000 + place * 2_900 + random.integers(0, 60, n))
    return join_texts(house, " ", street, " ", kind), postcode, np.array(names.CITIES)[place]


def join_texts(*parts: Texts | str) -> Texts:
    """Texts of each row one after the other; a plain text stands on every row."""
    whole = parts[0]
    for part in parts[1:]:
        whole = np.char.add(whole, part)
    return np.asarray(whole)


@dataclass(frozen=True, eq=False)
class Contacts:
    """Contacts as they stand in the records of one system, one row per record."""

    first_name: Texts
    last_name: Texts
    email: Texts
    phone: Texts
    address: Texts
    postcode: Texts
    city: Texts

    @property
    def name(self) -> Texts:
        """First and last name in one field."""
        return join_texts(self.first_name, " ", self.last_name)


def record_contacts(
    random: np.random.Generator,
    people: People,
    person: Ints,
    day: Ints,
    second_email_share: float = 0.0,
) -> Contacts:
    """How a system records the people `person` on `day`: with their address and e-mail of that day,
    slips and all.

    `second_email_share` is the share of those with a second e-mail who gave that one.
    """
    n = len(person)
    first = _swap_letters(random, people.first_name[person])
    last = _swap_letters(random, people.last_name[person])
    first = np.where(random.random(n) < INITIAL_ONLY, first.astype("U1"), first)
    gave_other = (day >= people.changed[person]) | (
        people.has_second[person] & (random.random(n) < second_email_share)
    )
    email = np.where(gave_other, people.other_email[person], people.email[person])
    email = np.where(random.random(n) < UPPER_CASE_EMAIL, np.char.upper(email), email)
    has_moved = day >= people.moved[person]
    address = np.where(has_moved, people.new_address[person], people.address[person])
    is_short = random.random(n) < SHORT_STREET
    address = _swap_letters(random, np.where(is_short, _shorten_streets(address), address))
    return Contacts(
        first,
        last,
        email,
        _format_phones(random, people.phone[person]),
        address,
        np.where(has_moved, people.new_postcode[person], people.postcode[person]),
        np.where(has_moved, people.new_city[person], people.city[person]),
    )


def _shorten_streets(address: Texts) -> Texts:
    if not len(address):  # which numpy's replace does not take
        return address
    return np.char.replace(np.char.replace(address, "Street", "St."), "Avenue", "Ave")


def _swap_letters(random: np.random.Generator, text: Texts) -> Texts:
    """Two neighbouring letters swapped in a few of the texts."""
    slips = text.copy()
    for at in np.flatnonzero(random.random(len(text)) < TYPO):
        word = str(text[at])
        place = int(random.integers(0, max(1, len(word) - 1)))
        slips[at] = word[:place] + word[place : place + 2][::-1] + word[place + 2 :]
    return slips


def _format_phones(random: np.random.Generator, digits: Texts) -> Texts:
    styles = ("+1{}{}{}", "({}) {}-{}", "{}{}{}", "1-{}-{}-{}")
    style = random.integers(0, len(styles), len(digits))
    return np.array(
        [
            styles[number].format(text[:3], text[3:6], text[6:])
            for number, text in zip(style.tolist(), digits.tolist(), strict=True)
        ],
        dtype="U20",
    )
