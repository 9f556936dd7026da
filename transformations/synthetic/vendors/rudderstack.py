"""RudderStack, the web tracker: pages and actions of devices, and who logged in on them."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from holdfast.transformations.synthetic.acquisition import ROUTES, draw_routes, find_first
from holdfast.transformations.synthetic.activity import PRODUCTS, Events
from holdfast.transformations.synthetic.block import Block
from holdfast.transformations.synthetic.contacts import join_texts, record_contacts
from holdfast.transformations.synthetic.export_writer import (
    ExportLines,
    SystemExports,
    csv_lines,
    keep_lines,
    number_ids,
    party_records,
    repeat_text,
)
from holdfast.transformations.synthetic.exports import BY_KEY
from holdfast.transformations.synthetic.gaps import (
    COLONS_IN_DEVICE,
    NEVER_IDENTIFIED,
    draw_people,
)
from holdfast.transformations.synthetic.retailer import Flags, Ints, Texts
from holdfast.transformations.synthetic.vendors.shopify_products import (
    product_categories,
    product_ids,
)

LOGIN_SHARE: Final = 0.6
TWO_DEVICES_SHARE: Final = 0.35
OWN_SITE: Final = "www.shop.example"
OFFLINE: Final = 0.01  # of web rows reach the shop two days late
TRACKS: Final = {
    "core_use": ("Feature Used", "true"),
    "adopted": ("Feature Adopted", "false"),
    "community": ("Community Post", "false"),
    "competitor": ("Competitor Viewed", "false"),
}


@dataclass(frozen=True, eq=False)
class Devices:
    """Each person's devices, and the id that the shop gives them once they log in."""

    main: Texts
    other: Texts
    user: Texts
    has_two: Flags


def export_rudderstack(block: Block) -> SystemExports:
    """Pages and actions, anonymous until somebody logs in on the device."""
    random, visits = block.random("rudderstack"), block.events["visit"]
    devices, everyone = _draw_devices(block, random), np.arange(len(block))
    anonymous, logged_in = _draw_sessions(block, random, devices, visits)
    exports = [
        _identifies(block, random, visits, anonymous, logged_in),
        _pages(block, random, visits, anonymous, logged_in),
    ]
    for habit in ("price_view", *TRACKS):
        events = block.events[habit]
        anonymous, logged_in = _draw_sessions(block, random, devices, events)
        count = block.numbered_from * 1_000 + np.arange(len(events))
        number = join_texts(f"{habit}-", anonymous, np.char.mod("-%d", count))
        head = [number, anonymous, logged_in]
        exports += (
            _tracks(block, random, habit, head) if habit in TRACKS else [_price_pages(block, head)]
        )
    ids = (devices.main, devices.other, devices.user)
    return SystemExports(exports, [party_records("rudderstack:", one, everyone) for one in ids])


def _draw_devices(block: Block, random: np.random.Generator) -> Devices:
    number = block.people.number
    has_colons = draw_people(block, "device ids", COLONS_IN_DEVICE)
    start = np.where(has_colons, "$device:", "anon-")
    main, other = (
        np.char.add(start, np.char.mod("%010x", (number * 2_654_435_761 + salt) % 2**40))
        for salt in (12_345, 98_765)
    )
    user = np.char.add("u", number_ids(2_000_000, 11, number))
    return Devices(main, other, user, random.random(len(block)) < TWO_DEVICES_SHARE)


def _draw_sessions(
    block: Block, random: np.random.Generator, devices: Devices, events: Events
) -> tuple[Texts, Texts]:
    """The device of each event, and the user where logged in, else an empty text."""
    person, n = events.person, len(events)
    is_other = devices.has_two[person] & (random.random(n) < 0.4)
    is_logged_in = (random.random(n) < LOGIN_SHARE) & (events.day >= block.account_day[person])
    return (
        np.where(is_other, devices.other[person], devices.main[person]),
        np.where(is_logged_in, devices.user[person], ""),
    )


def _identifies(
    block: Block, random: np.random.Generator, visits: Events, anonymous: Texts, logged_in: Texts
) -> ExportLines:
    """The first visit on which a user logs in on a device tells the tracker who it is."""
    known = np.flatnonzero(logged_in != "")
    _, first = np.unique(join_texts(logged_in[known], "|", anonymous[known]), return_index=True)
    rows = known[np.sort(first)]
    contacts = record_contacts(random, block.people, visits.person[rows], visits.day[rows])
    at = block.instants(visits.day[rows], visits.second[rows])
    columns = [
        join_texts("id-", logged_in[rows], anonymous[rows]),
        anonymous[rows],
        logged_in[rows],
        contacts.email,
        contacts.first_name,
        contacts.last_name,
        *_clocks(at, at),
    ]
    logins = csv_lines("rudderstack/identifies", visits.day[rows], columns)
    is_silent = draw_people(block, "identifies", NEVER_IDENTIFIED)[visits.person[rows]]
    return keep_lines(logins, ~is_silent)


