"""What was knowable of each customer's tastes on each day: counts of lines by category, brand and
label, and of purchase days by month of the year, in one pass over their lines.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from holdfast.transformations.whole_customers import NEVER, map_customers, number_days

Ints = NDArray[np.int64]

_YEAR, _MONTHS = 365, 12
_APART: Final = 270  # days from the first purchase to the last: no three months hold them
_NAMED: Final = ("category", "brand")
TASTE_COUNTS: Final = (
    *(f"{kind}_{count}" for kind in _NAMED for count in ("lines", "pairs", "top_lines")),
    "label_lines",
    "private_lines",
)
TASTES: Final = (*TASTE_COUNTS, "top_category", "top_brand", "month_days")
_SCHEMA: Final = T.StructType(
    [
        T.StructField("customer_id", T.LongType()),
        T.StructField("as_of", T.DateType()),
        *(T.StructField(name, T.DoubleType()) for name in TASTE_COUNTS),
        *(T.StructField(f"top_{kind}", T.StringType()) for kind in _NAMED),
        T.StructField("month_days", T.ArrayType(T.DoubleType())),
    ]
)


def count_tastes(lines: DataFrame, days: Sequence[date], window_days: int) -> DataFrame:
    """One row per customer and day with a line of `select_purchased_lines` in the `window_days`
    before it.

    By category and by brand: lines of which it is known (the shop's own label has no brand, and is
    known), ordered pairs of two lines that share it, the one with most lines (by name where several
    have) and its lines; label_lines, of which is_private_label is known, and private_lines. Days
    with a purchase by month of the year are zeros unless the first is a year old and the last came
    270 days after it, so that more than one season was seen.
    """
    numbers = number_days(days)
    return map_customers(lines, _SCHEMA, lambda table: _count(table, numbers, window_days))


def with_tastes(habits: DataFrame, tastes: DataFrame) -> DataFrame:
    """`habits` with the TASTES of their customer and day: zeros where there is no line."""
    joined = habits.join(tastes, ["customer_id", "as_of"], how="left")
    zeros = F.array(*[F.lit(0.0)] * _MONTHS)
    counts = {name: F.coalesce(name, F.lit(0.0)) for name in TASTE_COUNTS}
    return joined.withColumns({**counts, "month_days": F.coalesce("month_days", zeros)})


def _count(table: pa.Table, days: Sequence[int], window: int) -> Iterator[pa.Table]:
    ids, code = np.unique(table["customer_id"].to_numpy(), return_inverse=True)
    names, places = zip(*(_numbered(table[kind]) for kind in _NAMED), strict=True)
    label = table["is_private_label"].cast(pa.int8()).fill_null(-1).to_numpy()
    known = table["known_day"].to_numpy()
    ended = table["ended_day"].cast(pa.int64()).fill_null(NEVER).to_numpy()
    on = table["day"].to_numpy().astype(np.int64)
    is_of = {"category": places[0] >= 0, "brand": (places[1] >= 0) | (label == 1)}
    for day in days:
        rows = np.flatnonzero((known < day) & (ended >= day) & (on >= day - window))
        seen, who = np.unique(code[rows], return_inverse=True)
        size = len(seen)
        columns: dict[str, Any] = {
            "customer_id": ids[seen],
            "as_of": np.full(size, day).astype("datetime64[D]"),
            "label_lines": np.bincount(who, label[rows] >= 0, size),
            "private_lines": np.bincount(who, label[rows] == 1, size),
            "month_days": _by_month(who, on[rows], size, day),
        }
        for kind, listed, place in zip(_NAMED, names, places, strict=True):
            columns[f"{kind}_lines"] = np.bincount(who, is_of[kind][rows], size)
            columns |= _tally(kind, who, place[rows], listed, size)
        yield pa.table(columns)


def _numbered(column: pa.ChunkedArray) -> tuple[NDArray[np.object_], Ints]:
    """Names in their order, and the place of each row's among them, -1 where it has none."""
    coded = column.combine_chunks().dictionary_encode()
    names = np.array(coded.dictionary.to_pylist(), dtype=object)
    order = np.argsort(names)
    rank = np.append(np.argsort(order), -1)  # the last for those without a name
    return names[order], rank[coded.indices.fill_null(-1).to_numpy()]


def _tally(kind: str, who: Ints, place: Ints, names: Any, size: int) -> dict[str, Any]:
    """Pairs of lines that share a name, and the name with most lines, of each customer."""
    named = place >= 0
    width = len(names) + 1
    both, lines = np.unique(who[named] * width + place[named], return_counts=True)
    whose, which = both // width, both % width
    order = np.lexsort((which, -lines, whose))
    holders, first = np.unique(whose[order], return_index=True)
    top, most = np.full(size, None, dtype=object), np.zeros(size)
    top[holders], most[holders] = names[which[order][first]], lines[order][first]
    return {
        f"{kind}_pairs": np.bincount(whose, lines * (lines - 1), size),
        f"{kind}_top_lines": most,
        f"top_{kind}": pa.array(top, pa.string()),
    }


def _by_month(who: Ints, on: Ints, size: int, day: int) -> pa.Array:
    """Days with a purchase by month of the year, of those seen long enough."""
    first, last = np.full(size, NEVER), np.full(size, -1)
    np.minimum.at(first, who, on)
    np.maximum.at(last, who, on)
    is_long = (day - first >= _YEAR) & (last - first >= _APART)
    start = on.min(initial=0)
    span = on.max(initial=0) - start + 1
    whose, when = np.divmod(np.unique(who * span + on - start), span)
    month = (when + start).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    counts = np.bincount(whose * _MONTHS + month % _MONTHS, is_long[whose], size * _MONTHS)
    offsets = pa.array(np.arange(0, size * _MONTHS + 1, _MONTHS), pa.int32())
    return pa.ListArray.from_arrays(offsets, pa.array(counts))
