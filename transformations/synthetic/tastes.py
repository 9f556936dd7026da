"""What people like: who buys mostly of one category, mostly the shop's own label, or mostly one
brand. Tastes move no order and no amount: only which products are in the lines.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from holdfast.transformations.synthetic.names import BRANDS, CATEGORIES
from holdfast.transformations.synthetic.retailer import Flags, Ints, SyntheticRetailer, Texts

TASTES: Final = ("category_specialist", "private_label", "brand_seeker", "none")
SPECIALIST, PRIVATE_LABEL, BRAND_SEEKER, NONE = range(len(TASTES))
FOLLOWED: Final = 0.8  # share of lines that follow the taste; the others may by chance
_SHARES: Final = np.array([1 / 3, 0.10, 0.15, 1 - 1 / 3 - 0.25])
_OWN_LABEL: Final = len(BRANDS) - 1


@dataclass(frozen=True, eq=False)
class Tastes:
    """Each person's taste by its place in TASTES, and the category and brand it would be for."""

    taste: Ints
    category: Ints
    brand: Ints

    @property
    def of(self) -> Texts:
        """The category of a specialist, the brand of who seeks one; blank otherwise."""
        category, brand = np.array(CATEGORIES)[self.category], np.array(BRANDS)[self.brand]
        named = np.where(self.taste == BRAND_SEEKER, brand, "")
        return np.where(self.taste == SPECIALIST, category, named)


def draw_tastes(random: np.random.Generator, people: int) -> Tastes:
    """Who likes what; the first draws of the stream of tastes."""
    return Tastes(
        random.choice(len(TASTES), size=people, p=_SHARES),
        random.integers(0, len(CATEGORIES), people),
        random.integers(0, _OWN_LABEL, people),
    )


def follow_tastes(retailer: SyntheticRetailer, block: int, person: Ints, product: Ints) -> Ints:
    """Products of lines by person: most of those whose person has a taste are of another category
    or brand than drawn, and otherwise alike.
    """
    random = retailer.random(block, "tastes")
    tastes = draw_tastes(random, retailer.size(block))
    taste, follows = tastes.taste[person], random.random(len(person)) < FOLLOWED
    brand = np.where(taste == PRIVATE_LABEL, _OWN_LABEL, tastes.brand[person])
    has_brand: Flags = np.isin(taste, [PRIVATE_LABEL, BRAND_SEEKER])
    chosen = np.where(
        taste == SPECIALIST,
        product - find_category(product) + tastes.category[person],
        np.where(has_brand, product + len(CATEGORIES) * (brand - find_brand(product)), product),
    )
    return np.where(follows, chosen, product)


def find_category(product: Ints) -> Ints:
    """The place of products' category in CATEGORIES."""
    return product % len(CATEGORIES)


def find_brand(product: Ints) -> Ints:
    """The place of products' brand in BRANDS: every category has products of every brand."""
    return product // len(CATEGORIES) % len(BRANDS)
