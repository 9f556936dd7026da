"""Fit the value model: BTYD for every cut-off, trees that correct its shape, the better of them on
a later day.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.models.trees.nodes import NodeTable
from holdfast.models.value import boosted, btyd_baseline, intervals, model_selection
from holdfast.models.value.boosted import Growing
from holdfast.models.value.btyd_baseline import Days, HeldOut
from holdfast.models.value.intervals import Bands
from holdfast.models.value.model import BG_NBD, BOOSTED, DERIVED, HISTORY, PAST_RATE, ValueModel
from holdfast.models.value.model_selection import Judgement

FEWEST: Final = 50  # customers below which no tree is grown
SMALLEST: Final = 0.01  # forecasts below this share of their mean weigh this much

Checkpoint = Callable[[DataFrame], DataFrame]


@dataclass(frozen=True)
class Params:
    """What is asked for: horizon, interval, and how the trees grow."""

    horizon_days: int
    coverage: float
    bands: int
    growing: Growing


@dataclass(frozen=True, eq=False)
class Trained:
    """A fitted model, how each forecast did on the newest known day, and whether the champion
    should give way.
    """

    model: ValueModel
    judged_on: date | None
    trained_through: date | None
    judgements: Mapping[str, Judgement]
    customers_judged: int
    is_better: bool
    why: str


@dataclass(frozen=True, eq=False)
class Learning:
    """What every step of a fit needs: customers with their prior, the days, and who is held out."""

    rows: DataFrame
    days: Days
    held: HeldOut
    models: Mapping[date, ValueModel]
    params: Params


def fit(
    frame: DataFrame,
    cells: DataFrame,
    features: Sequence[str],
    params: Params,
    champion: ValueModel | None,
    checkpoint: Checkpoint,
) -> Trained:
    """Fit on customers whose outcome is known, and on the purchase cells of their days and of the
    day to score.

    `frame` has one row per (as_of, customer_id): currency, the columns HISTORY, `features`, and
    `revenue_amount` of the horizon. The forecasts are made as they could have been made on the
    newest day with known outcome and judged on it; the best is made again for the day to score.
    Never too little data: without a known day the basis is BG/NBD or the own past rate, and the
    card says so. Actions: the cells, one aggregate, the held-out customers, and Spark's own in
    growing trees.
    """
    currency, fits = btyd_baseline.fit_days(cells)
    own = frame.filter(F.col("currency") == F.lit(currency))
    rows = checkpoint(btyd_baseline.with_prior(own, fits, features, params.horizon_days))
    days = btyd_baseline.totals(rows)
    models = {
        day: ValueModel(
            BG_NBD, currency, params.horizon_days, params.coverage, fitted, tuple(features)
        )
        for day, fitted in fits.items()
    }
    if not days.ratios:
        return _untested(models[max(models)], champion)
    test = max(days.ratios)
    learning = Learning(
        rows, days, btyd_baseline.held_out(rows, days, test, features), models, params
    )
    judged = learning.held.of(test)
    rivals = {
        name: model
        for name in (BOOSTED, BG_NBD, PAST_RATE)
        if (model := _forecast(learning, test, name))
    }
    judgements = {
        name: model_selection.judge(
            judged.spent, rival.expected_spend(judged.inputs(rival.inputs)), rival.bands
        )
        for name, rival in rivals.items()
    }
    basis = model_selection.best(judgements)
    final = _forecast(learning, max(models), basis) or rivals[basis]
    is_better, why = _compare(judgements[basis], basis, champion, test, judged)
    card = _card(final, judgements, test, why)
    return Trained(
        replace(final, card=card), test, test, judgements, len(judged.spent), is_better, why
    )


def _forecast(learning: Learning, at: date, basis: str) -> ValueModel | None:
    """The forecast as it can be made on day `at`, intervals included; None where trees have too
    little to learn.
    """
    known = model_selection.of_last_year(learning.days.ratios, at, learning.params.horizon_days)
    model = replace(learning.models[at], basis=basis)
    if basis == BOOSTED:
        nodes = _grown(learning, known)
        if nodes is None:
            return None
        model = replace(model, nodes=nodes, level=_level(learning, at))
    return replace(model, bands=_bands(learning, model, known))


def _grown(learning: Learning, known: Sequence[date]) -> NodeTable | None:
    if sum(learning.days.customers[day] for day in known) < FEWEST:
        return None
    teaching = btyd_baseline.training_rows(learning.rows, learning.days, known, SMALLEST)
    features = next(iter(learning.models.values())).features
    return boosted.fit(teaching, [*HISTORY, *features, *DERIVED], learning.params.growing)


def _level(learning: Learning, at: date) -> float:
    return model_selection.level(learning.days.ratios, at, learning.params.horizon_days)


def _bands(learning: Learning, model: ValueModel, known: Sequence[date]) -> Bands | None:
    """Interval bands from customers who taught no tree, each forecast with what was known on its
    own day: a misjudged level of past days widens them, as it should.
    """
    expected, spent = [], []
    for day in known:
        held = learning.held.of(day)
        held = held.where(held.calibrates)
        then = replace(model, btyd=learning.models[day].btyd, level=_level(learning, day))
        expected.append(then.expected_spend(held.inputs(model.inputs)))
        spent.append(held.spent)
    if not sum(map(len, spent)):
        return None
    params = learning.params
    return intervals.fit(
        np.concatenate(expected), np.concatenate(spent), params.coverage, params.bands
    )


def _untested(newest: ValueModel, champion: ValueModel | None) -> Trained:
    """Nothing is known of any outcome: BG/NBD where it is identified, else everybody's own past
    rate.
    """
    doubt = newest.btyd.why_not_identified
    basis = PAST_RATE if doubt else BG_NBD
    why = f"no day has a known outcome yet: {basis}" + (f" ({doubt})" if doubt else "")
    model = replace(
        newest,
        basis=basis,
        card={"basis": basis, "why": why, "interval": "by the model, not tested"},
    )
    return Trained(model, None, None, {}, 0, champion is None, why)


def _compare(
    own: Judgement, basis: str, champion: ValueModel | None, day: date, test: HeldOut
) -> tuple[bool, str]:
    """Whether to take the champion's place, and why. A champion that has learnt from the day is
    judged by what it did on it before.
    """
    if champion is None:
        return True, f"first model: {basis} did best on {day}"
    if champion.card.get("trained_through", "") < day.isoformat():
        theirs = model_selection.judge(
            test.spent, champion.expected_spend(test.inputs(champion.inputs)), None
        ).gain
    elif champion.card.get("judged_on") == day.isoformat():
        theirs = float(champion.card["gain"])
    else:
        return False, f"the champion has learnt from {day} and cannot be judged on it"
    verdict = "better than" if own.gain > theirs else "not better than"
    return (
        own.gain > theirs,
        f"{basis} on {day}: gain {own.gain:.6f}, {verdict} the champion's {theirs:.6f}",
    )


def _card(
    model: ValueModel, judgements: Mapping[str, Judgement], test: date, why: str
) -> dict[str, Any]:
    return {
        "basis": model.basis,
        "why": why,
        "judged_on": str(test),
        "trained_through": str(test),
        "gain": judgements[model.basis].gain,
        "level": model.level,
        "judgements": {name: asdict(judgement) for name, judgement in judgements.items()},
        "interval": "calibrated on held-out customers"
        if model.bands
        else "by the model, not tested",
        "btyd_doubt": model.btyd.why_not_identified,
    }
