"""Where the pairs are: in memory or in a frame. A solver sees sums over all customers, and a few
customers whole.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, Protocol

import numpy as np

from holdfast.models.allocation import kernels
from holdfast.models.allocation.pairs import (
    Pairs,
    draw_uniform,
    find_grains,
    join_pairs,
    measure_sizes,
    round_pairs,
)
from holdfast.models.allocation.rule import PlanRule
from holdfast.models.arrays import Flags, Floats, Ints

_BATCH: Final = 8192  # customers whose pairs stay in a core's cache
_THREADS: Final = 2
_SAMPLED: Final = 1  # salt of the draw of the sample


class Customers(Protocol):
    """All customers with their pairs. `sizes` are those of `measure_sizes`, counts added up and the
    others the largest; `total` adds up what `kernel` makes of each batch; `gather` brings the
    customers that `select` marks among all, which it may ask of parts first.
    """

    @property
    def sizes(self) -> Floats: ...

    def total(self, kernel: Callable[[Pairs], Floats]) -> Floats: ...

    def gather(self, select: Callable[[Pairs], Flags]) -> Pairs: ...


class CustomersInMemory:
    """Customers whose pairs are arrays."""

    def __init__(self, pairs: Pairs) -> None:
        self.sizes = measure_sizes(pairs)
        grains = find_grains(self.sizes)
        self._batches = [round_pairs(part, grains) for part in split_pairs(pairs)]

    def total(self, kernel: Callable[[Pairs], Floats]) -> Floats:
        """The sum of what `kernel` makes of each batch."""
        with ThreadPoolExecutor(_THREADS) as pool:
            return np.asarray(np.sum(list(pool.map(kernel, self._batches)), axis=0))

    def gather(self, select: Callable[[Pairs], Flags]) -> Pairs:
        """The customers that `select` marks among all."""
        return gather_pairs(self._batches, select)

    def choose(self, rule: PlanRule) -> tuple[Ints, Ints, Flags]:
        """Ids, plays (NONE for none) and whether the prices alone choose another."""
        parts = [(batch.customer, *rule.apply(batch)) for batch in self._batches]
        ids, plays, is_repaired = (np.concatenate(each) for each in zip(*parts, strict=True))
        return ids, plays, is_repaired


def split_pairs(pairs: Pairs) -> list[Pairs]:
    """The customers in batches, at least one."""
    places = np.array_split(np.arange(len(pairs)), len(pairs) // _BATCH + 1)
    return [pairs.take(place) for place in places]


def combine_sizes(parts: Sequence[Floats]) -> Floats:
    """Sizes of all from those of parts."""
    table = np.array(parts)
    return np.append(table[:, 0].sum(), table[:, 1:].max(axis=0))


def gather_pairs(batches: Iterable[Pairs], select: Callable[[Pairs], Flags]) -> Pairs:
    """The customers that `select` marks among those that it marks in the batches."""
    marked = join_pairs([batch.take(np.flatnonzero(select(batch))) for batch in batches])
    return marked.take(np.flatnonzero(select(marked)))


def evaluate(customers: Customers, multipliers: Floats) -> Floats:
    """Sums over all customers of what is chosen at each row of multipliers."""
    return customers.total(partial(kernels.evaluate, multipliers=multipliers))


def draw_sample(customers: Customers, size: int) -> Pairs:
    """About that many customers by chance, the same of the same customers; all of fewer."""
    share = size / max(float(customers.sizes[0]), 1.0)
    return customers.gather(partial(_mark_sample, share=share))


def _mark_sample(pairs: Pairs, share: float) -> Flags:
    return draw_uniform(pairs.customer, _SAMPLED) < share
