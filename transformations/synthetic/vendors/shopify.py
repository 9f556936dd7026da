"""Shopify, the web shop: accounts, orders with their lines, refunds, products."""

from holdfast.transformations.synthetic.block import Block
from holdfast.transformations.synthetic.export_writer import SystemExports
from holdfast.transformations.synthetic.vendors.shopify_accounts import (
    correct_accounts,
    export_accounts,
)
from holdfast.transformations.synthetic.vendors.shopify_lines import export_lines
from holdfast.transformations.synthetic.vendors.shopify_orders import export_orders
from holdfast.transformations.synthetic.vendors.shopify_products import (
    export_costs,
    export_products,
)


def export_shopify(block: Block) -> SystemExports:
    """Accounts and orders; the first block also tells the catalogue and has accounts corrected."""
    random = block.random("shopify")
    accounts = export_accounts(block, random)
    orders, lines = export_orders(block, random), export_lines(block)
    exports, parties = accounts.exports, [*accounts.parties, *orders.parties]
    if block.number == 0:
        exports = [*correct_accounts(block, exports), *export_products(block.retailer)]
        exports.append(export_costs(block.retailer))
    return SystemExports(
        [*exports, *orders.exports, *lines], parties, orders.states, accounts.emails
    )
