"""Blocking rules chosen by what they find: each next one brings most new matches per new pair,
until the estimated recall stops rising.

The pairs of all keys are sampled once, each weighed by the inverse of the chance that it was
sampled (Horvitz and Thompson 1952); a model fitted to that sample says how many matches each key
brings that others do not.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from holdfast.models.arrays import Flags, Floats
from holdfast.models.identity.records.keys import Key
from holdfast.models.identity.records.pairs import Blocks, Pairs, block, sample_pairs, unite_pairs

SAMPLE: Final = 1_500  # pairs of each key
LARGEST_BLOCK: Final = 400  # records that share a key, beyond which they are not compared
PAIRS_PER_RECORD: Final = 60  # compared, at most
MOST_PAIRS: Final = 8_000_000  # compared, at most, which fit a driver's memory
GAIN: Final = 0.0003  # of all matches, below which one more rule is not worth it
YIELD: Final = 0.002  # new matches per new pair, likewise


@dataclass(frozen=True, eq=False)
class Pool:
    """Sampled pairs of every key: how many pairs each stands for, and which keys bring it."""

    keys: Sequence[Key]
    blocks: Sequence[Blocks]
    pairs: Pairs
    weight: Floats
    is_brought: Flags  # one row per pair, one column per key


@dataclass(frozen=True)
class Rule:
    """A chosen rule: new pairs and new matches as estimated, recall with it and those before,
    records of blocks too large to compare.
    """

    name: str
    new_pairs: float
    new_matches: float
    recall: float
    left_out: int


def pool_pairs(keys: Sequence[Key], records: int) -> Pool:
    """Sample the pairs of every key that brings any, and not more than may be compared."""
    limit = most_pairs(records)
    known = [(key, block(key, LARGEST_BLOCK)) for key in keys]
    known = [(key, blocks) for key, blocks in known if 0 < blocks.pairs <= limit]
    sampled = [sample_pairs(blocks, SAMPLE) for _, blocks in known]
    left, right = unite_pairs(sampled, records)
    brought = np.zeros((len(left), len(known)), dtype=np.bool_)
    missed = np.zeros(len(left))  # log of the chance that no sample has the pair
    for at, ((_, blocks), (some, _)) in enumerate(zip(known, sampled, strict=True)):
        one = blocks.codes[left]
        brought[:, at] = (one >= 0) & (one == blocks.codes[right])
        share = min(len(some) / blocks.pairs, 1 - 1e-12)
        missed += brought[:, at] * np.log1p(-share)
    weight = 1 / np.maximum(-np.expm1(missed), 1e-9)
    return Pool(
        [key for key, _ in known], [one for _, one in known], (left, right), weight, brought
    )


def most_pairs(records: int) -> int:
    """Pairs that may be compared."""
    return min(MOST_PAIRS, PAIRS_PER_RECORD * records)


def choose_rules(
    pool: Pool, matches: Floats, always: Collection[str], records: int
) -> tuple[list[int], list[Rule]]:
    """Places of the chosen keys, and what each brings. `matches` is the probability of a match of
    each pooled pair; the keys named in `always` are chosen in the end whatever they bring.
    """
    is_always = np.array([key.name in always for key in pool.keys], dtype=np.bool_)
    brought = csr_array(pool.is_brought.T, dtype=np.float64)  # mostly nothing
    weight, worth = pool.weight.copy(), pool.weight * matches  # 0 of pairs that a chosen key brings
    total = max(float(worth.sum()), 1e-9)
    chosen: list[int] = []
    rules: list[Rule] = []
    pairs, found = 0.0, 0.0
    while True:
        new_pairs, new_matches = brought @ weight, brought @ worth
        is_worth_it = (new_matches > GAIN * total) & (new_matches >= YIELD * new_pairs)
        if not is_worth_it.any():
            is_worth_it = is_always & (new_pairs > 0)
        is_worth_it &= pairs + new_pairs <= most_pairs(records)
        if not is_worth_it.any():
            return chosen, rules
        # a few pairs are added to each, so that a rule of three sure ones does not come first
        value = np.where(is_worth_it, new_matches / (new_pairs + 0.02 * records), -1.0)
        best = int(value.argmax())
        weight[pool.is_brought[:, best]] = worth[pool.is_brought[:, best]] = 0.0
        pairs, found = pairs + float(new_pairs[best]), found + float(new_matches[best])
        chosen.append(best)
        rules.append(
            Rule(
                pool.keys[best].name,
                float(new_pairs[best]),
                float(new_matches[best]),
                found / total,
                pool.blocks[best].left_out,
            )
        )
