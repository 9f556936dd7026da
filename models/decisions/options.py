"""The plays that each customer may be offered, and what they would change: a kernel, a row a
customer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import types as T

from holdfast.models.arrays import Flags, Floats, Ints
from holdfast.models.batches import map_batches
from holdfast.models.decisions.effects import (
    CELL,
    Effects,
    KeepShares,
    expect_effects,
    name_bases,
    place_in_cells,
)
from holdfast.models.decisions.eligibility import (
    ALL,
    OTHER_CURRENCY,
    Customers,
    Eligibility,
    Words,
    find_consent,
    find_eligible,
    find_vulnerable,
)
from holdfast.models.decisions.limits import MOST_OPTIONS
from holdfast.models.decisions.parity import GROUP
from holdfast.transformations.plays.play import HasBounds, Play
from holdfast.transformations.sources.currencies import DECIMALS, USUAL

_LABELS: Final = ("driver", "lifecycle", "value_tier", "channel_profile", "intent")
_CARRIED: Final[Mapping[str, T.DataType]] = {
    "customer_id": T.LongType(),
    "is_explored": T.BooleanType(),
    "play_draw": T.DoubleType(),
    "value_tier": T.StringType(),
    "margin_if_stays": T.DoubleType(),
}
_NUMBERS: Final = ("effect", "effect_low", "effect_high", "margin", "cost", "value")
_LISTS: Final[Mapping[str, T.DataType]] = {
    "play": T.IntegerType(),
    "is_matching": T.BooleanType(),
    **dict.fromkeys(_NUMBERS, T.DoubleType()),
    "basis": T.StringType(),
}
_SCHEMA: Final = T.StructType(
    [
        *(T.StructField(name, kind) for name, kind in _CARRIED.items()),
        T.StructField(GROUP, T.StringType()),
        T.StructField("refusal", T.StringType()),
        *(T.StructField(name, T.ArrayType(kind)) for name, kind in _LISTS.items()),
    ]
)


@dataclass(frozen=True, eq=False)
class Terms:
    """What options follow from: plays, the money of all amounts, what each play is known to keep,
    caps of contacts by channel, the states called vulnerable, the share of stayers that a contact
    drives away, and the label whose groups are treated alike, empty for none.
    """

    plays: Sequence[Play]
    currency: str
    shares: KeepShares
    caps: Mapping[str, int]
    vulnerable: Mapping[str, HasBounds]
    harm: float
    alike: str = ""

    @property
    def purposes(self) -> list[tuple[str, str]]:
        """Purposes and channels that plays need: what `allowed` of customers is about."""
        return sorted(set(map(find_consent, self.plays)))

    @property
    def channels(self) -> list[str]:
        """What `contacts` of customers are about."""
        return sorted(set(self.caps) - {ALL})

    @property
    def features(self) -> list[str]:
        """Features that eligibility asks for."""
        return sorted({name for play in self.plays for name in play.when} | set(self.vulnerable))

    @property
    def decimals(self) -> int:
        """Of the money."""
        return DECIMALS.get(self.currency, USUAL)


def find_options(people: DataFrame, terms: Terms) -> DataFrame:
    """One row per row of `people`: what decisions look at, parity_group (the label treated alike),
    `refusal` (why there is no option, else null) and, in arrays of one length, the options worth
    most, in the order of plays: the number of the play, is_matching, effect with its ends, margin
    before costs, cost, value and basis.
    """
    return map_batches(people, _SCHEMA, partial(list_options, terms=terms))


def list_options(people: pa.Table, terms: Terms) -> pa.Table:
    """`find_options` of one table."""
    customers = _read_customers(people, terms)
    found = find_eligible(customers, terms.plays, terms.caps)
    cells = place_in_cells([people[name].to_pylist() for name in CELL])
    effects = expect_effects(
        terms.plays,
        terms.shares,
        cells,
        leave=np.nan_to_num(_numbers(people, "leave_probability")),
        margin_if_stays=np.nan_to_num(_numbers(people, "margin_if_stays")),
        order_amount=np.nan_to_num(_numbers(people, "order_amount")),
        harm=terms.harm,
    ).round_costs(terms.decimals)
    kept = _best(found.eligible & customers.has_currency[:, None], effects.value)
    rows, columns = np.nonzero(kept)
    has_drivers = np.array([bool(play.audience.drivers) for play in terms.plays], dtype=np.bool_)
    offsets = pa.array(np.searchsorted(rows, np.arange(people.num_rows + 1)), pa.int32())
    lists = {
        "play": columns.astype(np.int32),
        "is_matching": found.matches[rows, columns] & has_drivers[columns],
        **_read_numbers(effects, rows, columns),
        "basis": name_bases(terms.shares, cells, rows, columns),
    }
    return pa.table(
        {
            **{name: people[name].combine_chunks() for name in _CARRIED},
            GROUP: people[terms.alike] if terms.alike else pa.nulls(people.num_rows, pa.string()),
            "refusal": pa.array(_refuse(customers, found), pa.string(), from_pandas=True),
            **{
                name: pa.ListArray.from_arrays(offsets, pa.array(values))
                for name, values in lists.items()
            },
        }
    )


def _read_customers(people: pa.Table, terms: Terms) -> Customers:
    """People as eligibility sees them."""

    def flags(name: str) -> Flags:
        return np.asarray(people[name].to_numpy(), dtype=np.bool_)

    def spread(name: str, keys: Sequence[Any], missing: float) -> dict[Any, Any]:
        rows = [row or [None] * len(keys) for row in people[name].to_pylist()]
        filled = [[missing if one is None else one for one in row] for row in rows]
        return dict(zip(keys, np.array(filled).reshape(len(rows), len(keys)).T, strict=True))

    allowed = spread("allowed", terms.purposes, False)
    features = {name: _numbers(people, name) for name in terms.features}
    return Customers(
        **{name: np.array(people[name].to_pylist(), dtype=object) for name in _LABELS},
        features=features,
        is_held_out=flags("is_held_out"),
        is_suppressed=flags("is_suppressed"),
        is_vulnerable=find_vulnerable(features, terms.vulnerable, people.num_rows),
        has_currency=~np.isnan(_numbers(people, "margin_if_stays")),
        allowed={key: one.astype(np.bool_) for key, one in allowed.items()},
        contacts=spread("contacts", terms.channels, 0),
        days_since=spread("days_since", [play.id for play in terms.plays], np.inf),
    )


def _refuse(customers: Customers, found: Eligibility) -> Words:
    """Why there is no option, None where there is one: what is worth nothing known is no option."""
    is_open = ~(customers.is_held_out | customers.is_suppressed)
    return np.where(is_open & ~customers.has_currency, OTHER_CURRENCY, found.why_none)


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
    """A column of numbers, NaN for null."""
    return np.asarray(people[name].to_numpy(), dtype=np.float64)
