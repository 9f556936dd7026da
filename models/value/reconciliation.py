"""One pair of numbers from two models: the chance that a customer leaves, and the money that stays.

A churn model's probability is calibrated by who came back, a value model's forecast by what was
spent. What a customer spends who comes back at all is the quotient of the two, as far as the
purchase model bears it out; where it does not, the probability leads and the forecast follows it.
"""

from typing import Final

import numpy as np

from holdfast.models.arrays import Floats

# Times what the purchase model expects of a customer who orders at all. On held-out days of the
# generated retailer 1.5 to 3 err alike, and less in total than no limit.
WIDEST: Final = 2.0
_MILLION: Final = 1_000_000


def find_value_if_stays(spend: Floats, leaving: Floats, spend_if_ordering: Floats) -> Floats:
    """Expected spend of a horizon if the customer orders in it, in whole minor units.

    `spend` is what is expected with nothing known of staying, `leaving` the probability of no order
    in the horizon, `spend_if_ordering` what the purchase model expects of those who order.
    """
    quotient = spend / np.maximum(1.0 - leaving, 1 / _MILLION)
    lowest, highest = spend_if_ordering / WIDEST, spend_if_ordering * WIDEST
    return np.asarray(np.round(np.clip(quotient, lowest, highest)), np.float64)


def find_expected_spend(value_if_stays: Floats, leaving: Floats) -> Floats:
    """(1 - leaving) x value_if_stays in whole minor units, half up; `leaving` counts as published,
    with six decimals.
    """
    staying = _MILLION - np.round(leaving * _MILLION).astype(np.int64)
    exact = staying * value_if_stays.astype(np.int64)
    return ((exact + _MILLION // 2) // _MILLION).astype(np.float64)
