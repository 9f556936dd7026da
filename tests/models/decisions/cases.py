"""Random plays, customers and caps, and customers as the columns that eligibility looks at. Few
values, so that labels agree, bounds are met exactly and caps are reached.
"""

from collections.abc import Sequence
from random import Random
from typing import Any

import numpy as np

from holdfast.models.decisions.eligibility import Customers
from holdfast.transformations.tables import vocabulary as words
from tests.fixtures.plays import DISCOUNT, NOTHING, entry

FEATURES = ("open_tickets", "orders_365d", "failed_charges_90d")
PURPOSES = ("service", "personalisation", "marketing")
CHANNELS = ("email", "sms", "push", "post", "phone", "onsite", "store")
LABELS = {
    "driver": words.DRIVERS,
    "lifecycle": words.LIFECYCLES,
    "value_tier": words.VALUE_TIERS,
    "channel_profile": words.CHANNEL_PROFILES,
    "intent": words.INTENTS,
}
FLAGS = {"is_held_out": 0.08, "is_suppressed": 0.08, "is_vulnerable": 0.3, "has_currency": 0.8}
# Somebody to whom `greeting` of tests.fixtures.plays may go.
CUSTOMER: dict[str, Any] = {
    "driver": "price",
    "lifecycle": "active",
    "value_tier": "top",
    "channel_profile": "web_first",
    "intent": None,
    "is_held_out": False,
    "is_suppressed": False,
    "is_vulnerable": False,
    "has_currency": True,
    "features": {"open_tickets": 1.0},
    "allowed": {("marketing", "email")},
    "contacts": {"email": 1},
    "days_since": {"greeting": 30.0},
}


def draw_play(dice: Random, number: int) -> dict[str, Any]:
    """A play that asks for a few labels and features, or for none."""
    audience = {
        f"{label}s": dice.sample(known, dice.randint(1, 3))
        for label, known in LABELS.items()
        if dice.random() < 0.2
    }
    bounds = ({"at_least": 1}, {"at_most": 2}, {"at_least": 1, "at_most": 2})
    return entry(
        **{"for": audience},
        id=f"play_{number}",
        channel=dice.choice(CHANNELS),
        team="callers",
        when={name: dice.choice(bounds) for name in FEATURES if dice.random() < 0.15},
        offer=dice.choice((NOTHING, NOTHING, DISCOUNT)),
        purpose=dice.choice(PURPOSES),
        cooldown_days=dice.choice((0, 7, 30)),
    )


def draw_customer(dice: Random, plays: int) -> dict[str, Any]:
    """A customer with its labels, features, consent, and what it was sent."""
    channels = ("all", *CHANNELS[:5])
    return {
        **{label: dice.choice((None, *known)) for label, known in LABELS.items()},
        **{name: dice.random() < share for name, share in FLAGS.items()},
        "features": {name: dice.choice((None, 0.0, 1.0, 1.5, 2.0, 3.0)) for name in FEATURES},
        "allowed": {(p, c) for p in PURPOSES for c in channels if dice.random() < 0.6},
        "contacts": {channel: dice.randint(0, 2) for channel in CHANNELS},
        "days_since": {
            f"play_{number}": dice.choice((0.0, 6.0, 7.0, 29.5, 30.0, 400.0))
            for number in range(plays)
            if dice.random() < 0.6
        },
    }


def draw_caps(dice: Random) -> dict[str, int]:
    """Caps of some channels, and mostly one over all."""
    caps = {channel: dice.randint(0, 3) for channel in CHANNELS if dice.random() < 0.4}
    return caps | ({"all": dice.randint(0, 9)} if dice.random() < 0.7 else {})


def as_columns(customers: Sequence[dict[str, Any]]) -> Customers:
    """The customers as columns; features, statements and messages that nobody has are left out."""

    def column(name: str) -> Any:
        return np.array([customer[name] for customer in customers], dtype=object)

    def keys(name: str) -> list[Any]:
        return sorted({key for customer in customers for key in customer[name]})

    def numbers(name: str, key: str, missing: float) -> Any:
        found = [customer[name].get(key) for customer in customers]
        return np.array([missing if value is None else value for value in found], dtype=float)

    return Customers(
        **{label: column(label) for label in LABELS},
        **{flag: column(flag).astype(bool) for flag in FLAGS},
        features={key: numbers("features", key, np.nan) for key in keys("features")},
        allowed={
            key: np.array([key in customer["allowed"] for customer in customers], dtype=bool)
            for key in keys("allowed")
        },
        contacts={key: numbers("contacts", key, 0).astype(int) for key in keys("contacts")},
        days_since={key: numbers("days_since", key, np.inf) for key in keys("days_since")},
    )
