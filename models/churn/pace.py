"""How fast those come back who do, and what that says of a cut-off whose window is still running.

Nobody knows yet who of its customers leaves, but many have ordered since. On earlier cut-offs a
share of all who came back within the horizon had done so after as many days; as many more are still
to come. It is a prior-shift correction (Saerens, Latinne and Decaestecker, 2002) from outcomes that
are known in part, where theirs has the scores alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from holdfast.models.churn.dataset import DAYS_TO_ORDER, column

# By how much the share may differ from one cut-off to another, before there are several: counts as
# one cut-off more that lies so far off.
_PRIOR_SPREAD: Final = 0.08


@dataclass(frozen=True)
class Estimate:
    """How many leave of the customers of a day, and its standard deviation, by sampling apart."""

    leavers: float
    spread: float = 0.0


@dataclass(frozen=True, eq=False)
class Pace:
    """Rows of cut-offs whose outcome is known, a frame for each."""

    matured: Sequence[pd.DataFrame]
    horizon_days: int

    def estimate_leavers(self, running: pd.DataFrame, passed_days: int) -> Estimate | None:
        """Of the rows of a cut-off of which `passed_days` have passed; None where nothing is known
        of who comes back when.
        """
        back = [count_back(rows, self.horizon_days) for rows in self.matured]
        early = [count_back(rows, passed_days) for rows in self.matured]
        shares = np.array([few / all_ for few, all_ in zip(early, back, strict=True) if all_ > 0])
        if not len(shares) or shares.mean() == 0.0:
            return None
        share = float(shares.mean())
        spread = np.sqrt((((shares - share) ** 2).sum() + _PRIOR_SPREAD**2) / len(shares))
        back_in_all = count_back(running, passed_days) / share
        return Estimate(max(len(running) - back_in_all, 0.0), float(back_in_all * spread / share))


def count_back(rows: pd.DataFrame, days: int) -> int:
    """Customers who ordered within so many days."""
    return int((column(rows, DAYS_TO_ORDER) < days).sum())
