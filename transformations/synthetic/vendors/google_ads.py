"""Google Ads, through a connector: what each campaign cost by day and device, in millionths."""

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
from holdfast.transformations.synthetic.retailer import SyntheticRetailer, Texts

ACCOUNT: Final = "4155550100"
FIRST_CAMPAIGN: Final = 21_000_000_000
ON_MOBILE: Final = 0.6  # of clicks and costs
CENTS_PER_CLICK: Final = 85
_KINDS: Final = {"paid_search": "SEARCH", "paid_shopping": "SHOPPING"}


def export_google_ads(block: Block) -> SystemExports:
    """Costs, of the whole retailer, which the first block tells."""
    if block.number:
        return SystemExports([])
    routes = [route for route in ROUTES if route.channel in _KINDS]
    ids = number_ids(FIRST_CAMPAIGN, 1, np.arange(len(routes)))
    kinds = np.array([_KINDS[route.channel] for route in routes])
    names = np.array([route.campaign for route in routes])
    day = np.zeros(len(routes), dtype=np.int64)
    account = [np.array([text]) for text in (ACCOUNT, "USD", "UTC")]
    history = [ids, repeat_text(ACCOUNT, ids), names, kinds]
    return SystemExports(
        [
            csv_lines("google_ads_api/account_history", day[:1], account),
            csv_lines("google_ads_api/campaign_history", day, history),
            *(
                _stats(block.retailer, route, campaign, device)
                for route, campaign in zip(routes, ids.tolist(), strict=True)
                for device in ("MOBILE", "DESKTOP")
            ),
        ]
    )


def _stats(retailer: SyntheticRetailer, route: Route, campaign: str, device: str) -> ExportLines:
    """The costs of a campaign on one kind of device, synced in the night after each day."""
    share = ON_MOBILE if device == "MOBILE" else 1 - ON_MOBILE
    day, cents = np.arange(retailer.days), draw_costs(retailer, route) * share
    clicks = np.rint(cents / CENTS_PER_CLICK).astype(np.int64)
    columns: list[Texts] = [
        repeat_text(campaign, day),
        repeat_text(ACCOUNT, day),
        np.datetime_as_string(retailer.dates(day)),
        repeat_text(device, day),
        np.char.mod("%d", np.rint(cents * 10_000).astype(np.int64)),
        np.char.mod("%d", clicks),
        np.char.mod("%d", clicks * 30),
        retailer.instants(day, 86_000),
    ]
    return csv_lines("google_ads_api/campaign_stats", day, columns)
