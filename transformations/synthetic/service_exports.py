"""What help desk, subscriptions, loyalty, surveys and consent write down."""

from json import dumps
from typing import Final

import numpy as np

from holdfast.transformations.synthetic import names
from holdfast.transformations.synthetic.activity import Happenings, Orders
from holdfast.transformations.synthetic.contacts import People, written
from holdfast.transformations.synthetic.customer_behaviour import AGGRIEVED, CAUSES, Fates
from holdfast.transformations.synthetic.export_writer import Book, ids, money, same, stamp
from holdfast.transformations.synthetic.generator import Ints, SyntheticRetailer, Texts

SUBSCRIBES: Final = 0.16
MEMBER: Final = 0.55
TICKET, POINTS, SURVEY, RECEIPT = 3_000_000, 40_000_000, 5_000_000, 8_000_000


def desk(
    book: Book,
    retailer: SyntheticRetailer,
    block: int,
    who: People,
    fate: Fates,
    tickets: Happenings,
) -> None:
    """Zendesk: users who ever wrote, their tickets, and a second version of each ticket when it is
    solved.
    """
    random = retailer.random(block, "zendesk")
    person, day, second = tickets.person, tickets.day, tickets.second
    n = len(tickets)
    hurt = tickets.phase == AGGRIEVED
    topic = np.where(hurt & (random.random(n) < 0.85), fate.cause[person], CAUSES.index("none"))
    service = hurt & (topic == CAUSES.index("service"))
    text = [
        names.COMPLAINTS[CAUSES[kind]][pick]
        for kind, pick in zip(topic.tolist(), random.integers(0, 3, n).tolist(), strict=True)
    ]
    thanks = random.random(n) < np.where(hurt, 0.1, 0.5)
    body = [
        f"{said} {names.PRAISE[0]}" if kind else said
        for said, kind in zip(text, thanks.tolist(), strict=True)
    ]
    priority = np.where(
        random.random(n) < np.where(service, 0.45, 0.04),
        "urgent",
        np.where(random.random(n) < np.where(service, 0.5, 0.15), "high", "normal"),
    )
    user = ids(900_000, 19, who.number)
    number = ids(TICKET, 1, who.number[0] * 30 + np.arange(n))
    at = stamp(retailer, day, second)
    subject = [" ".join(said.split()[:3]) for said in text]
    head = [number, user[person], np.array(subject, dtype=str), np.array(body, dtype=str), priority]
    web = same("web", person)
    book.csv("zendesk/tickets", day, [*head, same("open", person), web, at, at, same("", person)])
    takes = np.where(service, random.integers(8, 40, n), random.integers(1, 5, n))
    solved = (random.random(n) < np.where(service, 0.5, 0.95)) & (day + takes < retailer.days)
    done = stamp(retailer, day + takes, second)
    book.csv(
        "zendesk/tickets",
        (day + takes)[solved],
        [
            *(column[solved] for column in head),
            same("solved", person[solved]),
            web[solved],
            at[solved],
            done[solved],
            done[solved],
        ],
    )
    _users(book, retailer, random, who, person, day, user)


def _users(
    book: Book,
    retailer: SyntheticRetailer,
    random: np.random.Generator,
    who: People,
    person: Ints,
    day: Ints,
    user: Texts,
) -> None:
    known, first = np.unique(person, return_index=True)
    since = day[first]
    contact = written(random, who, known, since, 0.2)
    at = stamp(retailer, since, np.zeros(len(known), dtype=np.int64))
    name = np.char.add(np.char.add(contact.first_name, " "), contact.last_name)
    phone = np.where(random.random(len(known)) < 0.4, contact.phone, "")
    book.record("zendesk:", user[known], known)
    book.csv("zendesk/users", since, [user[known], name, contact.email, phone, at, at])


