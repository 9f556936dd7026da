"""The plays that each customer may be offered, and what they would change: a kernel, a row a
customer.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import types as T
from pyspark.sql.pandas.types import to_arrow_schema

from holdfast.models.arrays import Flags, Floats, Ints
from holdfast.models.decisions.effects import (
    Effects,
    KeepShares,
    expect_effects,
    name_bases,
    place_in_cells,
)
from holdfast.models.decisions.eligibility import Customers, find_eligible
from holdfast.transformations.plays.play import Play

MOST_OPTIONS: Final = 10
OTHER_CURRENCY: Final = "other_currency"
LABELS: Final = ("driver", "lifecycle", "value_tier", "channel_profile", "intent")
CARRIED: Final = (
    "customer_id",
    "is_explored",
    "play_draw",
    "value_tier",
    "margin_if_stays",
    "refusal",
)
_NUMBERS: Final = ("effect", "effect_low", "effect_high", "margin", "cost", "value")
_LISTS: Final[Mapping[str, T.DataType]] = {
    "play": T.IntegerType(),
    "is_matching": T.BooleanType(),
    **dict.fromkeys(_NUMBERS, T.DoubleType()),
    "basis": T.StringType(),
}
_SCHEMA: Final = T.StructType(
    [
        T.StructField("customer_id", T.LongType()),
        T.StructField("is_explored", T.BooleanType()),
        T.StructField("play_draw", T.DoubleType()),
        T.StructField("value_tier", T.StringType()),
        T.StructField("margin_if_stays", T.DoubleType()),
        T.StructField("refusal", T.StringType()),
        *(T.StructField(name, T.ArrayType(kind)) for name, kind in _LISTS.items()),
    ]
)


@dataclass(frozen=True, eq=False)
class Catalogue:
    """What options follow from: plays, what each is known to keep, caps of contacts, what `allowed`
    and `contacts` of customers are about, the share of
    stayers that a contact drives away, and the decimals of the money.
    """

    plays: Sequence[Play]
    shares: KeepShares
    caps: Mapping[str, int]
    purposes: Sequence[tuple[str, str]]
    channels: Sequence[str]
    harm: float
    decimals: int


def find_options(people: DataFrame, catalogue: Catalogue) -> DataFrame:
    """One row per row of `people`: what is CARRIED, `refusal` (why there is no option, else null)
    and, in arrays of one length, the options worth most, in the order of plays: the number of the
    play, is_matching, effect with its ends, margin before costs, cost, value and basis.
    """
    arrow = to_arrow_schema(_SCHEMA)

    def kernel(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            if batch.num_rows:
                table = list_options(pa.Table.from_batches([batch]), catalogue)
                yield from table.select(arrow.names).cast(arrow).to_batches()

    return people.mapInArrow(kernel, _SCHEMA)


def list_options(people: pa.Table, catalogue: Catalogue) -> pa.Table:
    """`find_options` of one table."""
    plays, size = catalogue.plays, people.num_rows
    found = find_eligible(_read_customers(people, catalogue), plays, catalogue.caps)
    knows_money = ~np.isnan(people["margin_if_stays"].to_numpy())
    cells = place_in_cells(
        [people[name].to_pylist() for name in ("driver", "lifecycle", "value_tier")]
    )
    effects = expect_effects(
        plays,
        catalogue.shares,
        cells,
        _numbers(people, "leave_probability"),
        _numbers(people, "margin_if_stays"),
        _numbers(people, "order_amount"),
        catalogue.harm,
    ).rounded(catalogue.decimals)
    kept = _best(found.eligible & knows_money[:, None], effects.value)
    rows, columns = np.nonzero(kept)
    offsets = pa.array(np.searchsorted(rows, np.arange(size + 1)), pa.int32())
    lists = {
        "play": columns.astype(np.int32),
        "is_matching": found.matches[rows, columns],
        **_read_numbers(effects, rows, columns),
        "basis": name_bases(catalogue.shares, cells, rows, columns),
    }
    carried = {name: people[name].combine_chunks() for name in CARRIED if name != "refusal"}
    return pa.table(
        {
            **carried,
            "refusal": pa.array(
                np.where(knows_money, found.why_none, OTHER_CURRENCY), pa.string(), from_pandas=True
            ),
            **{
                name: pa.ListArray.from_arrays(offsets, pa.array(values))
                for name, values in lists.items()
            },
        }
    )


def _read_customers(people: pa.Table, catalogue: Catalogue) -> Customers:
    """People as eligibility sees them."""

    def words(name: str) -> Any:
        return np.array(people[name].to_pylist(), dtype=object)

    def flags(name: str) -> Flags:
        return np.asarray(people[name].to_numpy(), dtype=np.bool_)

    def spread(name: str, keys: Sequence[Any], missing: float) -> dict[Any, Any]:
        rows = [row or [None] * len(keys) for row in people[name].to_pylist()]
        filled = [[missing if one is None else one for one in row] for row in rows]
        return dict(zip(keys, np.array(filled).reshape(len(rows), len(keys)).T, strict=True))

    allowed = spread("allowed", catalogue.purposes, False)
    features = {name for play in catalogue.plays for name in play.when}
    return Customers(
        *map(words, LABELS),
        {name: people[name].to_numpy().astype(np.float64) for name in sorted(features)},
        flags("is_held_out"),
        flags("is_suppressed"),
        flags("is_vulnerable"),
        ~np.isnan(people["margin_if_stays"].to_numpy()),
        {key: one.astype(np.bool_) for key, one in allowed.items()},
        spread("contacts", catalogue.channels, 0),
        spread("days_since", [play.id for play in catalogue.plays], np.inf),
    )


def _best(is_eligible: Flags, value: Floats) -> Flags:
    """The eligible options of each customer that are worth most, ten at most; of equal worth the
    first plays.
    """
    ranked = np.where(is_eligible, value, -np.inf)
    order = np.argsort(-ranked, axis=1, kind="stable")[:, :MOST_OPTIONS]
    kept = np.zeros_like(is_eligible)
    np.put_along_axis(kept, order, True, axis=1)
    return kept & is_eligible


def _read_numbers(effects: Effects, rows: Ints, columns: Ints) -> dict[str, Any]:
    every = (effects.mean, effects.low, effects.high, effects.margin, effects.cost, effects.value)
    return {name: one[rows, columns] for name, one in zip(_NUMBERS, every, strict=True)}


def _numbers(people: pa.Table, name: str) -> Floats:
    """A column of doubles, zero where it is not known."""
    return np.nan_to_num(people[name].to_numpy())
