"""Labels of each customer, day after day: group, lifecycle stage, channel, price sensitivity and
affinity.

A label is a function of what was known before its day and of the customer's label on the day
before, never of what came later; stages rest on models of their own day.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import types as T

from holdfast.models.arrays import Flags, Floats, Ints
from holdfast.models.segments.affinity import AffinityPriors, find_affinities
from holdfast.models.segments.behaviour import read_behaviour
from holdfast.models.segments.gaps import GapModel
from holdfast.models.segments.record import Segments
from holdfast.models.segments.shares import SharePrior
from holdfast.models.segments.stages import StageRules, find_stages
from holdfast.transformations.segments.purchases import APP, PLACES, STORE, WEB
from holdfast.transformations.tables.vocabulary import (
    CHANNEL_PROFILES,
    PRICE_SENSITIVITIES,
    SILENT,
)
from holdfast.transformations.whole_customers import map_customers

_OF_PLACE: Final = {APP: "mobile_first", WEB: "web_first", STORE: "in_store"}
_APART: Final = 1.5  # times the base's share: where low ends and high begins
_NONE: Final = -1


@dataclass(frozen=True, eq=False)
class LabelModels:
    """All that labels follow from: models of gaps by day (None where too few gaps were seen), the
    segments (None where there are too few customers), priors by name and of affinities, and rules.
    """

    gaps: Mapping[date, GapModel | None]
    segments: Segments | None
    priors: Mapping[str, SharePrior | None]
    affinities: AffinityPriors
    rules: StageRules
    margin: float


_DATES: Final = ("next_order_from_on", "next_order_to_on", "suppressed_from_on")
_WORDS: Final = ("lifecycle", "channel_profile", "price_sensitivity", "affinity", "affinity_of")
_SHARES: Final = (
    "segment_probability",
    "channel_probability",
    "price_probability",
    "affinity_probability",
)


_SCHEMA: Final = T.StructType(
    [
        T.StructField("customer_id", T.LongType()),
        T.StructField("as_of", T.DateType()),
        *(T.StructField(name, T.StringType()) for name in _WORDS),
        *(T.StructField(name, T.DateType()) for name in _DATES),
        *(T.StructField(name, T.DoubleType()) for name in _SHARES),
        T.StructField("alive_probability", T.DoubleType()),
        T.StructField("expected_gap_days", T.DoubleType()),
        T.StructField("group", T.IntegerType()),
        T.StructField("memberships", T.ArrayType(T.DoubleType())),
    ]
)


def label(habits: DataFrame, models: LabelModels) -> DataFrame:
    """One row per row of `with_tastes` with segment_before and was_silent, of the day before all,
    null of customers without one: customer_id, as_of, lifecycle, alive_probability,
    expected_gap_days, next_order_from_on, next_order_to_on (of those who stay: four of five come
    between them), suppressed_from_on (of lapsed ones), group (its place, null without groups),
    segment_probability, memberships (probability of each group), channel_profile,
    price_sensitivity, affinity and the probability of each, and affinity_of.
    """
    return map_customers(habits, _SCHEMA, lambda table: _label(table, models))


def _label(table: pa.Table, models: LabelModels) -> Iterator[pa.Table]:
    ids, customer = np.unique(table["customer_id"].to_numpy(), return_inverse=True)
    as_of = table["as_of"].to_numpy().astype("datetime64[D]")
    group, was_silent = _before(table, customer, len(ids), models.segments)
    for day in np.unique(as_of):
        rows = np.flatnonzero(as_of == day)
        rows = rows[np.argsort(customer[rows])]
        who, own = customer[rows], table.take(rows)
        gaps = models.gaps[day.astype(date)]
        stages = find_stages(own, day, gaps, models.rules, was_silent[who])
        was_silent[who] = np.isin(stages["lifecycle"], SILENT)
        groups = _groups(own, day, models, group[who])
        group[who] = groups["group"]
        columns = {
            "customer_id": ids[who],
            "as_of": np.full(len(who), day),
            **stages,
            **_masked(groups),
            **_channels(own, models),
            **_prices(own, models),
            **find_affinities(own, models.affinities),
        }
        yield pa.table({name: pa.array(one, from_pandas=True) for name, one in columns.items()})


def _before(
    table: pa.Table, customer: Ints, size: int, segments: Segments | None
) -> tuple[Ints, Flags]:
    """Group and silence of each customer on the day before the first."""
    names = segments.names if segments else ()
    place = {name: number for number, name in enumerate(names)}
    group, was_silent = np.full(size, _NONE), np.zeros(size, dtype=bool)
    group[customer] = [place.get(name, _NONE) for name in table["segment_before"].to_pylist()]
    was_silent[customer] = table["was_silent"].fill_null(False).to_numpy()
    return group, was_silent


def _groups(own: pa.Table, day: Any, models: LabelModels, before: Ints) -> Any:
    """Each customer's group: the likeliest, or that of the day before while none is likelier by the
    margin.
    """
    segments = models.segments
    if segments is None:
        return {"group": before, "segment_probability": None, "memberships": None}
    behaviour = read_behaviour(own, day, segments.order_variance)
    member = segments.mixture.posterior(behaviour)
    likeliest, every = member.argmax(axis=1), np.arange(len(member))
    held = member[every, before]  # of those without one any column: not asked for
    stays = (before != _NONE) & (member[every, likeliest] - held < models.margin)
    group = np.where(stays, before, likeliest)
    return {
        "group": group,
        "segment_probability": member[every, group],
        "memberships": member,
    }


def _masked(groups: Any) -> Any:
    member = groups["memberships"]
    size = len(groups["group"])
    if member is None:
        nothing = pa.nulls(size)
        return {"group": nothing, "segment_probability": nothing, "memberships": nothing}
    width = member.shape[1]
    offsets = pa.array(np.arange(0, size * width + 1, width), pa.int32())
    return {**groups, "memberships": pa.ListArray.from_arrays(offsets, pa.array(member.ravel()))}


def _channels(own: pa.Table, models: LabelModels) -> Any:
    """Where more than half of the orders are placed; omnichannel where that is nowhere."""
    orders = own["orders"].to_numpy()
    above = []
    for place in PLACES:
        prior, kind = models.priors[place], own[f"{place}_orders"].to_numpy()
        above.append(
            (kind * 2 > orders).astype(float) if prior is None else prior.above(0.5, kind, orders)
        )
    nowhere = np.clip(1.0 - np.sum(above, axis=0), 0.0, 1.0)
    words = [_OF_PLACE[place] for place in PLACES] + [CHANNEL_PROFILES[-1]]
    return _likeliest("channel", "channel_profile", words, np.stack([*above, nowhere], axis=1))


def _prices(own: pa.Table, models: LabelModels) -> Any:
    """How the share of discounted orders stands to the base's."""
    prior, size = models.priors["discounted"], len(own)
    if prior is None:
        return {"price_sensitivity": pa.nulls(size), "price_probability": pa.nulls(size)}
    kind, orders = own["discounted_orders"].to_numpy(), own["orders"].to_numpy()
    high = prior.above(min(_APART * prior.mean, 1.0), kind, orders)
    low = 1.0 - prior.above(prior.mean / _APART, kind, orders)
    levels = np.stack([low, np.clip(1.0 - low - high, 0.0, 1.0), high], axis=1)
    return _likeliest("price", "price_sensitivity", PRICE_SENSITIVITIES, levels)


def _likeliest(name: str, column: str, words: Any, chances: Floats) -> Any:
    place = chances.argmax(axis=1)
    return {
        column: np.array(words)[place],
        f"{name}_probability": np.clip(chances[np.arange(len(place)), place], 0.0, 1.0),
    }
