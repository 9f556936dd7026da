"""One field compared, as the linkage model knows it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Comparison:
    """One field compared.

    `levels` counts its levels, of which those from `full` on mean full agreement and those from
    `agrees` on speak for it. `is_personal`: members of a household differ on it. `identifies`: the
    records of one person mostly agree on it, as on a name or birth date, and not on a phone.
    `follows`: unrelated records that agree fully on those fields share its lower levels more often
    than others, as the local part of an e-mail is mostly made of its owner's name.
    """

    name: str
    levels: int
    full: int
    is_personal: bool = False
    follows: tuple[str, ...] = ()
    identifies: bool = False
    agrees: int = 1
