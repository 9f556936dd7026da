"""Events of a fact's rows, in the columns that the kernel counts.

Days are those of the row's `time_zone`. Rows that carry their states (`transformations/states.py`)
count from the day on which a state began to the day on which it ended.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.features.measures import BIT_OF
from holdfast.transformations.local_day import local_day

# Shares are counted in millionths: sums of integers are the same in any order.
MILLION: Final = 1_000_000
_VALUES: Final = ("amount", "item", "group")


@dataclass(frozen=True, eq=False)
class Event:
    """What a row of a fact counts as where `when` holds, until the day of `ends_at`: `values` are
    columns of the stream, and `is_dated` whether it counts by the row's states alone.
    """

    name: str
    when: Column
    ends_at: Column | None
    values: Mapping[str, Column]
    is_dated: bool


def event(
    name: str,
    when: Column | None = None,
    *,
    amount: Column | None = None,
    item: Column | None = None,
    group: Column | None = None,
    currency: Column | None = None,
    ends_at: Column | None = None,
    is_dated: bool = True,
) -> Event:
    """One event of a row where `when` holds; it counts until the day of `ends_at`, and while the
    row's state lasts unless it is not dated. `amount` is whole minor units or millionths; the group
    of an amount of money is its `currency`.
    """
    given = {
        "amount": None if amount is None else F.coalesce(amount, F.lit(0)),
        "item": _hashed(item),
        "group": _hashed(group) if currency is None else currency_number(currency),
    }
    values = {column: value for column, value in given.items() if value is not None}
    return Event(name, F.lit(True) if when is None else when, ends_at, values, is_dated)


def event_rows(frame: DataFrame, *events: Event, known_at: Column | None = None) -> DataFrame:
    """The events of each row of a fact, in as few rows as their values allow: `events` has the bit
    of each that the row is.

    Visible on the later day of event and availability, and not before `known_at` where it is given,
    nor before the row's state began; none counts after that state ended.
    """
    instants = [F.col("event_at"), F.col("available_at"), *([] if known_at is None else [known_at])]
    dated, undated = ([one for one in events if one.is_dated is flag] for flag in (True, False))
    if "stands_from" in frame.columns:
        ends = F.col("stands_to") if "stands_to" in frame.columns else None
        starts = F.col("stands_from")
        has_state = starts.isNotNull() if ends is None else F.coalesce(starts, ends).isNotNull()
        alike = [replace(one, when=one.when & ~has_state) for one in undated]
        apart = [replace(one, when=one.when & has_state) for one in undated]
        packs = [_columns(pack, [*instants, starts], ends) for pack in _pack([*dated, *alike])]
        packs += [_columns(pack, instants, None) for pack in _pack(apart)]
    else:
        packs = [_columns(pack, instants, None) for pack in _pack(events)]
    day = day_number(F.col("event_at")).alias("day")
    if len(packs) == 1:
        rows = frame.select("party_id", day, *packs[0])
    else:
        structs = F.array(*(F.struct(*columns) for columns in packs))
        rows = frame.select("party_id", day, F.inline(structs))
    return rows.filter(F.col("events") != 0)


def _pack(events: Iterable[Event]) -> list[list[Event]]:
    """Events that share a row: they end alike, and no two have a value in the same column."""
    packs: list[list[Event]] = []
    for one in events:
        for pack in packs:
            taken = {column for other in pack for column in other.values}
            if pack[0].ends_at is one.ends_at and taken.isdisjoint(one.values):
                pack.append(one)
                break
        else:
            packs.append([one])
    return packs


def _columns(
    pack: Sequence[Event], instants: Sequence[Column], stands_to: Column | None
) -> list[Column]:
    """The columns of the row that some events share."""
    bits = [_bit(one) for one in pack]
    values = {column: value for one in pack for column, value in one.values.items()}
    ends = [day_number(at) for at in (pack[0].ends_at, stands_to) if at is not None]
    through = F.least(*ends) if len(ends) > 1 else [*ends, F.lit(None)][0]
    return [
        reduce(Column.bitwiseOR, bits).alias("events"),
        day_number(F.greatest(*instants)).alias("visible_on"),
        through.cast("int").alias("valid_through"),
        *(values.get(column, F.lit(None)).cast("bigint").alias(column) for column in _VALUES),
    ]


def _bit(one: Event) -> Column:
    """The bit of an event where the row is one, else 0."""
    bit, none = (F.lit(number).cast("bigint") for number in (1 << BIT_OF[one.name], 0))
    return F.when(one.when, bit).otherwise(none)


def day_number(at: Column) -> Column:
    """Days from 1970-01-01 to the day of an instant in the row's time zone."""
    return F.unix_date(local_day(at))


def currency_number(code: Column) -> Column:
    """A currency's code as a number: in the order of the codes, and to be read back."""
    return F.conv(F.hex(code), 16, 10)


def currency_code(number: Column) -> Column:
    """The code that `currency_number` made a number of."""
    return F.unhex(F.hex(number)).cast("string")


def millionths(share: str) -> Column:
    """A column of shares as whole millionths."""
    return F.round(F.col(share) * MILLION)


def _hashed(value: Column | None) -> Column | None:
    return None if value is None else F.when(value.isNotNull(), F.xxhash64(value))
