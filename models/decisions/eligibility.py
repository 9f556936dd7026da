"""Which plays a customer may get, and why none.

A play fits customers whose labels and features are those that it asks for. What costs the shop
money is offered to nobody in a vulnerable state, and to nobody whose currency is not known. Of the
plays that fit remain those that the customer's consent allows, whose channel was not used too often
in a week, and that were not sent lately. What people have time for is a question of the allocation,
not of eligibility.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from holdfast.models.arrays import Flags, Floats, Ints
from holdfast.transformations.consent import ALL_CHANNELS
from holdfast.transformations.plays.play import HasBounds, Play
from holdfast.transformations.plays.words import WAITING

ALL: Final = ALL_CHANNELS  # of caps, too: of all channels together
HELD_OUT, SUPPRESSED, NO_CONSENT = "held_out", "suppressed", "no_consent"
OTHER_CURRENCY = "other_currency"  # said by those who need to know what a customer is worth
FREQUENCY, COOLDOWN, NONE_FITS = "frequency", "cooldown", "no_play"

Words = NDArray[np.object_]
_Has = Callable[[str, str], Flags]


@dataclass(frozen=True, eq=False)
class Customers:
    """Columns of customers, a row each: words or None, and numbers with NaN for null. What has no
    entry is null (features), not allowed, not contacted, or never sent.
    """

    driver: Words
    lifecycle: Words
    value_tier: Words
    channel_profile: Words
    intent: Words
    features: Mapping[str, Floats]
    is_held_out: Flags
    is_suppressed: Flags
    is_vulnerable: Flags
    has_currency: Flags
    allowed: Mapping[tuple[str, str], Flags]  # by purpose and channel
    contacts: Mapping[str, Ints]  # of the last seven days, by channel
    days_since: Mapping[str, Floats]  # since it was last sent, by play; inf for never


@dataclass(frozen=True, eq=False)
class Eligibility:
    """Customers x plays: who may get what, and for whose driver it is; and the word why a customer
    may get nothing, None where there is something.
    """

    eligible: Flags
    matches: Flags
    why_none: Words


def find_eligible(
    customers: Customers, plays: Sequence[Play], caps: Mapping[str, int]
) -> Eligibility:
    """Who may get which play. `caps` is how often a week somebody is contacted at most, by channel
    and through ALL; what it does not name is not bound.

    The word why there is nothing is the first of these that holds: held_out; suppressed; no_play
    fits; no_consent to those that fit; of those allowed, each is over its cap (frequency); of those
    left, each was sent lately (cooldown).
    """
    rows = len(customers.is_held_out)
    left = np.zeros((4, rows, len(plays)), dtype=np.bool_)  # after each of the four rules
    matches = np.zeros((rows, len(plays)), dtype=np.bool_)

    @cache
    def has(label: str, word: str) -> Flags:
        return np.asarray(getattr(customers, label) == word, dtype=np.bool_)

    for number, play in enumerate(plays):
        rules = (
            _fit(customers, play, has),
            _allow(customers, play),
            _keep_caps(customers, play, caps),
            _rest(customers, play),
        )
        left[:, :, number] = np.logical_and.accumulate(rules)
        matches[:, number] = _carry(rows, "driver", play.audience.drivers, has)
    is_closed = customers.is_held_out | customers.is_suppressed
    return Eligibility(left[-1] & ~is_closed[:, None], matches, _explain(customers, left))


def find_consent(play: Play) -> tuple[str, str]:
    """The purpose and the channel that a customer must allow; where nobody is contacted, any."""
    return play.purpose.value, ALL if play.channel in WAITING else play.channel


def find_vulnerable(
    features: Mapping[str, Floats], vulnerable: Mapping[str, HasBounds], rows: int
) -> Flags:
    """Who of `rows` customers is in any of the states that `vulnerable` describes by feature."""
    found = np.zeros(rows, dtype=np.bool_)
    for name, bounds in vulnerable.items():
        found |= _hold(features[name], bounds)
    return found


def _explain(customers: Customers, left: Flags) -> Words:
    """The first word that holds of each customer, given the plays left after each rule."""
    words = (HELD_OUT, SUPPRESSED, NONE_FITS, NO_CONSENT, FREQUENCY, COOLDOWN)
    nothing_left = np.all(~left, axis=2)
    holds = (customers.is_held_out, customers.is_suppressed, *nothing_left)
    why = np.full(len(customers.is_held_out), None, dtype=object)
    for word, who in reversed(list(zip(words, holds, strict=True))):
        why[who] = word
    return why


def _fit(customers: Customers, play: Play, has: _Has) -> Flags:
    """Whom a play is for, and to whom its offer may be made."""
    rows, audience = len(customers.is_held_out), play.audience
    fits = _carry(rows, "lifecycle", audience.lifecycles, has)
    if play.offer.costs_money:
        fits &= ~customers.is_vulnerable & customers.has_currency
    fits &= _carry(rows, "value_tier", audience.value_tiers, has)
    fits &= _carry(rows, "channel_profile", audience.channel_profiles, has)
    fits &= _carry(rows, "intent", audience.intents, has)
    for name, bounds in play.when.items():
        fits &= _hold(customers.features.get(name, np.full(rows, np.nan)), bounds)
    return fits


def _carry(rows: int, label: str, words: Sequence[str], has: _Has) -> Flags:
    """Who has one of the words as label; everybody where there is none."""
    if not words:
        return np.ones(rows, dtype=np.bool_)
    return np.asarray(np.any([has(label, word) for word in words], axis=0), dtype=np.bool_)


def _hold(values: Floats, bounds: HasBounds) -> Flags:
    """Where values lie within bounds; null lies in none."""
    low = -np.inf if bounds.at_least is None else bounds.at_least
    high = np.inf if bounds.at_most is None else bounds.at_most
    return np.asarray((values >= low) & (values <= high), dtype=np.bool_)


def _allow(customers: Customers, play: Play) -> Flags:
    """Who allows what the play asks for."""
    nobody = np.zeros(len(customers.is_held_out), dtype=np.bool_)
    return customers.allowed.get(find_consent(play), nobody)


def _keep_caps(customers: Customers, play: Play, caps: Mapping[str, int]) -> Flags:
    """Who may be contacted once more this week; what waits for customers counts as no contact."""
    rows = len(customers.is_held_out)
    if play.channel in WAITING:
        return np.ones(rows, dtype=np.bool_)
    own, total = np.zeros((2, rows), dtype=np.int64)
    for channel, contacts in customers.contacts.items():
        own = own + contacts * (channel == play.channel)
        total = total + contacts * (channel not in WAITING)
    return np.asarray(
        (own < caps.get(play.channel, np.inf)) & (total < caps.get(ALL, np.inf)), dtype=np.bool_
    )


def _rest(customers: Customers, play: Play) -> Flags:
    """Who was not sent this play within its days of rest."""
    rows = len(customers.is_held_out)
    days = customers.days_since.get(play.id, np.full(rows, np.inf))
    return np.asarray(days >= play.cooldown_days, dtype=np.bool_)
