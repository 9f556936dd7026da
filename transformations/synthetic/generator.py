"""One block of a generated retailer: the lines that its systems export, and the truth behind
them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

import pyarrow as pa

from holdfast.transformations.synthetic.block import draw_block
from holdfast.transformations.synthetic.export_writer import concat_lines, concat_records
from holdfast.transformations.synthetic.exports import BY_KEY
from holdfast.transformations.synthetic.faults import split_deliveries
from holdfast.transformations.synthetic.ground_truth import truth_tables
from holdfast.transformations.synthetic.retailer import SyntheticRetailer
from holdfast.transformations.synthetic.vendors import SYSTEMS


@dataclass(frozen=True, eq=False)
class GeneratedBlock:
    """`lines` by export and delivery, in the order in which they are written; `truth` by table."""

    lines: Mapping[tuple[str, int], list[str]]
    truth: Mapping[str, pa.Table]


def generate_block(retailer: SyntheticRetailer, number: int) -> GeneratedBlock:
    """Generate a block; equal arguments give equal blocks on every machine."""
    block = draw_block(retailer, number)
    systems = [export_system(block) for export_system in SYSTEMS]
    exports = concat_lines(chain.from_iterable(system.exports for system in systems))
    records = concat_records(chain.from_iterable(system.parties for system in systems))
    states = list(chain.from_iterable(system.states for system in systems))
    emails = list(chain.from_iterable(system.emails for system in systems))
    lines = {
        (key, delivery): arrived
        for key in BY_KEY
        if key in exports
        for delivery, arrived in split_deliveries(retailer, number, exports[key]).items()
    }
    return GeneratedBlock(lines, truth_tables(block, records, states, emails))
