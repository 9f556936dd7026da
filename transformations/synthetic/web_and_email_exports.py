"""What the mail system and the web tracker write down: profiles, messages, identities of devices,
pages, actions.
"""

from json import dumps
from typing import Final

import numpy as np

from holdfast.transformations.synthetic import names
from holdfast.transformations.synthetic.activity import PRODUCTS, Happenings
from holdfast.transformations.synthetic.contacts import People, written
from holdfast.transformations.synthetic.customer_behaviour import AGGRIEVED, CONTENT, Fates
from holdfast.transformations.synthetic.export_writer import Book, ids, same, stamp
from holdfast.transformations.synthetic.generator import (
    Flags,
    Floats,
    Ints,
    SyntheticRetailer,
    Texts,
)

PROFILE: Final = 0.85
OPENED: Final = {CONTENT: 0.40, AGGRIEVED: 0.16}
LOGGED_IN: Final = 0.6
OFFLINE: Final = 0.01  # of web rows reach the shop two days late
TRACKS: Final = {
    "core_use": ("Feature Used", "true"),
    "adopted": ("Feature Adopted", "false"),
    "community": ("Community Post", "false"),
    "competitor": ("Competitor Viewed", "false"),
}


def mail(
    book: Book,
    retailer: SyntheticRetailer,
    block: int,
    who: People,
    fate: Fates,
    messages: Happenings,
) -> None:
    """Klaviyo: profiles of most people, and messages received, opened, clicked, refused."""
    random = retailer.random(block, "klaviyo")
    has = random.random(len(who.number)) < PROFILE
    person = np.flatnonzero(has)
    made = np.maximum(fate.joined[person] - 2, 0)
    contact = written(random, who, person, made, 0.35)
    profile = np.char.add("KL", ids(30_000_000, 7, who.number))
    book.record("klaviyo:", profile[person], person)
    at = stamp(retailer, made, np.full(len(person), 30_000))
    phone = np.where(random.random(len(person)) < 0.3, contact.phone, "")
    columns = (
        profile[person],
        contact.email,
        phone,
        contact.first_name,
        contact.last_name,
        contact.address,
        contact.city,
        contact.postcode,
        at,
    )
    book.add(
        "klaviyo/profiles",
        made,
        [
            dumps(
                {
                    "id": one,
                    "email": email,
                    "phone_number": number or None,
                    "first_name": first,
                    "last_name": last,
                    "location": {"address1": street, "city": city, "zip": code, "country": "US"},
                    "created": when,
                    "updated": when,
                }
            )
            for one, email, number, first, last, street, city, code, when in zip(
                *(c.tolist() for c in columns), strict=True
            )
        ],
    )
    _messages(book, retailer, random, messages, has, profile)


