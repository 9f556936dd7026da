"""Orders, their lines and refunds, and the products in them."""

from typing import Final

from holdfast.transformations.tables.columns import (
    BOOL,
    CURRENCY,
    DATE,
    FACT,
    INSTANT,
    INT,
    PARTY,
    STRING,
    key,
    money,
    reference,
)
from holdfast.transformations.tables.table import Column, Table, Upsert

ORDERS: Final = Table(
    "silver.orders",
    "One row per order.",
    "Accepted orders of all channels; refunds are rows of their own.",
    (
        key("order_id", "The order."),
        PARTY,
        *FACT,
        Column("channel", STRING, "web, app, pos, subscription or store.", nullable=False),
        reference("store_id", "The shop or till location."),
        CURRENCY,
        money("net_amount", "Merchandise after discounts, without tax and shipping."),
        money("discount_amount", "Discounts given."),
        money("tax_amount", "Tax.", nullable=True),
        Column("has_coupon", BOOL, "A code was redeemed."),
        Column("ordered_on", DATE, "Day in the business time zone, for people."),
        Column("cancelled_at", INSTANT, "When it was cancelled, by the newest version."),
    ),
    keys=("order_id",),
    write=Upsert(mutable=("net_amount", "discount_amount", "tax_amount"), end="cancelled_at"),
    subject="party_id",
)

ORDER_LINES: Final = Table(
    "silver.order_lines",
    "One row per line of an order.",
    "A line missing from a newer version of its order stays, with removed_at.",
    (
        key("line_id", "The line."),
        key("order_id", "Its order."),
        *FACT,
        reference("product_id", "The product sold."),
        Column("quantity", INT, "Units.", nullable=False, unit="units", check="quantity > 0"),
        CURRENCY,
        money("net_amount", "Line amount after discounts, without tax."),
        money("discount_amount", "Discounts given."),
        Column("category", STRING, "Product category as the source names it."),
        Column("is_gift_card", BOOL, "A gift card, not revenue until redeemed."),
        Column("removed_at", INSTANT, "When a newer version of the order no longer had the line."),
    ),
    keys=("line_id",),
    write=Upsert(mutable=("quantity", "net_amount", "discount_amount"), end="removed_at"),
    subject="order_id>silver.orders",
)

REFUND_LINES: Final = Table(
    "silver.refund_lines",
    "One row per refunded line.",
    "Returns and refunds, dated when they were made.",
    (
        key("refund_line_id", "The refunded line."),
        key("order_id", "The order it belongs to."),
        *FACT,
        reference("line_id", "The order line given back."),
        reference("product_id", "The product given back."),
        Column(
            "quantity",
            INT,
            "Units given back.",
            nullable=False,
            unit="units",
            check="quantity >= 0",
        ),
        CURRENCY,
        money("refund_amount", "Money given back, without tax."),
        Column("refund_kind", STRING, "return, cancel or adjustment."),
    ),
    keys=("refund_line_id",),
    write=Upsert(mutable=("refund_amount",)),
    subject="order_id>silver.orders",
)

PRODUCTS: Final = Table(
    "silver.products",
    "One row per product.",
    "What can be bought.",
    (
        key("product_id", "The product."),
        *FACT,
        Column("title", STRING, "Name shown to customers."),
        Column("category", STRING, "Category."),
        Column("brand", STRING, "Brand or vendor."),
        Column("is_private_label", BOOL, "Sold under the shop's own brand."),
        money("list_price_amount", "List price.", nullable=True),
        Column("currency", STRING, "ISO 4217 code."),
    ),
    keys=("product_id",),
    write=Upsert(mutable=("title", "category", "brand", "list_price_amount")),
)
