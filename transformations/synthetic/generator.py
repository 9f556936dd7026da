"""One block of a generated retailer: the lines that its systems export, and the truth behind
them.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
import pyarrow as pa

from holdfast.transformations.synthetic.block import Block, draw_block
from holdfast.transformations.synthetic.export_writer import (
    PartyRecords,
    SystemExports,
    concat_lines,
    concat_records,
    keep_lines,
)
from holdfast.transformations.synthetic.exports import ATTRIBUTES, BY_KEY
from holdfast.transformations.synthetic.faults import split_deliveries
from holdfast.transformations.synthetic.ground_truth import truth_tables
from holdfast.transformations.synthetic.responses import MORE, TreatedBlock, treat_block
from holdfast.transformations.synthetic.retailer import NEVER_COMES, SyntheticRetailer
from holdfast.transformations.synthetic.treated_truth import find_treated_truth
from holdfast.transformations.synthetic.vendors import SYSTEMS, SYSTEMS_OF_MORE
from holdfast.transformations.synthetic.vendors.attributes import export_attributes
from holdfast.transformations.synthetic.vendors.treatments import export_treatments


@dataclass(frozen=True, eq=False)
class GeneratedBlock:
    """`lines` by export and delivery, in the order in which they are written; `truth` by table."""

    lines: Mapping[tuple[str, int], list[str]]
    truth: Mapping[str, pa.Table]


def generate_block(retailer: SyntheticRetailer, number: int) -> GeneratedBlock:
    """Generate a block; equal arguments give equal blocks on every machine."""
    block = draw_block(retailer, number)
    if retailer.treatment_seed <= 0:
        systems = [export_system(block) for export_system in SYSTEMS]
        lines = {**_deliver(retailer, number, systems), **_say_what_they_are(block)}
        return GeneratedBlock(lines, _truth(block, systems))
    treated = treat_block(block)
    systems = [_keep_real(export_system(treated.before)) for export_system in SYSTEMS]
    added = _export_more(treated, systems)
    lines = {**_deliver(retailer, number, systems), **_say_what_they_are(block)}
    for key, arrived in _deliver(retailer, number, added).items():
        lines[key] = [*lines.get(key, ()), *arrived]
    truth = _truth(treated.on(retailer.days), [*systems, *added])
    return GeneratedBlock(lines, {**truth, **find_treated_truth(treated)})


def _say_what_they_are(block: Block) -> dict[tuple[str, int], list[str]]:
    """Attributes of people, all in the first delivery, where the retailer has any."""
    if block.retailer.attribute_seed <= 0:
        return {}
    return {(ATTRIBUTES.key, 1): list(export_attributes(block).lines)}


def _truth(block: Block, systems: Sequence[SystemExports]) -> Mapping[str, pa.Table]:
    records = concat_records(chain.from_iterable(system.parties for system in systems))
    states = list(chain.from_iterable(system.states for system in systems))
    emails = list(chain.from_iterable(system.emails for system in systems))
    return truth_tables(block, records, states, emails)


def _keep_real(system: SystemExports) -> SystemExports:
    """A system's exports without the lines of what never came to be."""
    exports = [
        keep_lines(export, np.array([NEVER_COMES not in line for line in export.lines], dtype=bool))
        for export in system.exports
    ]
    return replace(system, exports=exports)


def _export_more(treated: TreatedBlock, systems: Sequence[SystemExports]) -> list[SystemExports]:
    """The log of treatments, and what people do beside what `systems` say: lines of orders and
    visits, and parties not yet named.
    """
    named = set(chain.from_iterable(one.party_id for own in systems for one in own.parties))
    more = [
        SystemExports(
            [export for export in system.exports if export.key in MORE],
            [_without(records, named) for records in system.parties],
            system.states,
        )
        for system in (export_system(treated.more) for export_system in SYSTEMS_OF_MORE)
    ]
    return [export_treatments(treated.before, treated.fates), *more]


def _without(records: PartyRecords, named: Set[str]) -> PartyRecords:
    new = [place for place, one in enumerate(records.party_id) if one not in named]
    return PartyRecords([records.party_id[place] for place in new], records.person[new])


def _deliver(
    retailer: SyntheticRetailer, number: int, systems: Sequence[SystemExports]
) -> dict[tuple[str, int], list[str]]:
    """Lines of exports by export and delivery."""
    exports = concat_lines(chain.from_iterable(system.exports for system in systems))
    return {
        (key, delivery): arrived
        for key in BY_KEY
        if key in exports
        for delivery, arrived in split_deliveries(retailer, number, exports[key]).items()
    }
