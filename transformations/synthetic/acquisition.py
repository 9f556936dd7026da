"""How the generated retailer's people came to it, and what its campaigns cost.

All of it has streams of random numbers of its own, so that it changes nothing else.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from holdfast.transformations.synthetic.activity import Events
from holdfast.transformations.synthetic.retailer import Floats, Ints, SyntheticRetailer


@dataclass(frozen=True)
class Route:
    """A way to the shop: the share of people who took it, its channel, what the tracker's first
    page says of it, and what one who came by it cost the campaign, in cents.
    """

    share: float
    channel: str
    source: str = ""
    medium: str = ""
    campaign: str = ""
    site: str = ""
    cost: int = 0


ROUTES: Final = (
    Route(0.14, "paid_search", "google", "cpc", "search-generic", cost=3_400),
    Route(0.06, "paid_search", "google", "cpc", "search-brand", cost=900),
    Route(0.08, "paid_shopping", "google", "cpc", "shopping-all", cost=2_600),
    Route(0.12, "paid_social", "tiktok", "paid_social", "prospecting", cost=2_100),
    Route(0.05, "paid_social", "tiktok", "paid_social", "retargeting", cost=1_500),
    Route(0.16, "organic_search", site="www.google.com"),
    Route(0.06, "organic_social", site="l.instagram.com"),
    Route(0.05, "referral", site="blog.example"),
    Route(0.06, "email", "newsletter", "email", "welcome"),
    Route(0.05, "affiliates", "partners", "affiliate", "partner-network"),
    Route(0.17, "direct"),
)
_SHARES: Final = np.array([route.share for route in ROUTES])


def draw_routes(retailer: SyntheticRetailer, block: int) -> Ints:
    """Each person's route, by its place in ROUTES."""
    return retailer.random(block, "acquisition").choice(
        len(ROUTES), size=retailer.size(block), p=_SHARES
    )


def find_first(events: Events, people: int) -> Ints:
    """The place of each person's earliest event, -1 for those without one."""
    order = np.lexsort((events.second, events.day, events.person))
    person, first = np.unique(events.person[order], return_index=True)
    found = np.full(people, -1)
    found[person] = order[first]
    return found


def draw_costs(retailer: SyntheticRetailer, route: Route) -> Floats:
    """Cents that the campaign of a route costs each day: what those who come by it cost together,
    spread over the days with noise.
    """
    random = retailer.random(0, f"costs of {route.campaign}")
    noise = random.gamma(8.0, 1 / 8.0, retailer.days)
    return np.asarray(noise * retailer.customers * route.share * route.cost / retailer.days)
