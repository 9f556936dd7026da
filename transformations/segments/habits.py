"""What was knowable of each customer's habits on each day: counts and sums, in one pass over their
orders.

Only what people did, never who they are: no name, age, place or other trait is read.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyspark.sql import DataFrame
from pyspark.sql import types as T

from holdfast.transformations.segments.purchases import PLACES
from holdfast.transformations.whole_customers import NEVER, map_customers, number_days

Ints = NDArray[np.int64]

_COUNTS: Final = ("orders", "purchase_days", "gaps", "valued_orders", "discounted_orders")
_SUMS: Final = ("gap_days", "log_gap_days", "log_value", "log_value_squared", "value")
_PLACE_COUNTS: Final = tuple(f"{place}_orders" for place in PLACES)
HABITS: Final = (*_COUNTS, *_SUMS, *_PLACE_COUNTS)
_SCHEMA: Final = T.StructType(
    [
        T.StructField("customer_id", T.LongType()),
        T.StructField("as_of", T.DateType()),
        T.StructField("first_on", T.DateType()),
        T.StructField("last_on", T.DateType()),
        *(T.StructField(name, T.DoubleType()) for name in HABITS),
    ]
)


def count_habits(purchases: DataFrame, days: Sequence[date], window_days: int) -> DataFrame:
    """One row per customer and day with a purchase before it, from `relative_purchases`.

    first_on and last_on are of all purchases, the rest of the `window_days` before the day: orders,
    purchase_days, gaps (from one purchase day to the next) with their sum in days and the sum of
    the logarithms of each less half a day, valued_orders with the sum of log_value, of its squares
    and of the values themselves (1 is the median order of the currency), discounted_orders, and
    orders by place.
    """
    numbers = number_days(days)
    return map_customers(purchases, _SCHEMA, lambda table: _count(table, numbers, window_days))


def _count(table: pa.Table, days: Sequence[int], window: int) -> Iterator[pa.Table]:
    rows: dict[str, Any] = {
        "customer": table["customer_id"].to_numpy(),
        "day": table["day"].to_numpy().astype(np.int64),
        "known": table["known_day"].to_numpy().astype(np.int64),
        "ended": table["ended_day"].cast(pa.int64()).fill_null(NEVER).to_numpy(),
        "log_value": table["log_value"].to_numpy(),
        "discounted": table["is_discounted"].to_numpy(),
        "place": table["place"].to_numpy(),
    }
    order = np.lexsort((rows["place"], rows["log_value"], rows["day"], rows["customer"]))
    rows = {name: values[order] for name, values in rows.items()}
    ids, code = np.unique(rows["customer"], return_inverse=True)
    for day in days:
        is_visible = (rows["known"] < day) & (rows["ended"] >= day)
        first, last = np.full(len(ids), NEVER), np.full(len(ids), -1)
        np.minimum.at(first, code[is_visible], rows["day"][is_visible])
        np.maximum.at(last, code[is_visible], rows["day"][is_visible])
        is_inside = is_visible & (rows["day"] >= day - window)
        inside = {name: values[is_inside] for name, values in rows.items()}
        counted = _of_day(inside, code[is_inside], len(ids))
        seen = np.flatnonzero(first < NEVER)
        columns = {
            "customer_id": ids[seen],
            "as_of": _dates(np.full(len(seen), day)),
            "first_on": _dates(first[seen]),
            "last_on": _dates(last[seen]),
            **{name: values[seen] for name, values in counted.items()},
        }
        yield pa.table(columns)


def _of_day(inside: dict[str, Any], code: Ints, size: int) -> dict[str, Any]:
    """HABITS of the rows inside a window, ordered by customer and day."""

    def total(at: Any, weights: Any = None) -> Any:
        return np.bincount(code[at], None if weights is None else weights[at], size).astype(float)

    is_new_day = np.ones(len(code), dtype=bool)
    is_same = np.zeros(len(code), dtype=bool)
    is_same[1:] = code[1:] == code[:-1]
    is_new_day[1:] = ~is_same[1:] | (inside["day"][1:] != inside["day"][:-1])
    gap = np.diff(inside["day"], prepend=0)
    is_gap = is_new_day & is_same
    value = inside["log_value"]
    is_valued = ~np.isnan(value)
    return {
        "orders": total(slice(None)),
        "purchase_days": total(is_new_day),
        "gaps": total(is_gap),
        "gap_days": total(is_gap, gap),
        "log_gap_days": total(is_gap, np.log(np.maximum(gap, 1) - 0.5)),
        "valued_orders": total(is_valued),
        "log_value": total(is_valued, value),
        "log_value_squared": total(is_valued, value**2),
        "value": total(is_valued, np.exp(value)),
        "discounted_orders": total(inside["discounted"]),
        **{
            f"{place}_orders": total(inside["place"] == number)
            for number, place in enumerate(PLACES)
        },
    }


def _dates(days: Ints) -> NDArray[np.datetime64]:
    return days.astype("datetime64[D]")
