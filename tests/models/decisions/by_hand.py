"""Who may get which play and why none, one customer and one play at a time in plain Python: the
oracle of eligibility, written from docs/plays.md and from plays as their files have them.
"""

from collections.abc import Mapping
from typing import Any

STEPS = ("no_play", "no_consent", "frequency", "cooldown")
LABELS = {
    "lifecycles": "lifecycle",
    "value_tiers": "value_tier",
    "channel_profiles": "channel_profile",
    "intents": "intent",
}


def decide(
    customer: Mapping[str, Any], plays: list[dict[str, Any]], caps: Mapping[str, int]
) -> tuple[list[bool], list[bool], str | None]:
    """For each play whether the customer may get it and whether it is for its driver; and why
    there is none.
    """
    matches = []
    for play in plays:
        drivers = play.get("for", {}).get("drivers", [])
        matches.append(drivers == [] or customer["driver"] in drivers)
    for word in ("held_out", "suppressed"):
        if customer[f"is_{word}"]:
            return [False] * len(plays), matches, word
    failed = [find_failed_step(customer, play, caps) for play in plays]
    eligible = [step is None for step in failed]
    if any(eligible):
        return eligible, matches, None
    reached = [STEPS.index(step) for step in failed if step]
    return eligible, matches, STEPS[max(reached, default=0)]


def find_failed_step(
    customer: Mapping[str, Any], play: Mapping[str, Any], caps: Mapping[str, int]
) -> str | None:
    """The first step at which a play is not for this customer; None where it may get it."""
    if not is_wanted(customer, play):
        return "no_play"
    waits = play["channel"] in ("onsite", "store")
    if (play["purpose"], "all" if waits else play["channel"]) not in customer["allowed"]:
        return "no_consent"
    if not waits:
        contacts = dict(customer["contacts"])
        if play["channel"] in caps and contacts.get(play["channel"], 0) >= caps[play["channel"]]:
            return "frequency"
        for channel in ("onsite", "store"):
            contacts.pop(channel, None)
        if "all" in caps and sum(contacts.values()) >= caps["all"]:
            return "frequency"
    sent = customer["days_since"].get(play["id"])
    if sent is not None and sent < play["cooldown_days"]:
        return "cooldown"
    return None


def is_wanted(customer: Mapping[str, Any], play: Mapping[str, Any]) -> bool:
    """Whether the customer is one whom the play is for."""
    for key, label in LABELS.items():
        asked = play.get("for", {}).get(key, [])
        if asked and customer[label] not in asked:
            return False
    for name, bounds in play.get("when", {}).items():
        value = customer["features"].get(name)
        if value is None:
            return False
        if "at_least" in bounds and value < bounds["at_least"]:
            return False
        if "at_most" in bounds and value > bounds["at_most"]:
            return False
    gives = play["offer"]["kind"] != "none"
    return not (gives and (customer["is_vulnerable"] or not customer["has_currency"]))
