"""The ledger of ids in plain Python: what Spark's is compared with."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.transformations.identity.ledger import ABSORB, CREATE, MERGE, RETIRE, SPLIT


@dataclass(frozen=True, order=True)
class IdentityEvent:
    """A change: `other` is the id taken in (merge), split off (split) or the id itself; `parties`
    how many records.
    """

    kind: str
    customer: int
    other: int
    parties: int


def assign(
    groups: Mapping[str, str], before: Mapping[str, int], highest: int
) -> tuple[dict[str, int], list[IdentityEvent]]:
    """The customer of each record, and what changed.

    `groups` names each record's group, `before` gives the customer each record had, `highest` is
    the highest id ever given. Nothing depends on the order of the mappings: new ids go to groups in
    order of their smallest record.
    """
    members: dict[str, list[str]] = defaultdict(list)
    for record in sorted(groups):
        members[groups[record]].append(record)
    ordered = sorted(members.values())
    kept = _kept(ordered, before)
    alive = set(kept.values())
    customers: dict[str, int] = {}
    events: list[IdentityEvent] = []
    for place, records in enumerate(ordered):
        customer = kept.get(place)
        if customer is None:
            highest += 1
            customer = highest
        customers.update(dict.fromkeys(records, customer))
        events += _events(customer, records, before, is_new=place not in kept, alive=alive)
    led_on = alive | {event.other for event in events if event.kind == MERGE}
    events += [
        IdentityEvent(RETIRE, customer, customer, parties)
        for customer, parties in Counter(before.values()).items()
        if customer not in led_on
    ]
    return customers, sorted(events)


def _kept(ordered: list[list[str]], before: Mapping[str, int]) -> dict[int, int]:
    """Group number to the id it keeps: each id goes to the group with most of its records, each
    group takes one.
    """
    overlap: Counter[tuple[int, int]] = Counter()
    for place, records in enumerate(ordered):
        overlap.update((before[record], place) for record in records if record in before)
    kept: dict[int, int] = {}
    taken: set[int] = set()
    for (customer, place), _ in sorted(overlap.items(), key=lambda item: (-item[1], item[0])):
        if customer not in taken and place not in kept:
            kept[place] = customer
            taken.add(customer)
    return kept


def _events(
    customer: int, records: list[str], before: Mapping[str, int], *, is_new: bool, alive: set[int]
) -> list[IdentityEvent]:
    came = Counter(
        before[record] for record in records if record in before and before[record] != customer
    )
    events = [
        IdentityEvent(
            SPLIT if other in alive else MERGE,
            *((other, customer) if other in alive else (customer, other)),
            parties,
        )
        for other, parties in came.items()
    ]
    fresh = sum(record not in before for record in records)
    if is_new and fresh:
        return [*events, IdentityEvent(CREATE, customer, customer, fresh)]
    return [*events, IdentityEvent(ABSORB, customer, customer, fresh)] if fresh else events