def _messages(
    book: Book,
    retailer: SyntheticRetailer,
    random: np.random.Generator,
    messages: Happenings,
    has: Flags,
    profile: Texts,
) -> None:
    kept = has[messages.person]
    person, day, second, phase = (
        v[kept] for v in (messages.person, messages.day, messages.second, messages.phase)
    )
    n = len(person)
    opens = random.random(n) < np.select(
        [phase == CONTENT, phase == AGGRIEVED], list(OPENED.values()), 0.02
    )
    clicks = opens & (random.random(n) < 0.3)
    refuses = random.random(n) < np.where(phase == AGGRIEVED, 0.03, 0.002)
    wait = random.integers(60, 3_000, n)
    machine = random.random(n) < 0.1
    number = np.arange(n)
    for name, rows, later in (
        ("Received Email", np.ones(n, dtype=bool), 0),
        ("Opened Email", opens, 1),
        ("Clicked Email", clicks, 2),
        ("Unsubscribed", refuses, 3),
    ):
        at = stamp(retailer, day[rows], second[rows] + later * wait[rows])
        columns = (number[rows], profile[person[rows]], at, machine[rows], day[rows] // 30)
        book.add(
            "klaviyo/events",
            day[rows] + (second[rows] + later * wait[rows]) // 86_400,
            [
                dumps(
                    {
                        "id": f"{holder}-{one}-{name[:2]}",
                        "person_id": holder,
                        "metric": name,
                        "datetime": when,
                        "campaign_id": f"C{campaign}",
                        "event_properties": {"machine_open": by_proxy and later == 1},
                    }
                )
                for one, holder, when, by_proxy, campaign in zip(
                    *(c.tolist() for c in columns), strict=True
                )
            ],
        )


def web(
    book: Book,
    retailer: SyntheticRetailer,
    block: int,
    who: People,
    account: Ints,
    seen: dict[str, Happenings],
) -> None:
    """RudderStack: pages and actions of devices, anonymous until somebody logs in on them."""
    random = retailer.random(block, "rudderstack")
    visits = seen["visit"]
    device = np.char.add(
        "anon-", np.char.mod("%010x", (who.number * 2_654_435_761 + 12_345) % 2**40)
    )
    second_device = np.char.add(
        "anon-", np.char.mod("%010x", (who.number * 2_654_435_761 + 98_765) % 2**40)
    )
    user = np.char.add("u", ids(2_000_000, 11, who.number))
    has_two = random.random(len(who.number)) < 0.35

    def which(person: Ints, day: Ints) -> tuple[Texts, Texts]:
        other = has_two[person] & (random.random(len(person)) < 0.4)
        logged = (random.random(len(person)) < LOGGED_IN) & (day >= account[person])
        return np.where(other, second_device[person], device[person]), np.where(
            logged, user[person], ""
        )

    anonymous, logged = which(visits.person, visits.day)
    _identified(book, retailer, random, who, visits, anonymous, logged)
    for ids_of in (device, second_device):
        book.record("rudderstack:", ids_of, np.arange(len(who.number)))
    book.record("rudderstack:", user, np.arange(len(who.number)))
    _pages(book, retailer, random, visits, anonymous, logged)
    for habit, price in (("price_view", True), *((name, False) for name in TRACKS)):
        things = seen[habit]
        anonymous, logged = which(things.person, things.day)
        _things(book, retailer, random, habit, things, anonymous, logged, price)


def _identified(
    book: Book,
    retailer: SyntheticRetailer,
    random: np.random.Generator,
    who: People,
    visits: Happenings,
    anonymous: Texts,
    logged: Texts,
) -> None:
    """The first visit on which a user logs in on a device tells the tracker who it is."""
    on = np.flatnonzero(logged != "")
    _, first = np.unique(
        np.char.add(np.char.add(logged[on], "|"), anonymous[on]), return_index=True
    )
    rows = on[np.sort(first)]
    contact = written(random, who, visits.person[rows], visits.day[rows])
    at = stamp(retailer, visits.day[rows], visits.second[rows])
    book.csv(
        "rudderstack/identifies",
        visits.day[rows],
        [
            np.char.add(np.char.add("id-", logged[rows]), anonymous[rows]),
            anonymous[rows],
            logged[rows],
            contact.email,
            contact.first_name,
            contact.last_name,
            at,
            at,
        ],
    )


def _pages(
    book: Book,
    retailer: SyntheticRetailer,
    random: np.random.Generator,
    visits: Happenings,
    anonymous: Texts,
    logged: Texts,
) -> None:
    fades = np.where(visits.phase == AGGRIEVED, 0.5, 1.3)
    count = 1 + random.poisson(fades)
    owner = np.repeat(np.arange(len(count)), count)
    step = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    second = visits.second[owner] + step * random.integers(20, 160, len(owner))
    kind = np.where(step == 0, 0, random.choice(3, size=len(owner), p=[0.35, 0.5, 0.15]))
    product = random.integers(0, PRODUCTS, len(owner))
    name = np.array(["Home", "Product", "Search"])[kind]
    day = visits.day[owner]
    late = random.random(len(owner)) < OFFLINE
    session = np.char.mod("%d", visits.day[owner] * 1_000_000 + owner)
    book.csv(
        "rudderstack/pages",
        np.where(late, day + 2, day),
        [
            np.char.add(
                np.char.add("pg-", session), np.char.add(anonymous[owner], np.char.mod("-%d", step))
            ),
            anonymous[owner],
            logged[owner],
            np.char.add(session, anonymous[owner]),
            np.where(owner % 3 > 0, "mobile", "desktop"),
            name,
            np.where(kind == 1, ids(7_000, 3, product), ""),
            np.where(kind == 1, np.array(names.CATEGORIES)[product % len(names.CATEGORIES)], ""),
            stamp(retailer, day, second),
            stamp(retailer, np.where(late, day + 2, day), second),
        ],
    )


def _things(
    book: Book,
    retailer: SyntheticRetailer,
    random: np.random.Generator,
    habit: str,
    things: Happenings,
    anonymous: Texts,
    logged: Texts,
    is_page: bool,
) -> None:
    at, n = stamp(retailer, things.day, things.second), len(things)
    number = np.char.add(np.char.add(f"{habit}-", anonymous), np.char.mod("-%d", np.arange(n)))
    nothing = same("", at.tolist())
    if is_page:
        book.csv(
            "rudderstack/pages",
            things.day,
            [
                number,
                anonymous,
                logged,
                nothing,
                same("mobile", at.tolist()),
                same("Pricing", at.tolist()),
                nothing,
                nothing,
                at,
                at,
            ],
        )
        return
    event, is_core = TRACKS[habit]
    feature = np.char.mod("feature-%d", random.integers(0, 12, n))
    book.csv(
        "rudderstack/tracks",
        things.day,
        [
            number,
            anonymous,
            logged,
            same(event, at.tolist()),
            feature,
            same(is_core, at.tolist()),
            same("app", at.tolist()),
            at,
            at,
        ],
    )


def liveliness(retailer: SyntheticRetailer, block: int, size: int) -> Floats:
    """Each person's own factor on everything they do besides buying."""
    return retailer.random(block, "liveliness").gamma(3.0, 1 / 3.0, size)