def subscriptions(
    book: Book, retailer: SyntheticRetailer, block: int, who: People, fate: Fates
) -> None:
    """Recharge: subscribers, each state of a subscription as a row, and monthly charges of which
    some fail.
    """
    random = retailer.random(block, "recharge")
    person = np.flatnonzero(
        (random.random(len(who.number)) < SUBSCRIBES) & (fate.joined < retailer.days - 40)
    )
    start = fate.joined[person] + random.integers(0, 30, len(person))
    ends = np.minimum(fate.left[person], retailer.days)
    contact = written(random, who, person, start, 0.25)
    customer, plan = (
        ids(60_000_000, 23, who.number[person]),
        ids(77_000_000, 29, who.number[person]),
    )
    price = random.integers(1_500, 4_500, len(person))
    since = stamp(retailer, start, np.full(len(person), 36_000))
    book.record("recharge:", customer, person)
    book.csv(
        "recharge/customers",
        start,
        [
            customer,
            contact.email,
            contact.first_name,
            contact.last_name,
            contact.address,
            contact.postcode,
            since,
            since,
        ],
    )
    wants = (fate.cause[person] == CAUSES.index("feature")) & (random.random(len(person)) < 0.6)
    pause = np.where(
        wants | (random.random(len(person)) < 0.15),
        fate.onset[person] + random.integers(5, 40, len(person)),
        10**6,
    )
    for status, day in (("active", start), ("paused", pause), ("cancelled", fate.left[person])):
        rows = np.flatnonzero((day < retailer.days) & (day >= start) & (day <= fate.left[person]))
        at = stamp(
            retailer, day[rows], np.full(len(rows), 40_000 if status != "active" else 36_000)
        )
        over = at if status == "cancelled" else same("", rows)
        due = (
            stamp(retailer, day[rows] + 30, np.full(len(rows), 36_000))
            if status == "active"
            else same("", rows)
        )
        book.csv(
            "recharge/subscriptions",
            day[rows],
            [
                plan[rows],
                customer[rows],
                same(status, rows),
                same("Monthly box", rows),
                money(price[rows]),
                same("1", rows),
                same("30", rows),
                due,
                since[rows],
                at,
                over,
            ],
        )
    _charges(
        book,
        retailer,
        random,
        fate,
        person,
        start,
        np.minimum(ends, pause),
        (customer, plan, price),
    )


