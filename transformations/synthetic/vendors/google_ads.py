"""Google Ads, through a connector: what each campaign cost by day, in millionths."""

from typing import Final

import numpy as np

from holdfast.transformations.synthetic.acquisition import ROUTES, Route, draw_costs
from holdfast.transformations.synthetic.block import Block
from holdfast.transformations.synthetic.export_writer import (
    ExportLines,
    SystemExports,
    csv_lines,
    number_ids,
    repeat_text,
)
from holdfast.transformations.synthetic.retailer import SyntheticRetailer

ACCOUNT: Final = "4155550100"
FIRST_CAMPAIGN: Final = 21_000_000_000
CENTS_PER_CLICK: Final = 85
_KINDS: Final = {"paid_search": "SEARCH", "paid_shopping": "SHOPPING"}


def export_google_ads(block: Block) -> SystemExports:
    """Costs, of the whole retailer, which the first block tells."""
    if block.number:
        return SystemExports([])
    routes = [route for route in ROUTES if route.channel in _KINDS]
    ids = number_ids(FIRST_CAMPAIGN, 1, np.arange(len(routes)))
    names = np.array([route.campaign for route in routes])
    kinds = np.array([_KINDS[route.channel] for route in routes])
    day = np.zeros(len(routes), dtype=np.int64)
    return SystemExports(
        [
            csv_lines("google_ads_api/campaign_history", day, [ids, names, kinds]),
            *(
                _stats(block.retailer, route, campaign)
                for route, campaign in zip(routes, ids.tolist(), strict=True)
            ),
        ]
    )


def _stats(retailer: SyntheticRetailer, route: Route, campaign: str) -> ExportLines:
    """The costs of a campaign, synced in the night after each day."""
    day, cents = np.arange(retailer.days), draw_costs(retailer, route)
    clicks = np.rint(cents / CENTS_PER_CLICK).astype(np.int64)
    columns = [
        repeat_text(campaign, day),
        repeat_text(ACCOUNT, day),
        np.datetime_as_string(retailer.dates(day)),
        np.char.mod("%d", np.rint(cents * 10_000).astype(np.int64)),
        np.char.mod("%d", clicks),
        np.char.mod("%d", clicks * 30),
        retailer.instants(day, 86_000),
    ]
    return csv_lines("google_ads_api/campaign_stats", day, columns)
