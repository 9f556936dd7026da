"""What money and goods look like in the exports of real shops: gift cards, prices with tax inside,
yen, tips, service charges, weighed goods, imported and edited orders, orders abroad, money given
back for nothing, for shipping, in another currency and without a receipt, an older API.

None of it changes who buys what and when: each shape has a stream of random numbers of its own, and
what an order truly brought in stays the sum of its lines.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from holdfast.transformations.synthetic.activity import CHANNELS, Orders
from holdfast.transformations.synthetic.retailer import (
    Flags,
    Floats,
    Ints,
    SyntheticRetailer,
    Texts,
)

# Shares of people.
PAYS_IN_YEN: Final = 0.02
HAS_TAX_INSIDE: Final = 0.05
HAS_OLD_API: Final = 0.5
TRAVELS: Final = 0.08  # of those who pay in dollars
WAS_IMPORTED: Final = 0.2  # of those who were customers before the shop was there
# Shares of orders: of travellers, of the web shop and the app, of the till, and of its lines.
IS_ABROAD: Final = 0.2
SELLS_CARD: Final = 0.015
IS_EDITED: Final = 0.015
HAS_GOODWILL: Final = 0.03
IS_SHIPPING: Final = 0.25  # of goodwill
IS_IN_PESOS: Final = 0.25
HAS_TIP: Final = 0.12
HAS_SERVICE_CHARGE: Final = 0.03
HAS_NO_RECEIPT: Final = 0.1
IS_WEIGHED: Final = 0.1

IMPORT_DAY: Final = 40  # on which orders of the shop before this one were imported
YEN: Final = "JPY"
DOLLAR: Final = "USD"
PESO: Final = "MXN"


@dataclass(frozen=True, eq=False)
class Shapes:
    """By person: main currency, share of orders paid in another, tax inside prices, exports of the
    older API. By order, in minor units of its currency, 0 for none: the gift card sold in it, the
    line that is edited out the day after, goodwill given back, tip and service charge; its
    currency, what goodwill is for and in which currency, whether it was imported, and whether its
    goods come back without a receipt. By line: whether it is weighed.
    """

    main_currency: Texts
    abroad_share: Floats
    has_tax_inside: Flags
    has_old_api: Flags
    currency: Texts
    card: Ints
    edited: Ints
    goodwill: Ints
    is_for_shipping: Flags
    goodwill_currency: Texts
    tip: Ints
    service_charge: Ints
    is_imported: Flags
    has_no_receipt: Flags
    is_weighed: Flags


def draw_shapes(
    retailer: SyntheticRetailer, block: int, orders: Orders, account_day: Ints
) -> Shapes:
    """Draw the shapes of a block's people, orders and lines."""
    random, people, n = retailer.random(block, "shapes"), len(account_day), len(orders)
    is_till = orders.channel == CHANNELS.index("pos")
    is_kept, net = orders.cancelled < 0, orders.net
    has_old_orders = (account_day < 0) & (random.random(people) < WAS_IMPORTED)
    is_edited = random.random(n) < IS_EDITED
    is_edited &= ~is_till & is_kept & (orders.day + 1 < retailer.days)
    imported = has_old_orders[orders.person] & (orders.day < IMPORT_DAY)
    weighs = is_till[orders.line_order] & (random.random(len(orders.line_order)) < IS_WEIGHED)
    main = np.where(random.random(people) < PAYS_IN_YEN, YEN, DOLLAR)
    travels = (main == DOLLAR) & (random.random(people) < TRAVELS)
    currency = main[orders.person]
    currency[travels[orders.person] & (random.random(n) < IS_ABROAD)] = YEN
    kind = random.random(n)
    return Shapes(
        main_currency=main,
        abroad_share=np.where(travels, IS_ABROAD, 0.0),
        currency=currency,
        has_tax_inside=random.random(people) < HAS_TAX_INSIDE,
        has_old_api=random.random(people) < HAS_OLD_API,
        card=_where(~is_till & (random.random(n) < SELLS_CARD), 2_500 * random.integers(1, 5, n)),
        edited=_where(is_edited & ~imported, random.integers(500, 6_000, n)),
        goodwill=_where(~is_till & is_kept & (random.random(n) < HAS_GOODWILL), net // 10),
        is_for_shipping=kind < IS_SHIPPING,
        goodwill_currency=np.where(kind >= 1 - IS_IN_PESOS, PESO, currency),
        tip=_where(is_till & (random.random(n) < HAS_TIP), net // random.integers(5, 20, n)),
        service_charge=_where(is_till & (random.random(n) < HAS_SERVICE_CHARGE), net // 20),
        has_no_receipt=is_till & (random.random(n) < HAS_NO_RECEIPT),
        is_imported=imported & ~is_till & is_kept,
        is_weighed=weighs,
    )


def _where(flags: Flags, amounts: Ints) -> Ints:
    return np.where(flags, amounts, 0)
