"""The hidden side of a customer: how often they buy, when a grievance begins, when they leave, and
what follows from it.

A customer is content until a grievance begins (or drifts away without one), then leaves at a raised
hazard. All is decided day by day from the state of the day before, so the chance of no order in a
window and the expected revenue are backward recursions over days given the state at its start, and
nothing that happened is looked at.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from holdfast.transformations.synthetic.retailer import NEVER, Floats, Ints, SyntheticRetailer

SEGMENTS: Final = (
    "premium_seekers",
    "bargain_hunters",
    "casual_browsers",
    "brand_loyalists",
    "at_risk",
)
CAUSES: Final = ("price", "feature", "service", "quality", "none")
SHARES: Final = np.array([0.24, 0.18, 0.31, 0.15, 0.12])
ORDER_VALUE: Final = np.array([247.0, 62.0, 125.0, 189.0, 98.0])
ORDERS_PER_YEAR: Final = np.array([18.0, 14.0, 11.0, 22.0, 4.0])
GRIEVANCES_PER_YEAR: Final = np.array([0.16, 0.24, 0.24, 0.14, 0.30])
CAUSE_SHARES: Final = np.array(
    [
        [0.12, 0.22, 0.33, 0.28, 0.05],
        [0.52, 0.12, 0.14, 0.14, 0.08],
        [0.26, 0.20, 0.22, 0.22, 0.10],
        [0.12, 0.26, 0.26, 0.30, 0.06],
        [0.26, 0.20, 0.22, 0.20, 0.12],
    ]
)
DRIFT: Final = 0.05 / 365  # per day: leaving without any grievance
LEAVING: Final = 1 / 85  # per day, once aggrieved
APPETITE: Final = 0.35  # of the order rate is left once aggrieved
ACTIONS: Final = ("none", "discount", "service_call", "feature_tour", "quality_credit")
HELPS: Final = {
    "discount": "price",
    "service_call": "service",
    "feature_tour": "feature",
    "quality_credit": "quality",
}
CURED: Final = 0.45  # chance that the right action ends a grievance; any other does nothing
# Share of revenue given back: otherwise, and with a grievance about quality.
REFUNDED: Final = np.array([0.02, 0.30])
KEPT: Final = 0.985  # share of orders that are not cancelled
NOT_YET, CONTENT, AGGRIEVED, LEFT = 0, 1, 2, 3
_RATE_SHAPE: Final = 1.4  # shape of the gamma by which people of one segment differ


@dataclass(frozen=True, eq=False)
class Lifecycles:
    """Hidden state of the people of a block; days are numbers and may lie after the
    retailer's last.
    """

    segment: Ints
    cause: Ints
    rate: Floats
    order_value: Floats
    joined: Ints
    onset: Ints
    left: Ints

    def phase(self, day: int | Ints) -> Ints:
        """State at the start of a day, for one day or a row of days."""
        days = np.asarray(day)
        joined, onset, left = (
            first_day[:, None] if days.ndim else first_day
            for first_day in (self.joined, self.onset, self.left)
        )
        return np.where(
            days < joined,
            NOT_YET,
            np.where(days >= left, LEFT, np.where(days >= onset, AGGRIEVED, CONTENT)),
        )


def season_factor(day: Ints | Floats) -> Floats:
    """Factor on the order rate: a year's swing and the weeks before the holidays; its mean over a
    year is 1.
    """
    of_year = np.asarray(day, dtype=np.float64) % 365.25
    swing = 1 + 0.08 * np.sin(2 * np.pi * (of_year - 80) / 365.25)
    return np.asarray((swing + 0.45 * np.exp(-(((of_year - 338) / 14) ** 2))) / 1.0306)


def draw_lifecycles(retailer: SyntheticRetailer, block: int) -> Lifecycles:
    """Draw the hidden side of a block's people."""
    random, n = retailer.random(block, "fates"), retailer.size(block)
    segment = random.choice(len(SEGMENTS), size=n, p=SHARES)
    rate = ORDERS_PER_YEAR[segment] / 365 * random.gamma(_RATE_SHAPE, 1 / _RATE_SHAPE, n)
    value = ORDER_VALUE[segment] * np.exp(random.normal(0, 0.25, n) - 0.25**2 / 2)
    is_old = random.random(n) < 0.55
    joined = np.where(is_old, 0, random.integers(0, int(retailer.days * 0.88), n))
    cause, onset, left = draw_fates(random, segment, joined)
    return Lifecycles(segment, cause, rate, value, joined, onset, left)


