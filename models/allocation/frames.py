"""Customers whose pairs stand in a frame; only sums and a few customers come to the driver."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from holdfast.models.allocation.customers import combine_sizes, gather_pairs, split_pairs
from holdfast.models.allocation.kernels import NONE
from holdfast.models.allocation.pairs import (
    Pairs,
    find_grains,
    measure_sizes,
    no_pairs,
    round_pairs,
    sort_pairs,
)
from holdfast.models.allocation.rule import PlanRule
from holdfast.models.arrays import Flags, Floats
from holdfast.models.fitting import keep_computed
from holdfast.transformations.whole_customers import map_customers

_ARRAYS: Final = ("customer", "start", "play", "value", "uses")
_BATCHES: Final = T.StructType([T.StructField(name, T.BinaryType()) for name in _ARRAYS])
_NUMBERS: Final = T.StructType([T.StructField("numbers", T.BinaryType())])
_CHOSEN: Final = T.StructType(
    [
        T.StructField("customer_id", T.LongType()),
        T.StructField("play", T.LongType()),
        T.StructField("is_repaired", T.BooleanType()),
    ]
)


class CustomersInFrame:
    """Customers from one row per customer_id and play (a code), with its value and what it takes of
    each limit in the columns `uses`, in the order of the limits. The frame is computed once and
    kept: one row per some thousand customers, whose arrays are bytes.
    """

    def __init__(self, rows: DataFrame, uses: Sequence[str], partitions: int) -> None:
        names = {"customer_id": "long", "play": "long", "value": "double"}
        names |= dict.fromkeys(uses, "double")
        typed = rows.select(*[F.col(name).cast(kind).alias(name) for name, kind in names.items()])
        pack = partial(_pack, uses=tuple(uses))
        self._batches = keep_computed(map_customers(typed, _BATCHES, pack, partitions))
        self._nobody = no_pairs(len(uses))
        self._grains: Floats | None = None
        self.sizes = combine_sizes(self._each(measure_sizes))
        self._grains = find_grains(self.sizes)

    def total(self, kernel: Callable[[Pairs], Floats]) -> Floats:
        """The sum of what `kernel` makes of each batch."""
        return np.asarray(np.sum(self._each(kernel), axis=0))

    def gather(self, select: Callable[[Pairs], Flags]) -> Pairs:
        """The customers that `select` marks among all; each partition brings those of its own."""
        read, nobody = self._reader(), self._nobody

        def keep(rows: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            yield _write([gather_pairs([nobody, *read(rows)], select)])

        found = self._batches.mapInArrow(keep, _BATCHES).toArrow()
        return gather_pairs([nobody, *_read(found.to_batches(), len(nobody.uses), None)], select)

    def choose(self, rule: PlanRule) -> DataFrame:
        """One row per customer: customer_id, play (null for none), is_repaired (at the multipliers
        alone the choice is another).
        """
        read = self._reader()

        def apply(rows: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            for pairs in read(rows):
                play, is_repaired = rule.apply(pairs)
                columns = [pairs.customer, pa.array(play, mask=play == NONE), is_repaired]
                yield pa.RecordBatch.from_arrays(list(map(pa.array, columns)), _CHOSEN.names)

        return self._batches.mapInArrow(apply, _CHOSEN)

    def _each(self, kernel: Callable[[Pairs], Floats]) -> list[Floats]:
        """What `kernel` makes of nobody and of each batch."""
        read = self._reader()

        def run(rows: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            for pairs in read(rows):
                numbers = pa.array([kernel(pairs).tobytes()])
                yield pa.RecordBatch.from_arrays([numbers], _NUMBERS.names)

        nothing = kernel(self._nobody)
        found = self._batches.mapInArrow(run, _NUMBERS).toArrow()["numbers"].to_pylist()
        return [nothing, *(np.frombuffer(one).reshape(nothing.shape) for one in found)]

    def _reader(self) -> Callable[[Iterator[pa.RecordBatch]], Iterator[Pairs]]:
        return partial(_read, limits=len(self._nobody.uses), grains=self._grains)


def _pack(table: pa.Table, uses: Sequence[str]) -> Iterator[pa.Table]:
    customer, play, value = (table[name].to_numpy() for name in ("customer_id", "play", "value"))
    use = np.stack([table[name].to_numpy() for name in uses])
    parts = split_pairs(sort_pairs(customer, play, value, use))
    yield pa.Table.from_batches([_write(parts)])


def _write(parts: Sequence[Pairs]) -> pa.RecordBatch:
    columns = [
        pa.array([getattr(part, name).tobytes() for part in parts], pa.binary()) for name in _ARRAYS
    ]
    return pa.RecordBatch.from_arrays(columns, _ARRAYS)


def _read(rows: Iterator[pa.RecordBatch], limits: int, grains: Floats | None) -> Iterator[Pairs]:
    """Each row's pairs, rounded to the grains where they are known."""
    for batch in rows:
        for row in zip(*(batch.column(name) for name in _ARRAYS), strict=True):
            contents = [one.as_buffer() for one in row]
            customer, start, play = (np.frombuffer(one, np.int64) for one in contents[:3])
            value, uses = (np.frombuffer(one, np.float64) for one in contents[3:])
            pairs = Pairs(customer, start, play, value, uses.reshape(limits, -1))
            yield pairs if grains is None else round_pairs(pairs, grains)
