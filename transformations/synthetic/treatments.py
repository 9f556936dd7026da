"""A year of treatments before the end of the world: who gets which play by which chance, and whose
fate it changes.

Most people are in experiments, whose arms are drawn by known chances; of the others a
marketer picks those who are silent for longest by their own pace, and knows no cause. Only people
whom the shop can write to and who bought of late are treated. Days go forward: what a treatment
changed is seen at the next.
"""

from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np

from holdfast.transformations.synthetic.activity import order_rates
from holdfast.transformations.synthetic.block import Block
from holdfast.transformations.synthetic.cards import find_seen_orders
from holdfast.transformations.synthetic.customer_behaviour import (
    AGGRIEVED,
    CAUSES,
    CONTENT,
    LEFT,
    Lifecycles,
    draw_choices,
    draw_fates,
)
from holdfast.transformations.synthetic.plays import ARMS, CURES, IRRITATED, WINNABLE, WON_BACK
from holdfast.transformations.synthetic.retailer import (
    NEVER,
    Flags,
    Floats,
    Ints,
    SyntheticRetailer,
)
from holdfast.transformations.synthetic.vendors.klaviyo import find_listed

YEAR: Final = 365
STEP: Final = 30  # days from one day of treatments to the next
RECENT: Final = 180  # days within which one bought who is treated
OVERDUE: Final = 45  # days of silence from which the second experiment treats more
TESTED: Final = 0.6  # of people are in experiments
DRAWN: Final = 0.5  # of those are drawn on each day
TARGETED: Final = 0.15  # of the others are picked by the marketer
FAVOURED: Final = 0.7  # of those get the marketer's favourite, the discount
CONTACTS: Final = 2  # in OFTEN days are not too many
OFTEN: Final = 100
UNSUBSCRIBES: Final = 0.004  # chance at a contact
HAS_ENOUGH: Final = 0.10  # where there were too many
# By experiment, the chances of the arms: of those who are not overdue, and of those who are.
EXPERIMENTS: Final[dict[str, Floats]] = {
    "retention-1": np.array([[0.40, 0.12, 0.12, 0.12, 0.12, 0.12]] * 2),
    "retention-2": np.array(
        [[0.70, 0.06, 0.06, 0.06, 0.06, 0.06], [0.30, 0.26, 0.11, 0.11, 0.11, 0.11]]
    ),
}


@dataclass(frozen=True, eq=False)
class Treatments:
    """Who was treated on which day, or left alone in an experiment; the arm by its place in ARMS,
    the experiment by its place in EXPERIMENTS, -1 and no propensity where the marketer chose.
    """

    person: Ints
    day: Ints
    arm: Ints
    experiment: Ints
    propensity: Floats

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True, eq=False)
class Fates:
    """What became of people: their lifecycles since `changed`, NEVER for those whom no treatment
    changed; orders beside those of their old lifecycles, by person and day; when they unsubscribed.
    """

    lifecycles: Lifecycles
    changed: Ints
    more_orders: Ints
    unsubscribed: Ints
    treatments: Treatments

    def on(self, day: int, before: Lifecycles) -> Lifecycles:
        """Lifecycles as they hold on a day; `before` are those without any treatment."""
        return choose_lifecycles(self.changed <= day, self.lifecycles, before)


def choose_lifecycles(is_one: Flags, one: Lifecycles, other: Lifecycles) -> Lifecycles:
    """By person, one of two lifecycles."""
    names = [field.name for field in fields(Lifecycles)]
    return Lifecycles(*(np.where(is_one, getattr(one, n), getattr(other, n)) for n in names))


def find_cure_chances(lifecycles: Lifecycles, arm: Ints | int, day: int) -> Floats:
    """Chance that an arm makes each content again: those with a grievance and, less, those who left
    over one of late.
    """
    phase, chance = lifecycles.phase(day), CURES[arm, lifecycles.cause]
    is_back = (phase == LEFT) & (lifecycles.left >= day - WINNABLE)
    return np.select([phase == AGGRIEVED, is_back], [chance, chance * WON_BACK], 0.0)


def treatment_days(retailer: SyntheticRetailer) -> list[int]:
    """Day numbers on which people are treated."""
    return list(range(max(retailer.days - YEAR, 0), retailer.days - STEP, STEP))


def draw_treatments(block: Block) -> Fates:
    """The year of a block of a retailer that has one."""
    random = seed_of_year(block).random(block.number, "treatments")
    n, days = len(block), block.retailer.days
    nobody, never = np.array([], dtype=np.int64), np.full(n, NEVER)
    nothing = Treatments(nobody, nobody, nobody, nobody, nobody.astype(np.float64))
    fates = Fates(block.lifecycles, never, np.zeros((n, days), dtype=np.int64), never, nothing)
    is_tested = random.random(n) < TESTED
    can_be_written_to = find_listed(block)
    for day in treatment_days(block.retailer):
        bought = _bought(block, fates)
        past = np.where(bought[:, :day], np.arange(day), -NEVER)
        silence = day - past.max(axis=1, initial=-NEVER)
        is_known = can_be_written_to & (fates.unsubscribed > day) & (silence <= RECENT)
        new = _concat(
            _draw_arms(random, block, day, is_known & is_tested, silence),
            _pick(random, bought, day, is_known & ~is_tested, silence),
        )
        fates = _respond(random, block, fates, new, day)
    return fates


