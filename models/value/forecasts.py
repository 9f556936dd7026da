"""Forecasts as they could have been made on a day: with what was known then and nothing later."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np

from holdfast.models.arrays import Floats
from holdfast.models.trees.nodes import NodeTable
from holdfast.models.value import boosted, intervals, model_selection
from holdfast.models.value.btyd_baseline import OFFSETS, Customers, Days
from holdfast.models.value.config import ValueTrainingConfig
from holdfast.models.value.intervals import Bands
from holdfast.models.value.level import Level
from holdfast.models.value.model import (
    BG_NBD,
    BOOSTED,
    BOOSTED_RATE,
    DERIVED,
    HISTORY,
    PAST_RATE,
    ValueModel,
)

FEWEST: Final = 50  # customers below which no tree is grown
SIMPLEST_FIRST: Final = (PAST_RATE, BG_NBD, BOOSTED_RATE, BOOSTED)

Leaving = Callable[[Customers], Floats]  # who places no order, as `ValueModel.reconcile` wants it


@dataclass(frozen=True, eq=False)
class History:
    """What every step of a fit needs: customers with their baseline, the days and their levels, and
    BTYD of every day.
    """

    customers: Customers
    days: Days
    levels: Mapping[date, Level]
    models: Mapping[date, ValueModel]
    parameters: ValueTrainingConfig
    leaving: Leaving | None


def make_forecasts(history: History, at: date) -> dict[str, ValueModel]:
    """Every forecast that can be made on day `at`, simplest first."""
    made = {name: make_forecast(history, at, name) for name in SIMPLEST_FIRST}
    return {name: model for name, model in made.items() if model}


def make_forecast(history: History, at: date, basis: str) -> ValueModel | None:
    """The forecast as it can be made on day `at`, intervals included; None where trees have too
    little to learn from.
    """
    known = model_selection.of_last_year(history.days.ratios, at, history.parameters.horizon_days)
    model = replace(history.models[at], basis=basis)
    if basis in OFFSETS:
        grown = _grow_trees(history, known, basis)
        if grown is None:
            return None
        model = replace(model, nodes=grown[0], floor=grown[1])
    bands = _bands(history, model, known)
    has_labels = model.nodes is not None or bands is not None
    return replace(
        _at_level(history, model, at),
        bands=bands,
        trained_through_on=max(known) if has_labels else None,
    )


def _grow_trees(
    history: History, known: Sequence[date], basis: str
) -> tuple[NodeTable, float] | None:
    """Trees that correct the offset of a basis on the `known` days, and the least offset that they
    take; None with too little to learn from.

    With less than a third of the days that are known today there are none either: what they knew of
    the log's first weeks, in which everybody looks new, says nothing of those that will score.
    """
    days, parameters = history.days, history.parameters
    today = model_selection.of_last_year(days.ratios, max(history.models), parameters.horizon_days)
    offsets = days.by_rate if basis == BOOSTED_RATE else days.expected
    totals = {day: (offsets[day], days.spent[day]) for day in known if offsets[day] > 0}
    customers = sum(days.customers[day] for day in totals)
    if customers < FEWEST or 3 * len(totals) < len(today):
        return None
    floor = boosted.LOWEST * sum(offset for offset, _ in totals.values()) / customers
    levels = {day: spent / offset for day, (offset, spent) in totals.items()}
    names = [*HISTORY, *next(iter(history.models.values())).features]
    if basis == BOOSTED:
        names += DERIVED
    column = OFFSETS[basis]
    return boosted.fit(history.customers, levels, column, floor, names, parameters), floor


def _at_level(history: History, model: ValueModel, at: date) -> ValueModel:
    """The forecast of BTYD brought to the level of day `at`; of trees, whose part is the shape
    alone, the total is BTYD's as well. The own past rate knows no level.
    """
    if model.basis == PAST_RATE:
        return model
    level = history.levels[at].factor
    if model.nodes is not None:
        customers = history.customers.of(at)
        inputs = customers.inputs(model.inputs)
        plain = replace(model, basis=BG_NBD, level=1.0).expected_spend(inputs).sum()
        shaped = replace(model, level=1.0).expected_spend(inputs).sum()
        level *= float(plain / shaped) if shaped > 0 else 1.0
    return replace(model, level=level)


def _bands(history: History, model: ValueModel, known: Sequence[date]) -> Bands | None:
    """Interval bands from customers no tree was grown on, each forecast with what was known on its
    own day: a level of past days that was off widens them, as it should.
    """
    expected, spent = [], []
    for day in known:
        held_out = history.customers.of(day)
        held_out = held_out.where(held_out.calibrates)
        then = _at_level(history, replace(model, btyd=history.models[day].btyd), day)
        expected.append(then.expected_spend(held_out.inputs(model.inputs)))
        spent.append(held_out.spent)
    if not sum(map(len, spent)):
        return None
    parameters = history.parameters
    return intervals.fit(
        np.concatenate(expected), np.concatenate(spent), parameters.coverage, parameters.bands
    )
