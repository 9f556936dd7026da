"""Pairs of records under one key: how many, some of them, all of them."""

from dataclasses import dataclass

import numpy as np

from holdfast.models.arrays import Ints
from holdfast.models.identity.records.keys import Key

Pairs = tuple[Ints, Ints]


@dataclass(frozen=True, eq=False)
class Blocks:
    """Records in order of their key: where each block of two or more starts, and its size; `codes`
    is the block of each record, -1 where it is compared with nobody.
    """

    codes: Ints
    order: Ints
    starts: Ints
    sizes: Ints
    left_out: int  # records of blocks too large to compare

    @property
    def pairs(self) -> int:
        """Pairs of records within blocks."""
        return int((self.sizes * (self.sizes - 1) // 2).sum())


def block(key: Key, largest: int) -> Blocks:
    """Records that share a value of the key; blocks of more than `largest` are left out."""
    known = np.flatnonzero(key.codes >= 0)
    order = known[np.argsort(key.codes[known], kind="stable")]
    codes = key.codes[order]
    starts = np.flatnonzero(np.append(True, codes[1:] != codes[:-1])) if len(order) else order
    sizes = np.diff(np.append(starts, len(order)))
    is_used = (sizes > 1) & (sizes <= largest)
    left_out = int(sizes[sizes > largest].sum())
    of_record = np.full(len(key.codes), -1, dtype=np.int64)
    of_record[order] = np.repeat(np.where(is_used, np.arange(len(sizes)), -1), sizes)
    return Blocks(of_record, order, starts[is_used], sizes[is_used], left_out)


def sample_pairs(blocks: Blocks, size: int) -> Pairs:
    """At most so many pairs, spread evenly over all of them in order: no draw, the same ever."""
    total = blocks.pairs
    if not total:
        return blocks.order[:0], blocks.order[:0]
    chosen = np.unique(np.linspace(0, total - 1, min(size, total)).astype(np.int64))
    in_block = blocks.sizes * (blocks.sizes - 1) // 2
    ends = np.cumsum(in_block)
    at = np.searchsorted(ends, chosen, side="right")
    rest, records = chosen - (ends - in_block)[at], blocks.sizes[at]
    # Of n records the pairs (0,1), (0,2) ... (1,2) ...: row i begins at i (2n - i - 1) / 2.
    root = np.sqrt((2 * records - 1.0) ** 2 - 8 * rest)
    row = ((2 * records - 1 - root) / 2).astype(np.int64)
    row = np.where(row * (2 * records - row - 1) // 2 > rest, row - 1, row)
    row = np.where((row + 1) * (2 * records - row - 2) // 2 <= rest, row + 1, row)
    column = rest - row * (2 * records - row - 1) // 2 + row + 1
    start = blocks.starts[at]
    return _in_order(blocks.order[start + row], blocks.order[start + column])


def list_pairs(blocks: Blocks) -> Pairs:
    """All pairs within blocks, the smaller record on the left."""
    if not len(blocks.sizes):
        return blocks.order[:0], blocks.order[:0]
    size = int(blocks.sizes.sum())
    number = np.repeat(np.arange(len(blocks.sizes)), blocks.sizes)
    within = np.arange(size) - np.repeat(np.cumsum(blocks.sizes) - blocks.sizes, blocks.sizes)
    records = blocks.order[blocks.starts[number] + within]
    sides: list[Pairs] = []
    for step in range(1, int(blocks.sizes.max())):
        together = np.flatnonzero(number[step:] == number[:-step])
        sides.append((records[together], records[together + step]))
    left, right = (np.concatenate(side) for side in zip(*sides, strict=True))
    return _in_order(left, right)


def unite_pairs(parts: list[Pairs], records: int) -> Pairs:
    """Each pair once."""
    if not parts:
        nobody = np.empty(0, dtype=np.int64)
        return nobody, nobody
    both = np.unique(np.concatenate([left * records + right for left, right in parts]))
    return both // records, both % records


def random_pairs(records: int, size: int, seed: int) -> Pairs:
    """Pairs of different records drawn from all."""
    random = np.random.default_rng(seed)
    left = random.integers(0, records, size)
    right = (left + random.integers(1, records, size)) % records
    return _in_order(left, right)


def _in_order(left: Ints, right: Ints) -> Pairs:
    return np.minimum(left, right), np.maximum(left, right)
