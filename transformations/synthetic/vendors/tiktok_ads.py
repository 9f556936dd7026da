"""TikTok Ads, through a connector: what each campaign cost by day."""

from typing import Final

import numpy as np

from holdfast.transformations.synthetic.acquisition import ROUTES, Route, draw_costs
from holdfast.transformations.synthetic.block import Block
from holdfast.transformations.synthetic.export_writer import (
    ExportLines,
    SystemExports,
    csv_lines,
    format_money,
    number_ids,
    repeat_text,
)
from holdfast.transformations.synthetic.retailer import SyntheticRetailer

ACCOUNT: Final = "7099000000001"
FIRST_CAMPAIGN: Final = 17_000_000_000
CENTS_PER_CLICK: Final = 40


def export_tiktok_ads(block: Block) -> SystemExports:
    """Costs, of the whole retailer, which the first block tells."""
    if block.number:
        return SystemExports([])
    routes = [route for route in ROUTES if route.source == "tiktok"]
    ids = number_ids(FIRST_CAMPAIGN, 1, np.arange(len(routes)))
    names = np.array([route.campaign for route in routes])
    day = np.zeros(len(routes), dtype=np.int64)
    history = [ids, repeat_text(ACCOUNT, ids), names]
    return SystemExports(
        [
            csv_lines("tiktok_ads_api/campaign_history", day, history),
            *(
                _report(block.retailer, route, campaign)
                for route, campaign in zip(routes, ids.tolist(), strict=True)
            ),
        ]
    )


def _report(retailer: SyntheticRetailer, route: Route, campaign: str) -> ExportLines:
    """The costs of a campaign, synced in the night after each day."""
    day = np.arange(retailer.days)
    cents = np.rint(draw_costs(retailer, route)).astype(np.int64)
    columns = [
        repeat_text(campaign, day),
        np.char.add(np.datetime_as_string(retailer.dates(day)), " 00:00:00"),
        format_money(cents),
        np.char.mod("%d", cents // CENTS_PER_CLICK),
        np.char.mod("%d", cents // CENTS_PER_CLICK * 60),
        retailer.instants(day, 86_000),
    ]
    return csv_lines("tiktok_ads_api/campaign_report_daily", day, columns)