def seed_of_year(block: Block) -> SyntheticRetailer:
    """The block's retailer with the seed of its treatments: what follows from them has random
    numbers of its own.
    """
    return replace(block.retailer, seed=block.retailer.treatment_seed)


def _bought(block: Block, fates: Fates) -> Flags:
    """Whether the shop saw each person order on each day, as things came to be."""
    orders, left = block.orders, fates.lifecycles.left
    bought = np.asarray(fates.more_orders > 0)
    seen = find_seen_orders(block) & (orders.cancelled < 0)
    seen &= orders.day < np.where(fates.changed < NEVER, left, NEVER)[orders.person]
    bought[orders.person[seen], orders.day[seen]] = True
    return bought


def _draw_arms(
    random: np.random.Generator, block: Block, day: int, may_be: Flags, silence: Ints
) -> Treatments:
    """Arms of an experiment, drawn by chances that depend on silence alone."""
    is_second = day >= block.retailer.days - YEAR // 2
    chances = list(EXPERIMENTS.values())[int(is_second)][(silence > OVERDUE).astype(np.int64)]
    arm = draw_choices(random, chances)
    person = np.flatnonzero(may_be & (random.random(len(may_be)) < DRAWN))
    return Treatments(
        person,
        np.full(len(person), day),
        arm[person],
        np.full(len(person), int(is_second)),
        chances[person, arm[person]],
    )


def _pick(
    random: np.random.Generator, bought: Flags, day: int, may_be: Flags, silence: Ints
) -> Treatments:
    """Those who are silent for longest by their own pace."""
    pace = bought[:, max(day - YEAR, 0) : day].sum(axis=1)
    known = np.flatnonzero(may_be)
    order = known[np.argsort(-(silence * pace)[known], kind="stable")]
    person = np.sort(order[: int(TARGETED * len(known))])
    is_favoured = random.random(len(may_be))[person] < FAVOURED
    arm = np.where(is_favoured, ARMS.index("favourite_discount"), ARMS.index("points_bonus"))
    none = np.full(len(person), -1)
    return Treatments(person, np.full(len(person), day), arm, none, np.full(len(person), np.nan))


def _respond(
    random: np.random.Generator, block: Block, fates: Fates, new: Treatments, day: int
) -> Fates:
    """Fates after the treatments of a day. A fate changes once at most; the draws of everybody are
    made on every day.
    """
    n = len(block)
    arm = np.zeros(n, dtype=np.int64)
    arm[new.person] = new.arm
    phase, cause = fates.lifecycles.phase(day), fates.lifecycles.cause
    is_free, luck, patience = fates.changed == NEVER, random.random(n), random.random(n)
    is_cured = is_free & (luck < find_cure_chances(fates.lifecycles, arm, day))
    is_irritated = is_free & (phase == CONTENT) & (arm > 0) & (luck < IRRITATED)
    fresh, onset, left = draw_fates(random, fates.lifecycles.segment, day)
    lifecycles = replace(
        fates.lifecycles,
        cause=np.where(is_cured, fresh, np.where(is_irritated, CAUSES.index("none"), cause)),
        onset=np.where(is_cured, onset, np.where(is_irritated, NEVER, fates.lifecycles.onset)),
        left=np.where(is_cured, left, np.where(is_irritated, day + 1, fates.lifecycles.left)),
    )
    recent = (fates.treatments.day > day - OFTEN) & (fates.treatments.arm > 0)
    contacts = np.bincount(fates.treatments.person[recent], minlength=n)
    gives_up = (arm > 0) & (patience < np.where(contacts >= CONTACTS, HAS_ENOUGH, UNSUBSCRIBES))
    return Fates(
        lifecycles,
        np.where(is_cured | is_irritated, day, fates.changed),
        fates.more_orders + _draw_more(random, block, lifecycles, np.where(is_cured, day, NEVER)),
        np.where(gives_up, day, fates.unsubscribed),
        _concat(fates.treatments, new),
    )


def _draw_more(
    random: np.random.Generator, block: Block, lifecycles: Lifecycles, cured: Ints
) -> Ints:
    """Orders that those cured on a day place beside those they would have placed."""
    days = np.arange(block.retailer.days)
    rows = np.flatnonzero(cured < NEVER)
    own, other = take(lifecycles, rows), take(block.lifecycles, rows)
    rates = order_rates(own, own.phase(days)) - order_rates(other, other.phase(days))
    counts = random.poisson(np.where(days >= cured[rows, None], np.maximum(rates, 0.0), 0.0))
    more = np.zeros((len(block), block.retailer.days), dtype=np.int64)
    more[rows] = counts
    return more


def take(lifecycles: Lifecycles, rows: Ints) -> Lifecycles:
    """Lifecycles of some people."""
    return Lifecycles(*(getattr(lifecycles, field.name)[rows] for field in fields(Lifecycles)))


def _concat(one: Treatments, other: Treatments) -> Treatments:
    names = [field.name for field in fields(Treatments)]
    return Treatments(*(np.concatenate([getattr(one, n), getattr(other, n)]) for n in names))
