"""Names, addresses, e-mails and phones: shared in households, moved, changed, mistyped, written in
many ways.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from holdfast.transformations.synthetic import names
from holdfast.transformations.synthetic.generator import (
    BLOCK,
    Flags,
    Ints,
    SyntheticRetailer,
    Texts,
)

MOVES: Final = 0.08
CHANGES: Final = 0.08
SECOND: Final = 0.25  # of people have a second e-mail, which some systems know them by
SHARES_EMAIL: Final = (
    0.12  # of those who live with others use the e-mail of the first of the household
)
SHARES_PHONE: Final = 0.35
TYPO: Final = 0.03
INITIAL: Final = 0.04
_NEVER: Final = 10**6


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


def people(retailer: SyntheticRetailer, block: int) -> People:
    """Draw the people of a block."""
    random, n = retailer.random(block, "people"), retailer.size(block)
    number = block * BLOCK + np.arange(n)
    head = _heads(random, n)
    shares = head != np.arange(n)
    first = _common(random, names.FIRST, n)
    last = _common(random, names.LAST, n)
    last = np.where(shares & (random.random(n) < 0.85), last[head], last)
    phone = np.char.mod("%d", 2_010_000_000 + (number * 7_919_333) % 7_900_000_000)
    phone = np.where(shares & (random.random(n) < SHARES_PHONE), phone[head], phone)
    host = random.choice(names.HOSTS, size=(2, n))
    digits = np.char.mod("%d", number)
    email = _joined(np.char.lower(first), ".", np.char.lower(last), digits, "@", host[0])
    own = _joined(np.char.lower(first), ".", np.char.lower(last), digits)
    short = _joined(np.char.lower(first.astype("U1")), np.char.lower(last), digits)
    other = _joined(np.where(random.random(n) < 0.3, own, short), "@", host[1])
    email = np.where(shares & (random.random(n) < SHARES_EMAIL), email[head], email)
    address, postcode, city = _homes(random, n)
    new_address, new_postcode, new_city = _homes(random, n)
    age = random.integers(0, 365 * 60, n).astype("timedelta64[D]")
    born = np.datetime_as_string(np.datetime64("1945-01-01") + age, unit="D")
    day = random.integers(30, retailer.days, (2, n))
    return People(
        number,
        number[head],
        first,
        last,
        born,
        phone,
        email,
        other,
        np.where(random.random(n) < CHANGES, day[0], _NEVER),
        random.random(n) < SECOND,
        address[head],
        postcode[head],
        city[head],
        new_address,
        new_postcode,
        new_city,
        np.where(random.random(n) < MOVES, day[1], _NEVER),
    )


def _heads(random: np.random.Generator, n: int) -> Ints:
    """Position of the first of each person's household: neighbours in the block live together."""
    sizes = random.choice([1, 2, 3, 4], size=n, p=[0.62, 0.24, 0.08, 0.06])
    starts = np.zeros(n, dtype=np.int64)
    at = 0
    while at < n:
        starts[at : at + sizes[at]] = at
        at += int(sizes[at])
    return starts


def _common(random: np.random.Generator, pool: tuple[str, ...], n: int) -> Texts:
    """Names, the earlier the more frequent."""
    weight = 1 / (np.arange(len(pool)) + 12.0)
    return np.asarray(random.choice(np.array(pool), size=n, p=weight / weight.sum()))


def _homes(random: np.random.Generator, n: int) -> tuple[Texts, Texts, Texts]:
    street, kind = (
        random.choice(np.array(names.STREETS), n),
        random.choice(np.array(names.KINDS), n),
    )
    place = random.integers(0, len(names.CITIES), n)
    house = np.char.mod("%d", random.integers(1, 1999, n))
    postcode = np.char.mod("%05d", 10_000 + place * 2_900 + random.integers(0, 60, n))
    return _joined(house, " ", street, " ", kind), postcode, np.array(names.CITIES)[place]


def _joined(*parts: Texts | str) -> Texts:
    whole = parts[0]
    for part in parts[1:]:
        whole = np.char.add(whole, part)
    return np.asarray(whole)


@dataclass(frozen=True, eq=False)
class Written:
    """Contacts as they stand in one system's records, one row per record."""

    first_name: Texts
    last_name: Texts
    email: Texts
    phone: Texts
    address: Texts
    postcode: Texts
    city: Texts


def written(
    random: np.random.Generator, who: People, person: Ints, day: Ints, seconds: float = 0.0
) -> Written:
    """How the people `person` were written down on `day`: with their address and e-mail of that
    day, slips and all.

    `seconds` is the share of those with a second e-mail who gave that one.
    """
    n = len(person)
    first, last = _slipped(random, who.first_name[person]), _slipped(random, who.last_name[person])
    first = np.where(random.random(n) < INITIAL, first.astype("U1"), first)
    gave_other = (day >= who.changed[person]) | (
        who.has_second[person] & (random.random(n) < seconds)
    )
    email = np.where(gave_other, who.other_email[person], who.email[person])
    email = np.where(random.random(n) < 0.05, np.char.upper(email), email)
    here = day >= who.moved[person]
    address = np.where(here, who.new_address[person], who.address[person])
    short = np.char.replace(np.char.replace(address, "Street", "St."), "Avenue", "Ave")
    address = _slipped(random, np.where(random.random(n) < 0.3, short, address))
    return Written(
        first,
        last,
        email,
        _formatted(random, who.phone[person]),
        address,
        np.where(here, who.new_postcode[person], who.postcode[person]),
        np.where(here, who.new_city[person], who.city[person]),
    )


def _slipped(random: np.random.Generator, text: Texts) -> Texts:
    """Two neighbouring letters swapped in a few of the texts."""
    found = text.copy()
    for at in np.flatnonzero(random.random(len(text)) < TYPO):
        word = str(text[at])
        place = int(random.integers(0, max(1, len(word) - 1)))
        found[at] = word[:place] + word[place : place + 2][::-1] + word[place + 2 :]
    return found


def _formatted(random: np.random.Generator, digits: Texts) -> Texts:
    styles = ("+1{}{}{}", "({}) {}-{}", "{}{}{}", "1-{}-{}-{}")
    picked = random.integers(0, len(styles), len(digits))
    return np.array(
        [
            styles[style].format(text[:3], text[3:6], text[6:])
            for style, text in zip(picked.tolist(), digits.tolist(), strict=True)
        ],
        dtype="U20",
    )
