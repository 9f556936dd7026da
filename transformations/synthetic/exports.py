"""The raw exports a generated retailer has: which vendor's system, which file, in which format,
with which columns.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Export:
    """One export. `columns` are the header of a CSV; a JSON export has none, its lines name their
    own fields. `is_apart` says that it lies in audit/, not in raw/.
    """

    source: str
    name: str
    columns: tuple[str, ...] = ()
    is_apart: bool = False

    @property
    def format(self) -> str:
        """csv or jsonl."""
        return "csv" if self.columns else "jsonl"

    @property
    def key(self) -> str:
        """`<source>/<name>`."""
        return f"{self.source}/{self.name}"


def _csv(source: str, name: str, columns: str) -> Export:
    return Export(source, name, tuple(columns.split()))


_CLOCKS: Final = "original_timestamp sent_at received_at timestamp"  # of the tracker's warehouse
_ARRIVAL: Final = (
    "context_campaign_source context_campaign_medium context_campaign_name "
    "context_page_referring_domain context_page_initial_referring_domain"
)
_TRACKED: Final = f"id anonymous_id user_id event event_text context_device_type {_CLOCKS}"

EXPORTS: Final = (
    _csv(
        "shopify",
        "customers",
        "id email phone first_name last_name address_1 city zip country_code created_at updated_at",
    ),
    _csv(
        "shopify",
        "orders",
        "id customer_id email phone first_name last_name address_1 city zip created_at updated_at "
        "processed_at cancelled_at test currency subtotal_price total_discounts total_tax "
        "total_price taxes_included source_name discount_code",
    ),
    _csv(
        "shopify",
        "order_lines",
        "id order_id product_id product_type quantity price pre_tax_price total_discount "
        "gift_card currency created_at updated_at",
    ),
    _csv(
        "shopify",
        "refunds",
        "id refund_id order_id order_line_id product_id quantity subtotal total_tax "
        "taxes_included restock_type currency created_at",
    ),
    _csv(
        "shopify", "products", "id title product_type vendor price currency created_at updated_at"
    ),
    _csv("shopify", "inventory_items", "id product_id cost created_at updated_at"),
    Export("square", "customers"),
    Export("square", "orders"),
    Export("klaviyo", "profiles"),
    Export("klaviyo", "events"),
    _csv(
        "rudderstack",
        "identifies",
        f"id anonymous_id user_id email first_name last_name {_CLOCKS}",
    ),
    _csv(
        "rudderstack",
        "pages",
        "id anonymous_id user_id context_session_id context_device_type name product_id category "
        f"{_CLOCKS} {_ARRIVAL}",
    ),
    _csv("rudderstack", "tracks", _TRACKED),
    _csv("rudderstack", "feature_used", f"{_TRACKED} feature is_core"),
    _csv("rudderstack", "feature_adopted", f"{_TRACKED} feature is_core"),
    Export("zendesk", "users"),
    Export("zendesk", "tickets"),
    Export("recharge", "customers"),
    Export("recharge", "addresses"),
    Export("recharge", "subscriptions"),
    Export("recharge", "charges"),
    Export("smile", "customers"),
    Export("smile", "points_transactions"),
    Export("delighted", "survey_responses"),
    Export("onetrust", "consent_receipts"),
    _csv("google_ads_api", "campaign_history", "id name advertising_channel_type"),
    _csv(
        "google_ads_api",
        "campaign_stats",
        "id customer_id date cost_micros clicks impressions _fivetran_synced",
    ),
    _csv("tiktok_ads_api", "campaign_history", "campaign_id advertiser_id campaign_name"),
    _csv(
        "tiktok_ads_api",
        "campaign_report_daily",
        "campaign_id stat_time_day spend clicks impressions _fivetran_synced",
    ),
    Export("judgeme", "reviews"),
)
# Of retailers that have a year of treatments alone.
TREATMENTS: Final = _csv(
    "treatments",
    "treatments",
    "treatment_id customer_id email first_name last_name treated_at play channel cost currency "
    "experiment propensity offer_kind offer_share",
)
# Of retailers that say what their customers are, for audits.
ATTRIBUTES: Final = Export(
    "shopify", "attributes", ("customer_id", "attribute", "word"), is_apart=True
)
BY_KEY: Final = {export.key: export for export in (*EXPORTS, TREATMENTS, ATTRIBUTES)}
