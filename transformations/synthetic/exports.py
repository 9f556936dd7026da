"""The raw exports a generated retailer has: which vendor's system, which file, in which format,
with which columns.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Export:
    """One export. `columns` are the header of a CSV; a JSON export has none, its lines name their
    own fields.
    """

    source: str
    name: str
    columns: tuple[str, ...] = ()

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
    _csv(
        "square",
        "customers",
        "id given_name family_name email_address phone_number address_line_1 postal_code locality "
        "created_at updated_at",
    ),
    Export("square", "orders"),
    Export("klaviyo", "profiles"),
    Export("klaviyo", "events"),
    _csv(
        "rudderstack",
        "identifies",
        "id anonymous_id user_id traits_email traits_first_name traits_last_name "
        "original_timestamp received_at",
    ),
    _csv(
        "rudderstack",
        "pages",
        "id anonymous_id user_id context_session_id context_device_type name product_id category "
        "original_timestamp received_at",
    ),
    _csv(
        "rudderstack",
        "tracks",
        "id anonymous_id user_id event feature is_core context_device_type original_timestamp "
        "received_at",
    ),
    _csv("zendesk", "users", "id name email phone created_at updated_at"),
    _csv(
        "zendesk",
        "tickets",
        "id requester_id subject description priority status via_channel created_at updated_at "
        "solved_at",
    ),
    _csv(
        "recharge",
        "customers",
        "id email first_name last_name billing_address1 billing_zip created_at updated_at",
    ),
    _csv(
        "recharge",
        "subscriptions",
        "id customer_id status product_title price quantity order_interval_frequency "
        "order_interval_unit next_charge_scheduled_at created_at updated_at cancelled_at",
    ),
    _csv(
        "recharge",
        "charges",
        "id customer_id subscription_id status total_price currency charge_attempts error_type "
        "created_at updated_at processed_at",
    ),
    _csv("smile", "customers", "id email first_name last_name date_of_birth created_at updated_at"),
    _csv(
        "smile",
        "points_transactions",
        "id customer_id points_change description created_at updated_at",
    ),
    Export("delighted", "survey_responses"),
    Export("onetrust", "consent_receipts"),
)
BY_KEY: Final = {export.key: export for export in EXPORTS}
