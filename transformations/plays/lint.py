"""Rules of fair dealing that a play is held to: no false urgency, no hidden fees, nothing sold to
somebody in a vulnerable state, nothing that depends on who somebody is.

The words that give urgency and prices away are English, beside currency signs and codes.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from math import inf
from typing import Final

from holdfast.transformations.features.registry import NAMES
from holdfast.transformations.plays.play import HasBounds, Play
from holdfast.transformations.plays.words import URGENCY
from holdfast.transformations.sources.currencies import DECIMALS

_HURRY: Final = re.compile(
    r"\b(last|final) (chance|call|days?|hours?|minutes?)\b"
    r"|(?<!no )\b(hurry|rush)\b|\b(ends?|ending|expires?|expiring|deadline|closing soon)\b"
    r"|\b(only|just) (today|tonight|tomorrow|this week)\b|\b(today|tonight|this week) only\b"
    r"|\b(only|just) \d+ (left|remaining|hours?|days?|minutes?)\b"
    r"|\b(act|buy|order|shop) (now|fast|quickly)\b|\bnow or never\b"
    r"|\b(don't|do not|never) (miss|wait)\b|\bmiss out\b|\bbefore (it's|it is|they're) gone\b"
    r"|\b(limited time|while (stocks?|supplies) lasts?|selling fast|almost gone|running out)\b",
    re.IGNORECASE,
)
_SIGNS: Final = "$£¥¢฿" + "".join(map(chr, range(0x20A0, 0x20D0)))  # Unicode's block of them
_CODES: Final = "|".join(sorted(DECIMALS))  # in capitals alone: ALL and TRY are currencies
_UNITS: Final = "euros?|dollars?|pounds?|cents?|francs?|crowns?"
_PRICE: Final = re.compile(
    rf"[{_SIGNS}]\s?\d+|\d+\s?[{_SIGNS}]|\d+\s?(?:{_CODES})\b|\b(?:{_CODES})\s?\d+"
    rf"|\d+\s?(?i:{_UNITS})\b|\b\d+[.,]\d\d\b(?!\s?%)"
    r"|\b(?i:costs?|save|worth|for (?:just|only)|orders? (?:over|above|from|of)) \d+\b"
    r"(?!\s?(?:%|per cent|percent|points?|days?|weeks?|months?|minutes?|hours?))"
    r"|\b(?i:(?:delivery|shipping) (?:from|over|above|for)) \d+\b|\b\d+ (?i:off)\b"
)


def lint_play(
    play: Play, vulnerable: Mapping[str, HasBounds], protected: Collection[str]
) -> list[str]:
    """What is unfair about a play; nothing where it is fair."""
    return [
        *_find_false_urgency(play),
        *_find_hidden_fees(play),
        *_find_vulnerable_states(play, vulnerable),
        *_find_attributes(play, protected),
    ]


def _find_false_urgency(play: Play) -> Iterator[str]:
    """Urgency where no offer ends."""
    if play.offer.lasts_days is not None:
        return
    if play.framing == URGENCY:
        yield f"framing {URGENCY} without an offer that ends: name offer.lasts_days"
    if found := _HURRY.search(_plain(play.text)):
        yield f'text says "{found[0]}" without an offer that ends: name offer.lasts_days'


def _find_hidden_fees(play: Play) -> Iterator[str]:
    """A price or amount of which nobody says that it is all."""
    if (found := _PRICE.search(_plain(play.text))) and not play.offer.fees_included:
        yield (
            f'text names an amount, "{found[0]}": set offer.fees_included once it holds every fee'
        )


def _find_vulnerable_states(play: Play, vulnerable: Mapping[str, HasBounds]) -> Iterator[str]:
    """An offer for those whom nothing is to be sold to."""
    for name, bounds in play.when.items():
        if play.offer.costs_money and name in vulnerable and _overlap(bounds, vulnerable[name]):
            yield (
                f"when.{name} lets in customers in a vulnerable state, to whom no {play.offer.kind}"
                " is offered"
            )


def _find_attributes(play: Play, protected: Collection[str]) -> Iterator[str]:
    """Conditions on who somebody is, and on what is no feature."""
    for name in play.when:
        if attribute := next((word for word in protected if _speaks_of(name, word)), None):
            yield f"when.{name} asks for {attribute}, which is protected"
        elif name not in NAMES:
            yield f"when.{name}: there is no such feature"


def _overlap(one: HasBounds, other: HasBounds) -> bool:
    lowest, highest = _ends(one)
    from_, to = _ends(other)
    return lowest <= to and from_ <= highest


def _ends(bounds: HasBounds) -> tuple[float, float]:
    return (
        -inf if bounds.at_least is None else bounds.at_least,
        inf if bounds.at_most is None else bounds.at_most,
    )


def _speaks_of(name: str, attribute: str) -> bool:
    """Whether the words of an attribute stand in a name: age in `age_band`, not in `average`."""
    return f"_{attribute.lower().replace(' ', '_')}_" in f"_{name.lower()}_"


def _plain(text: str) -> str:
    return " ".join(text.replace("’", "'").split())
