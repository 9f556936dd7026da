"""How exports go wrong: rows sent twice, delivered late, followed by an unreadable copy."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from holdfast.transformations.synthetic.export_writer import ExportLines
from holdfast.transformations.synthetic.retailer import Flags, Ints, SyntheticRetailer

LAST_DAYS: Final = 3  # days at the end that come as deliveries of their own, or more if asked


def split_deliveries(
    retailer: SyntheticRetailer, block: int, export: ExportLines
) -> Mapping[int, list[str]]:
    """By delivery the lines of one export of a block as they arrive, faults included."""
    random, n = retailer.random(block, f"faults {export.key}"), len(export.lines)
    twice = np.flatnonzero(random.random(n) < retailer.duplicate_rate)
    broken = np.flatnonzero(random.random(n) < retailer.broken_rate)
    delivery = _deliveries(retailer, export.day, random.random(n) < retailer.late_rate)
    lines = [
        *export.lines,
        *(export.lines[row] for row in twice.tolist()),
        *(_damage(export.lines[row], row) for row in broken.tolist()),
    ]
    sent = np.concatenate([delivery, delivery[twice], delivery[broken]])
    numbers = np.unique(sent).tolist()
    if len(numbers) == 1:
        return {numbers[0]: lines}
    return {
        number: [lines[place] for place in np.flatnonzero(sent == number).tolist()]
        for number in numbers
    }


def _deliveries(retailer: SyntheticRetailer, day: Ints, is_late: Flags) -> Ints:
    """The delivery with which each line comes, by the day on which it became available."""
    first = retailer.days - max(LAST_DAYS, retailer.deliveries - 1)
    sent = day + is_late
    return np.clip(np.where(sent < first, 1, sent - first + 2), 1, retailer.deliveries)


def _damage(line: str, row: int) -> str:
    """A line as a broken export shows it: cut off, or with values that cannot be what they
    should.
    """
    if line.startswith("{"):
        return line[: max(2, len(line) // 2)]
    fields = line.split(",")
    if row % 2:
        return ",".join(fields[:-3])
    return ",".join([fields[0], *["#REF!"] * (len(fields) - 1)])
