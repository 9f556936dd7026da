"""One file per vendor's system: what it exports about the people of a block."""

from collections.abc import Callable
from typing import Final

from holdfast.transformations.synthetic.block import Block
from holdfast.transformations.synthetic.export_writer import SystemExports
from holdfast.transformations.synthetic.vendors.delighted import export_delighted
from holdfast.transformations.synthetic.vendors.google_ads import export_google_ads
from holdfast.transformations.synthetic.vendors.judgeme import export_judgeme
from holdfast.transformations.synthetic.vendors.klaviyo import export_klaviyo
from holdfast.transformations.synthetic.vendors.onetrust import export_onetrust
from holdfast.transformations.synthetic.vendors.recharge import export_recharge
from holdfast.transformations.synthetic.vendors.rudderstack import export_rudderstack
from holdfast.transformations.synthetic.vendors.shopify import export_shopify
from holdfast.transformations.synthetic.vendors.smile import export_smile
from holdfast.transformations.synthetic.vendors.square import export_square
from holdfast.transformations.synthetic.vendors.tiktok_ads import export_tiktok_ads
from holdfast.transformations.synthetic.vendors.zendesk import export_zendesk

SYSTEMS: Final[tuple[Callable[[Block], SystemExports], ...]] = (
    export_shopify,
    export_square,
    export_klaviyo,
    export_rudderstack,
    export_zendesk,
    export_recharge,
    export_smile,
    export_delighted,
    export_onetrust,
    export_google_ads,
    export_tiktok_ads,
    export_judgeme,
)
# Those that tell of what more people do over a year of treatments.
SYSTEMS_OF_MORE: Final[tuple[Callable[[Block], SystemExports], ...]] = (
    export_shopify,
    export_square,
    export_rudderstack,
    export_smile,
    export_delighted,
)