def draw_fates(
    random: np.random.Generator, segment: Ints, content_from: Ints | int
) -> tuple[Ints, Ints, Ints]:
    """Cause, and the days of the grievance and of leaving, of people content from a day on."""
    n = len(segment)
    cause = draw_choices(random, CAUSE_SHARES[segment])
    aggrieves = GRIEVANCES_PER_YEAR[segment] / 365
    stays = random.geometric(aggrieves + DRIFT)
    drifts = random.random(n) < DRIFT / (aggrieves + DRIFT)
    onset = np.where(drifts, NEVER, content_from + stays)
    left = np.where(drifts, content_from + stays, onset + random.geometric(LEAVING, n))
    return np.where(drifts, CAUSES.index("none"), cause), onset, left


def draw_choices(random: np.random.Generator, shares: Floats) -> Ints:
    """One choice per row of `shares` (rows that sum to 1)."""
    edges = shares.cumsum(axis=1)
    return np.asarray((random.random(len(shares))[:, None] > edges[:, :-1]).sum(axis=1))


def no_order_probability(
    lifecycles: Lifecycles, phase: Ints, day: int, horizon: int, cured: Floats | None = None
) -> Floats:
    """P(no order in [day, day + horizon)) given the state at the start of `day`; `cured` is the
    chance to be content.
    """
    aggrieves = GRIEVANCES_PER_YEAR[lifecycles.segment] / 365
    content, aggrieved = np.ones(len(phase)), np.ones(len(phase))
    for later in range(day + horizon - 1, day - 1, -1):
        rate = KEPT * lifecycles.rate * season_factor(np.array(later))
        content = np.exp(-rate) * (
            (1 - aggrieves - DRIFT) * content + aggrieves * aggrieved + DRIFT
        )
        aggrieved = np.exp(-APPETITE * rate) * ((1 - LEAVING) * aggrieved + LEAVING)
    return _by_phase(phase, content, aggrieved, np.ones(len(phase)), cured)


def expected_revenue(
    lifecycles: Lifecycles, phase: Ints, day: int, horizon: int, cured: Floats | None = None
) -> Floats:
    """Expected revenue of [day, day + horizon), after refunds, given the state at the start of
    `day`.
    """
    aggrieves = GRIEVANCES_PER_YEAR[lifecycles.segment] / 365
    quality = CAUSES.index("quality")
    # The future cause of a content customer is not known yet.
    doubts = CAUSE_SHARES[lifecycles.segment, quality]
    worth = lifecycles.order_value * (1 - REFUNDED[0])
    unsure = lifecycles.order_value * (1 - REFUNDED[0] - doubts * (REFUNDED[1] - REFUNDED[0]))
    less = lifecycles.order_value * (1 - REFUNDED[(lifecycles.cause == quality).astype(np.int64)])
    content, foreseen, aggrieved = (np.zeros(len(phase)) for _ in range(3))
    for later in range(day + horizon - 1, day - 1, -1):
        rate = KEPT * lifecycles.rate * season_factor(np.array(later))
        content = rate * worth + (1 - aggrieves - DRIFT) * content + aggrieves * foreseen
        foreseen = APPETITE * rate * unsure + (1 - LEAVING) * foreseen
        aggrieved = APPETITE * rate * less + (1 - LEAVING) * aggrieved
    return _by_phase(phase, content, aggrieved, np.zeros(len(phase)), cured)


def _by_phase(
    phase: Ints, content: Floats, aggrieved: Floats, left: Floats, cured: Floats | None
) -> Floats:
    if cured is not None:
        aggrieved = cured * content + (1 - cured) * aggrieved
    value = np.where(phase == CONTENT, content, np.where(phase == AGGRIEVED, aggrieved, left))
    return np.where(phase == NOT_YET, np.nan, value)
