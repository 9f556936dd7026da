"""Words with a fixed set of values that plays use."""

from typing import Final, Literal

URGENCY: Final = "urgency"

PHONE: Final = "phone"
WAITING: Final = ("onsite", "store")  # whoever comes by sees it: nobody is contacted
OfferKind = Literal[
    "none",
    "discount",
    "bundle",
    "cashback",
    "free_shipping",
    "shipping_threshold",
    "tier_price",
    "tier_upgrade",
    "points",
    "voucher",
    "referral_reward",
]
Framing = Literal["appreciation", "urgency", "plain"]
