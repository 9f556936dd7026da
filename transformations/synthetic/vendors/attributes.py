"""What account holders are that no decision may depend on: drawn apart from all that they do, so
that the retailer is fair.
"""

from dataclasses import replace
from typing import Final

import numpy as np

from holdfast.transformations.synthetic.block import Block
from holdfast.transformations.synthetic.export_writer import ExportLines, csv_lines
from holdfast.transformations.synthetic.exports import ATTRIBUTES
from holdfast.transformations.synthetic.vendors.shopify_accounts import account_ids, has_no_account

_WORDS: Final = {
    "sex": {"female": 0.52, "male": 0.48},
    "age": {"18-24": 0.12, "25-34": 0.24, "35-44": 0.22, "45-54": 0.18, "55-64": 0.14, "65+": 0.1},
    "region": {"north": 0.35, "south": 0.3, "east": 0.2, "west": 0.15},
}


def export_attributes(block: Block) -> ExportLines:
    """A line per account and attribute, all of the first day."""
    drawing = replace(block.retailer, seed=block.retailer.attribute_seed)
    random = drawing.random(block.number, "attributes")
    words = [
        random.choice(list(shares), len(block), p=list(shares.values()))
        for shares in _WORDS.values()
    ]
    is_open = (block.account_day < block.retailer.days) & ~has_no_account(block)
    person = np.flatnonzero(is_open)
    columns = [
        np.tile(account_ids(block, person), len(words)),
        np.repeat(list(_WORDS), len(person)),
        np.concatenate([drawn[person] for drawn in words]),
    ]
    return csv_lines(ATTRIBUTES.key, np.zeros(len(columns[0]), dtype=np.int64), columns)
