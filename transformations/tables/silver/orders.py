"""Orders, their lines and refunds, and the products in them."""

from typing import Final

from holdfast.transformations.tables.columns import (
    BOOL,
    CURRENCY,
    DATE,
    FACT,
    INSTANT,
    PARTY,
    STRING,
    exact_money,
    key,
    money,
    quantity,
    reference,
    vocabulary,
)
from holdfast.transformations.tables.table import Column, Scd2, Table, Upsert
from holdfast.transformations.tables.vocabulary import CHANNELS, REFUND_KINDS

ORDERS: Final = Table(
    "silver.orders",
    "One row per order.",
    "Accepted orders of all channels; refunds are rows of their own.",
    (
        key("order_id", "The order."),
        PARTY,
        *FACT,
        vocabulary("channel", "Where it was placed", CHANNELS),
        reference("store_id", "The shop or till location."),
        CURRENCY,
        money(
            "net_amount",
            "What was sold, after discounts; without tax, shipping, tips and service charges. Gift "
            "cards sold in it are in it.",
        ),
        money("discount_amount", "Discounts given."),
        money("tax_amount", "Tax.", nullable=True),
        Column("has_coupon", BOOL, "A code was redeemed."),
        Column(
            "ordered_on",
            DATE,
            "Day in the source's time zone, else the retailer's; everywhere the purchase's day.",
            nullable=False,
        ),
        Column("time_zone", STRING, "The time zone of that day, an IANA name."),
        Column("cancelled_at", INSTANT, "When it was cancelled, by the newest version."),
    ),
    keys=("order_id",),
    write=Upsert(
        mutable=("currency", "net_amount", "discount_amount", "tax_amount"), end="cancelled_at"
    ),
    subject="party_id",
)

ORDER_LINES: Final = Table(
    "silver.order_lines",
    "One row per line of an order.",
    "A line missing from a newer version of its order stays, with removed_at.",
    (
        key("line_id", "The line."),
        key("order_id", "Its order; a newer version may move it to another."),
        *FACT,
        reference("product_id", "The product sold."),
        quantity("Units, parts of one where goods are weighed; 0 where none is left."),
        CURRENCY,
        money("net_amount", "Line amount after discounts, without tax."),
        money("discount_amount", "Discounts given."),
        Column("category", STRING, "Product category as the source names it."),
        Column("is_gift_card", BOOL, "A gift card: a debt until redeemed, no revenue."),
        Column(
            "removed_at",
            INSTANT,
            "When a newer version of the order no longer had the line, or none of it.",
        ),
    ),
    keys=("line_id",),
    write=Upsert(
        mutable=("order_id", "quantity", "currency", "net_amount", "discount_amount"),
        end="removed_at",
    ),
    subject="order_id>silver.orders",
)

REFUND_LINES: Final = Table(
    "silver.refund_lines",
    "One row per refund of a line, or of none.",
    "Returns and refunds, dated when they were made; counted for the customer of the order, "
    "else for its own party.",
    (
        key("refund_line_id", "The refund."),
        PARTY,
        *FACT,
        reference("order_id", "The order it belongs to, where the source names one."),
        reference("line_id", "The order line given back; null of money given back for none."),
        reference("product_id", "The product given back."),
        quantity("Units given back.", nullable=True),
        CURRENCY,
        money(
            "refund_amount",
            "Money given back, without tax; below 0 where less was given back than other rows say.",
            signed=True,
        ),
        vocabulary(
            "refund_kind",
            "What for; shipping was never part of an order's net amount",
            REFUND_KINDS,
            nullable=True,
        ),
    ),
    keys=("refund_line_id",),
    write=Upsert(mutable=("currency", "refund_amount")),
    subject="party_id",
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

PRODUCT_COSTS: Final = Table(
    "silver.product_costs",
    "One row per cost of a product over an interval.",
    "What one unit costs the shop, from when the source said so; a product without a row has an "
    "unknown cost, not none.",
    (
        key("product_id", "The product."),
        *FACT,
        CURRENCY,
        exact_money("unit_cost_amount", "What the shop pays for one unit."),
        Column("row_hash", STRING, "Keyed hash of the state's declared values.", nullable=False),
        Column("valid_from", INSTANT, "Start of the cost.", nullable=False),
        Column("valid_to", INSTANT, "End of the cost; null while it lasts."),
    ),
    keys=("product_id", "valid_from"),
    write=Scd2(),
)