def _pages(
    block: Block, random: np.random.Generator, visits: Events, anonymous: Texts, logged_in: Texts
) -> ExportLines:
    """The pages of each visit: home first, then products, searches and home again."""
    count = 1 + random.poisson(np.where(visits.is_aggrieved, 0.5, 1.3))
    visit = np.repeat(np.arange(len(count)), count)
    step = np.arange(len(visit)) - np.repeat(np.cumsum(count) - count, count)
    second = visits.second[visit] + step * random.integers(20, 160, len(visit))
    kind = np.where(step == 0, 0, random.choice(3, size=len(visit), p=[0.35, 0.5, 0.15]))
    product, is_product = random.integers(0, PRODUCTS, len(visit)), kind == 1
    day = visits.day[visit]
    received = np.where(random.random(len(visit)) < OFFLINE, day + 2, day)
    session = np.char.mod("%d", day * 1_000_000 + visit)
    columns = [
        join_texts("pg-", session, anonymous[visit], np.char.mod("-%d", step)),
        anonymous[visit],
        logged_in[visit],
        np.char.add(session, anonymous[visit]),
        np.where(visit % 3 > 0, "mobile", "desktop"),
        np.array(["Home", "Product", "Search"])[kind],
        np.where(is_product, product_ids(product), ""),
        np.where(is_product, product_categories(product), ""),
        *_clocks(block.instants(day, second), block.instants(received, second)),
        *_arrivals(block, visits, visit, step),
    ]
    return csv_lines("rudderstack/pages", received, columns)


def _arrivals(block: Block, visits: Events, visit: Ints, step: Ints) -> list[Texts]:
    """What the pages of each person's first visit say of how it began: the first one the campaign
    or the site that led there, later ones that they were reached from within.
    """
    is_first = find_first(visits, len(block))[visits.person[visit]] == visit
    is_first &= block.numbered_from == 0  # who does more had come before
    route = draw_routes(block.retailer, block.number)[visits.person[visit]]
    landed, within = is_first & (step == 0), is_first & (step > 0)
    values = ("source", "medium", "campaign", "site")
    said = {name: np.array([getattr(one, name) for one in ROUTES])[route] for name in values}
    is_led = said["site"] != ""
    return [
        *(np.where(landed, said[name], "") for name in values[:3]),
        np.where(landed, said["site"], np.where(within & is_led, OWN_SITE, "")),
        np.where(is_first, said["site"], ""),
    ]


def _price_pages(block: Block, head: list[Texts]) -> ExportLines:
    events = block.events["price_view"]
    at = block.instants(events.day, events.second)
    nothing, mobile = repeat_text("", at), repeat_text("mobile", at)
    pricing, clocks = repeat_text("Pricing", at), _clocks(at, at)
    columns = [*head, nothing, mobile, pricing, nothing, nothing, *clocks, *[nothing] * 5]
    return csv_lines("rudderstack/pages", events.day, columns)


def _tracks(
    block: Block, random: np.random.Generator, habit: str, head: list[Texts]
) -> list[ExportLines]:
    """Actions, and of those that have properties of interest the rows of their own table."""
    events, (event, is_core) = block.events[habit], TRACKS[habit]
    table = event.lower().replace(" ", "_")
    at = block.instants(events.day, events.second)
    columns = [
        *head,
        repeat_text(table, at),
        repeat_text(event, at),
        repeat_text("app", at),
        *_clocks(at, at),
    ]
    properties = [
        np.char.mod("feature-%d", random.integers(0, 12, len(events))),
        repeat_text(is_core, at),
    ]
    tracks = csv_lines("rudderstack/tracks", events.day, columns)
    if f"rudderstack/{table}" not in BY_KEY:
        return [tracks]
    return [tracks, csv_lines(f"rudderstack/{table}", events.day, [*columns, *properties])]


def _clocks(at: Texts, received: Texts) -> list[Texts]:
    """When rows happened by the device, were sent and received, and happened by the server: here
    devices have the right time.
    """
    return [at, received, received, at]
