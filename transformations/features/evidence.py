"""What speaks for each reason to leave: features whose level says why, whatever it says of whether.

How recently and how often somebody bought are signs and left out, and so is how much they visit:
whoever leaves for any reason does less of all of it. So what is done on visits is compared with the
visits there were.
"""

from dataclasses import dataclass
from typing import Final

from holdfast.transformations.tables.vocabulary import Reason


@dataclass(frozen=True)
class Evidence:
    """A feature that speaks for a reason the more, the higher it is, or the lower if it `falls`.

    It is a count, compared with what is usual for as many of `per` where that is named, unless it
    `is_level`: a share or a log ratio, compared with the usual level.
    """

    reason: Reason
    feature: str
    per: str | None = None
    falls: bool = False
    is_level: bool = False


# What customers say themselves, by reason: how often they complain of it.
COMPLAINTS: Final[dict[Reason, str]] = {
    "price": "price_complaints_180d",
    "feature": "feature_complaints_180d",
    "service": "service_complaints_180d",
    "quality": "quality_complaints_180d",
}

EVIDENCE: Final = (
    Evidence("price", "price_views_180d", per="visits_180d"),
    Evidence("price", "competitor_90d"),
    Evidence("price", "discounted_share_365d", is_level=True),
    Evidence("price", "discounted_share_change", is_level=True),
    Evidence("feature", "core_use_180d", per="visits_180d", falls=True),
    Evidence("feature", "adopted_180d", per="visits_180d", falls=True),
    Evidence("feature", "failed_charges_90d"),
    Evidence("feature", "paused_subscriptions"),
    Evidence("service", "open_urgent_tickets"),
    Evidence("quality", "returns_180d"),
)

# Less of everything follows from any grievance, so lost interest is a reason where none shows.
LOST_INTEREST: Final = (
    Evidence("engagement", "visits_change", falls=True, is_level=True),
    Evidence("engagement", "email_rate_change", falls=True, is_level=True),
    Evidence("engagement", "community_change", falls=True, is_level=True),
    Evidence("engagement", "unsubscribed_90d"),
)
