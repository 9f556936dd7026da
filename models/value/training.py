"""Fit the value model: BTYD for every cut-off, trees that correct its shape, the better of them on
a later day.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import partial
from typing import Any, Final

import numpy as np
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.models.arrays import Floats
from holdfast.models.fitting import Decision, FitResult, keep_computed
from holdfast.models.trees.nodes import NodeTable
from holdfast.models.trees.scoring import MISSING
from holdfast.models.value import boosted, btyd_baseline, intervals, model_selection
from holdfast.models.value.btyd import Btyd
from holdfast.models.value.btyd_baseline import Days, HeldOut
from holdfast.models.value.config import ValueTrainingConfig
from holdfast.models.value.intervals import Bands
from holdfast.models.value.model import BG_NBD, BOOSTED, DERIVED, HISTORY, PAST_RATE, ValueModel
from holdfast.models.value.model_selection import Evaluation

FEWEST: Final = 50  # customers below which no tree is grown
SMALLEST: Final = 0.01  # forecasts below this share of their mean weigh this much
DEFAULT: Final = ValueTrainingConfig()

Leaving = Callable[[HeldOut], Floats]  # who places no order, as `ValueModel.reconcile` wants it


@dataclass(frozen=True, eq=False)
class _History:
    """What every step of a fit needs: customers with their baseline, the days, who is held out."""

    rows: DataFrame
    days: Days
    held_out: HeldOut
    models: Mapping[date, ValueModel]
    parameters: ValueTrainingConfig
    leaving: Leaving | None


def fit(
    frame: DataFrame,
    cells: DataFrame,
    features: Sequence[str],
    parameters: ValueTrainingConfig = DEFAULT,
    *,
    champion: ValueModel | None = None,
    leaving: Leaving | None = None,
) -> FitResult[ValueModel]:
    """Fit on customers whose outcome is known, and on the purchase cells of their days and of the
    day to score.

    `frame` has one row per `as_of` and `customer_id`: `currency`, the columns HISTORY, `features`
    (numbers or flags, nulls allowed), and `revenue_amount` of the horizon in currency units.
    `cells` counts customers by purchase history, with the columns of features.purchase_cells.

    The forecasts are made as they could have been made on the newest day with known outcome and
    measured on it; the best is made again for the day to score. With `leaving` the figures of
    `model` are of the forecast that agrees with it, as published. Too little data is no error:
    without a known day the basis is BG/NBD or the own past rate, and the card says so; without one
    purchase there is no model. Actions: the cells, one aggregate, the held-out customers, and
    Spark's own in growing trees.

        result = fit(customers, cells, ["visits"], ValueTrainingConfig(trees=20))
        amounts = score(customers_of_today, result.model, horizons=[90, 365])
    """
    table = btyd_baseline.fetch_cells(cells)
    if table.empty:
        return FitResult(None, Decision(False, "no purchase was ever seen"))
    currency, fits = btyd_baseline.fit_days(table)
    own = frame.filter(F.col("currency") == F.lit(currency))
    rows = keep_computed(btyd_baseline.with_baseline(own, fits, features, parameters.horizon_days))
    days = btyd_baseline.totals(rows)
    base = partial(ValueModel, BG_NBD, currency, parameters.horizon_days, parameters.coverage)
    models = {day: base(fitted, tuple(features)) for day, fitted in fits.items()}
    if not days.ratios:
        return _without_outcome(models[max(models)], parameters, champion)
    held_out = btyd_baseline.held_out(rows, days, max(days.ratios), features)
    return _select(_History(rows, days, held_out, models, parameters, leaving), champion)


def _select(history: _History, champion: ValueModel | None) -> FitResult[ValueModel]:
    """The best forecast of the newest day with known outcome, made again for the day to score."""
    test = max(history.days.ratios)
    held_out = history.held_out.of(test)
    rivals = {
        name: model
        for name in (BOOSTED, BG_NBD, PAST_RATE)
        if (model := _forecast(history, test, name))
    }
    evaluations = {name: _evaluate(rival, held_out) for name, rival in rivals.items()}
    basis = model_selection.best(evaluations)
    final = _forecast(history, max(history.models), basis) or rivals[basis]
    decision = _compare(evaluations[basis], basis, champion, test, held_out)
    card = _card(final, evaluations, decision)
    published = _evaluate(rivals[basis], held_out, history.leaving)
    metrics = model_selection.metric_rows(evaluations, published, test, len(held_out.spent))
    inputs = held_out.inputs(final.inputs)
    metrics += model_selection.importance_rows(final.rate_inputs(inputs), test, len(inputs))
    medians = _find_medians(final.inputs, inputs)
    model = replace(final, evaluated_on=test, medians=medians, card=card)
    return FitResult(model, decision, _params(history.parameters), metrics)


def _find_medians(names: Sequence[str], inputs: Floats) -> dict[str, float]:
    """The median of each input over those of whom it is known; none where it is of nobody."""
    by_name = zip(names, inputs.T, strict=True)
    known = {name: values[values != MISSING] for name, values in by_name}
    return {name: float(np.median(values)) for name, values in known.items() if len(values)}


def _evaluate(model: ValueModel, held_out: HeldOut, leaving: Leaving | None = None) -> Evaluation:
    inputs = held_out.inputs(model.inputs)
    spend = model.expected_spend(inputs)
    if leaving is not None:
        spend, _ = model.reconcile(inputs, leaving(held_out))
    return model_selection.evaluate(held_out.spent, spend, model.bands, model.currency)


def _forecast(history: _History, at: date, basis: str) -> ValueModel | None:
    """The forecast as it can be made on day `at`, intervals included; None where trees have too
    little to learn from.
    """
    known = model_selection.of_last_year(history.days.ratios, at, history.parameters.horizon_days)
    model = replace(history.models[at], basis=basis)
    if basis == BOOSTED:
        nodes = _grow_trees(history, known)
        if nodes is None:
            return None
        model = replace(model, nodes=nodes, level=_level(history, at))
    model = replace(model, bands=_bands(history, model, known))
    has_labels = model.nodes is not None or model.bands is not None
    return replace(model, trained_through_on=max(known) if has_labels else None)


def _grow_trees(history: _History, known: Sequence[date]) -> NodeTable | None:
    if sum(history.days.customers[day] for day in known) < FEWEST:
        return None
    rows = btyd_baseline.training_rows(history.rows, history.days, known, SMALLEST)
    features = next(iter(history.models.values())).features
    return boosted.fit(rows, [*HISTORY, *features, *DERIVED], history.parameters)


def _level(history: _History, at: date) -> float:
    return model_selection.level(history.days.ratios, at, history.parameters.horizon_days)


def _bands(history: _History, model: ValueModel, known: Sequence[date]) -> Bands | None:
    """Interval bands from customers no tree was grown on, each forecast with what was known on its
    own day: a level of past days that was off widens them, as it should.
    """
    expected, spent = [], []
    for day in known:
        held_out = history.held_out.of(day)
        held_out = held_out.where(held_out.calibrates)
        then = replace(model, btyd=history.models[day].btyd, level=_level(history, day))
        expected.append(then.expected_spend(held_out.inputs(model.inputs)))
        spent.append(held_out.spent)
    if not sum(map(len, spent)):
        return None
    parameters = history.parameters
    return intervals.fit(
        np.concatenate(expected), np.concatenate(spent), parameters.coverage, parameters.bands
    )


def _without_outcome(
    newest: ValueModel, parameters: ValueTrainingConfig, champion: ValueModel | None
) -> FitResult[ValueModel]:
    """Nothing is known of any outcome: BG/NBD where it is identified, else everybody's own past
    rate.
    """
    doubt = newest.btyd.why_not_identified
    basis = PAST_RATE if doubt else BG_NBD
    why = f"no day has a known outcome yet: {basis}" + (f" ({doubt})" if doubt else "")
    card: dict[str, Any] = {"basis": basis, "why": why, "interval": "by the model, not tested"}
    card["btyd"] = _describe_btyd(newest.btyd)
    model = replace(newest, basis=basis, card=card)
    return FitResult(model, Decision(champion is None, why), _params(parameters))


def _compare(
    ours: Evaluation, basis: str, champion: ValueModel | None, day: date, held_out: HeldOut
) -> Decision:
    """Whether to take the champion's place, and why. A champion fitted on the day's labels is
    compared by its figures on that day from before.
    """
    if champion is None:
        return Decision(True, f"first model: {basis} did best on {day}")
    if champion.trained_through_on is None or champion.trained_through_on < day:
        expected = champion.expected_spend(held_out.inputs(champion.inputs))
        theirs = model_selection.evaluate(held_out.spent, expected, None, champion.currency).gain
    elif champion.evaluated_on == day:
        theirs = float(champion.card["gain"])
    else:
        return Decision(False, f"the champion was fitted on {day} and cannot be compared on it")
    outcome = "better than" if ours.gain > theirs else "not better than"
    return Decision(
        ours.gain > theirs,
        f"{basis} on {day}: gain {ours.gain:.6f}, {outcome} the champion's {theirs:.6f}",
    )


def _params(parameters: ValueTrainingConfig) -> dict[str, float]:
    return {"horizon_days": parameters.horizon_days, "trees": parameters.trees}


def _card(
    model: ValueModel, evaluations: Mapping[str, Evaluation], decision: Decision
) -> dict[str, Any]:
    return {
        "basis": model.basis,
        "why": decision.why,
        "gain": evaluations[model.basis].gain,
        "level": model.level,
        "evaluations": {name: asdict(evaluation) for name, evaluation in evaluations.items()},
        "interval": "calibrated on held-out customers"
        if model.bands
        else "by the model, not tested",
        "btyd": _describe_btyd(model.btyd),
        "btyd_doubt": model.btyd.why_not_identified,
    }


def _describe_btyd(btyd: Btyd) -> dict[str, float]:
    """The parameters of the count model (time in weeks) and of the spend model, by their names in
    the papers: what BTYD has in place of importances.
    """
    counts = {name: getattr(btyd.counts, name) for name in ("r", "alpha", "a", "b")}
    return counts | {name: getattr(btyd.spend, name) for name in ("p", "q", "v")}