def _charges(
    book: Book,
    retailer: SyntheticRetailer,
    random: np.random.Generator,
    fate: Fates,
    person: Ints,
    start: Ints,
    ends: Ints,
    of: tuple[Texts, Texts, Ints],
) -> None:
    customer, plan, price = of
    months = np.maximum((ends - start + 29) // 30, 0)
    owner = np.repeat(np.arange(len(person)), months)
    month = np.arange(len(owner)) - np.repeat(np.cumsum(months) - months, months)
    day = start[owner] + 30 * month
    hurt = (day >= fate.onset[person[owner]]) & (
        fate.cause[person[owner]] == CAUSES.index("feature")
    )
    failed = random.random(len(owner)) < np.where(hurt, 0.45, 0.03)
    at = stamp(retailer, day, np.full(len(owner), 37_000))
    unique = np.char.add(plan[owner], np.char.mod("-%d", month))
    book.csv(
        "recharge/charges",
        day,
        [
            unique,
            customer[owner],
            plan[owner],
            np.where(failed, "ERROR", "SUCCESS"),
            money(price[owner]),
            same("USD", owner),
            np.where(failed, "3", "1"),
            np.where(failed, "CARD_DECLINED", ""),
            at,
            at,
            at,
        ],
    )


def loyalty(
    book: Book, retailer: SyntheticRetailer, block: int, who: People, fate: Fates, orders: Orders
) -> None:
    """Smile: members earn a point a dollar and now and then use them."""
    random = retailer.random(block, "smile")
    is_member = random.random(len(who.number)) < MEMBER
    person = np.flatnonzero(is_member & (fate.joined < retailer.days))
    contact = written(random, who, person, fate.joined[person], 0.3)
    member = ids(15_000_000, 31, who.number)
    since = stamp(retailer, fate.joined[person], np.full(len(person), 20_000))
    book.record("smile:", member[person], person)
    book.csv(
        "smile/customers",
        fate.joined[person],
        [
            member[person],
            contact.email,
            contact.first_name,
            contact.last_name,
            who.born[person],
            since,
            since,
        ],
    )
    rows = np.flatnonzero(is_member[orders.person] & (orders.cancelled < 0))
    net = (
        np.bincount(orders.line_order, orders.line_net, len(orders.person)).astype(np.int64)[rows]
        // 100
    )
    uses = random.random(len(rows)) < 0.12
    number = who.number[0] * 2_000 + np.arange(len(rows))
    for kind, picked, points, why in (
        ("E", np.ones(len(rows), dtype=bool), net, "Points for an order"),
        ("R", uses, -np.minimum(net, 100), "Reward used"),
    ):
        at = stamp(retailer, orders.day[rows[picked]], orders.second[rows[picked]])
        book.csv(
            "smile/points_transactions",
            orders.day[rows[picked]],
            [
                np.char.add(kind, ids(POINTS, 1, number[picked])),
                member[orders.person[rows[picked]]],
                np.char.mod("%d", points[picked]),
                same(why, rows[picked]),
                at,
                at,
            ],
        )


def surveys(
    book: Book, retailer: SyntheticRetailer, block: int, who: People, fate: Fates, asked: Happenings
) -> None:
    """Delighted: scores of 0 to 10 with a comment; times in seconds since 1970, as that system
    writes them.
    """
    random = retailer.random(block, "delighted")
    person, n = asked.person, len(asked)
    hurt = asked.phase == AGGRIEVED
    mean = np.where(hurt, np.array([6.5, 6.8, 3.8, 4.6, 7.2])[fate.cause[person]], 8.7)
    score = np.clip(np.rint(random.normal(mean, 1.7, n)), 0, 10).astype(np.int64)
    contact = written(random, who, person, asked.day, 0.2)
    respondent = ids(33_000_000, 37, who.number)
    known = np.unique(person)
    book.record("delighted:", respondent[known], known)
    comment = [
        names.COMPLAINTS[CAUSES[cause]][pick] if bad else names.PRAISE[pick]
        for cause, bad, pick in zip(
            fate.cause[person].tolist(),
            (hurt & (score < 8)).tolist(),
            random.integers(0, 3, n).tolist(),
            strict=True,
        )
    ]
    epoch = (
        np.datetime64(retailer.start, "s").astype(np.int64) + asked.day * 86_400 + asked.second
    ).tolist()
    first = np.char.add(np.char.add(contact.first_name, " "), contact.last_name)
    columns = (
        ids(SURVEY, 1, who.number[0] * 20 + np.arange(n)),
        respondent[person],
        contact.email,
        first,
        score,
    )
    book.add(
        "delighted/survey_responses",
        asked.day,
        [
            dumps(
                {
                    "id": one,
                    "person": {"id": holder, "email": email, "name": name},
                    "survey_type": "nps",
                    "score": points,
                    "comment": said,
                    "created_at": at,
                    "updated_at": at,
                }
            )
            for (one, holder, email, name, points), said, at in zip(
                zip(*(c.tolist() for c in columns), strict=True), comment, epoch, strict=True
            )
        ],
    )


def consent(book: Book, retailer: SyntheticRetailer, block: int, who: People, fate: Fates) -> None:
    """OneTrust: a receipt when somebody joins, and one for each withdrawal; one comes on the last
    day but one.
    """
    random, n = retailer.random(block, "onetrust"), len(who.number)
    given = np.flatnonzero((random.random(n) < 0.85) & (fate.joined < retailer.days))
    chance = random.random((3, n))
    answers = {
        "analytics": chance[0] < 0.97,
        "marketing": chance[1] < 0.68,
        "sensitive_signals": chance[2] < 0.8,
    }
    withdrawn = np.where(random.random(n) < 0.08, random.integers(60, retailer.days, n), 10**6)
    if block == 0 and len(given):
        withdrawn[given[:1]] = retailer.days - 2
    contact = written(random, who, np.arange(n), np.maximum(fate.joined, 0))
    leaves = given[(withdrawn[given] < retailer.days) & (withdrawn[given] > fate.joined[given])]
    for rows, day, offset, is_first in (
        (given, fate.joined[given], 0, True),
        (leaves, withdrawn[leaves], 500_000_000, False),
    ):
        number = ids(RECEIPT + offset, 1, who.number[rows])
        book.record("onetrust:", number, rows)
        at = stamp(retailer, day, np.full(len(rows), 50_000 if is_first else 60_000))
        purposes = [
            [
                {"id": name, "transactionType": "CONFIRMED" if yes[one] else "NOT_GIVEN"}
                for name, yes in answers.items()
            ]
            if is_first
            else [{"id": "marketing", "transactionType": "WITHDRAWN"}]
            for one in rows.tolist()
        ]
        book.add(
            "onetrust/consent_receipts",
            day,
            [
                dumps(
                    {
                        "receiptId": one,
                        "identifier": email,
                        "identifierType": "email",
                        "interactionDate": when,
                        "jurisdiction": "US",
                        "purposes": said,
                    }
                )
                for one, email, when, said in zip(
                    number.tolist(),
                    contact.email[rows].tolist(),
                    at.tolist(),
                    purposes,
                    strict=True,
                )
            ],
        )
