"""The plays of a generated retailer's year of treatments, and what each truly does.

A play whose reason is a customer's own ends their grievance with a chance; any other does not, and
an offer then only costs margin. Whoever is content may leave for having been contacted.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from holdfast.transformations.synthetic.customer_behaviour import CAUSES
from holdfast.transformations.synthetic.retailer import Floats
from holdfast.transformations.tables.vocabulary import NO_PLAY


@dataclass(frozen=True)
class TruePlay:
    """A play: the channel, what a contact costs, the share off the price that it offers, and for
    which cause of a grievance it is right (None: it helps a little against each).
    """

    id: str
    channel: str
    cost: str
    cause: str | None
    offer_kind: str = "none"
    offer_share: float = 0.0


PLAYS: Final = (
    TruePlay("favourite_discount", "email", "0.05", "price", "discount", 0.10),
    TruePlay("service_recovery_call", "phone", "4.50", "service"),
    TruePlay("quality_follow_up", "email", "0.05", "quality"),
    TruePlay("feature_education", "email", "0.05", "feature"),
    TruePlay("points_bonus", "email", "0.05", None, "points"),
)
ARMS: Final = (NO_PLAY, *(play.id for play in PLAYS))  # the first is to be left alone
MATCHES: Final = 0.7  # chance that a play of the right cause ends a grievance
HELPS_A_LITTLE: Final = 0.2  # chance that a play without a cause ends a grievance
WINNABLE: Final = 150  # days for which one who left over a grievance can be won back
WON_BACK: Final = 0.6  # of the chance that is left then
IRRITATED: Final = 0.005  # chance that one who is content leaves for having been contacted
OFFER_DAYS: Final = 14  # for which an offer holds
REDEEMED: Final = 0.5  # of orders while it holds
# Chance that an arm (rows, as in ARMS) ends a grievance of a cause (columns, as in CAUSES).
CURES: Final[Floats] = np.array(
    [
        [0.0] * len(CAUSES),
        *(
            [
                HELPS_A_LITTLE if play.cause is None else MATCHES * (play.cause == of)
                for of in CAUSES
            ]
            for play in PLAYS
        ),
    ]
)
OFFERED: Final[Floats] = np.array([0.0, *(play.offer_share for play in PLAYS)])
