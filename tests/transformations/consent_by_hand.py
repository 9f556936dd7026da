"""What statements of consent amount to, in plain Python: the definition."""

from datetime import datetime
from typing import Any

BASES = {
    "analytics": "opt_out",
    "personalisation": "opt_out",
    "sensitive_signals": "opt_in",
    "marketing": "opt_in",
}
PEOPLE = range(1, 121)
PAIRED = range(1, 61)  # 1 and 2 have one e-mail address, 3 and 4, and so on
Statement = dict[str, Any]


def stands(statements: list[Statement], before: datetime | None = None) -> bool | None:
    """What one source's statements about one purpose and channel amount to; None where it said
    nothing.
    """
    heard = [
        s for s in statements if before is None or max(s["event_at"], s["available_at"]) < before
    ]
    if not heard:
        return None
    newest = max(s["event_at"] for s in heard)
    return all(s["state"] == "granted" for s in heard if s["event_at"] == newest)


def allows(statements: list[Statement], purpose: str, before: datetime | None = None) -> bool:
    """Whether a customer allows a purpose that has no channels: the strictest of their sources,
    else the basis.
    """
    about = [s for s in statements if s["purpose"] == purpose]
    said = [
        stands([s for s in about if s["source"] == source], before)
        for source in sorted({s["source"] for s in about})
    ]
    spoken = [answer for answer in said if answer is not None]
    return all(spoken) if spoken else BASES[purpose] != "opt_in"


def answer(statements: list[Statement], channel: str) -> bool | None:
    """What one speaker's statements about marketing amount to on a channel: a no to it or to all,
    but for one to all before a yes to it.
    """
    of = {
        name: [s for s in statements if s["purpose"] == "marketing" and s["channel"] == name]
        for name in ("all", channel)
    }
    everything, this = stands(of["all"]), stands(of[channel])
    if this and everything is False:
        newest = {name: max(s["event_at"] for s in own) for name, own in of.items()}
        return newest[channel] > newest["all"]
    spoken = [one for one in (everything, this) if one is not None]
    return all(spoken) if spoken else None


def reachable(said: dict[int, list[Statement]], person: int, channel: str) -> bool:
    """Whether a person may be written to. Of PAIRED, two share the e-mail of their records .1 and
    .3: there each record speaks for itself, and its no for both of the pair.
    """
    other = person + 1 if person % 2 else person - 1
    shared = channel == "email" and person in PAIRED
    heard: list[bool | None] = []
    for who in (person, other) if shared else (person,):
        by: dict[Any, list[Statement]] = {}
        for s in said[who]:
            is_apart = shared and not s["party_id"].endswith(".2")
            by.setdefault((s["source"], s["party_id"] if is_apart else ""), []).append(s)
        for (_, record), own in by.items():
            one = answer(own, channel)
            if who == person or (record and one is False):
                heard.append(one)
    spoken = [one for one in heard if one is not None]
    return bool(spoken) and all(spoken)
