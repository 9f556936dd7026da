"""Words with a fixed set of values that plays use."""

from typing import Final, Literal

NO_PLAY: Final = "none"  # the name of doing nothing, which is no play's
NO_OFFER: Final = "none"
URGENCY: Final = "urgency"

Channel = Literal["email", "sms", "push", "post", "phone", "onsite", "store"]
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
