"""Fit the value model: BTYD for every cut-off, trees that correct a simpler forecast, a level, and
the forecast that did best on later days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, Final

import numpy as np
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.models.arrays import Floats
from holdfast.models.fitting import Decision, FitResult, MetricRow
from holdfast.models.selection import Losses, choose
from holdfast.models.trees.scoring import MISSING
from holdfast.models.value import btyd_baseline, metrics, model_selection
from holdfast.models.value.btyd import Btyd
from holdfast.models.value.btyd_baseline import Customers, Days
from holdfast.models.value.config import ValueTrainingConfig
from holdfast.models.value.forecasts import (
    SIMPLEST_FIRST,
    History,
    Leaving,
    make_forecast,
    make_forecasts,
)
from holdfast.models.value.level import Level, forecast_level, select_whole
from holdfast.models.value.model import BG_NBD, PAST_RATE, ValueModel
from holdfast.models.value.model_selection import Evaluation

DEFAULT: Final = ValueTrainingConfig()


def fit(
    frame: DataFrame,
    cells: DataFrame,
    features: Sequence[str],
    parameters: ValueTrainingConfig = DEFAULT,
    *,
    champion: ValueModel | None = None,
    leaving: Leaving | None = None,
) -> FitResult[ValueModel]:
    """Fit on customers whose outcome is known, and on purchase cells up to the day to score.

    `frame` has one row per `as_of` and `customer_id`: `currency`, the columns HISTORY, `features`
    (numbers or flags, nulls allowed), and `revenue_amount` of the horizon in currency units; null
    for the customers of the day to score, by whom trees are brought to its level.
    `cells` counts customers by purchase history, with the columns of features.purchase_cells.

    Each forecast is made as it could have been on the newest days with known outcome and measured
    there; the one to use is made again for the day to score. With `leaving` the figures of `model`
    are of the forecast that agrees with it, as published. Too little data is no error: without a
    known day the basis is BG/NBD or the own past rate; without one purchase there is no model.
    Actions: the cells, one aggregate, the customers.

        result = fit(customers, cells, ["visits"], ValueTrainingConfig(trees=20))
        amounts = score(customers_of_today, result.model, horizons=[90, 365])
    """
    table = btyd_baseline.fetch_cells(cells)
    if table.empty:
        return FitResult(None, Decision(False, "no purchase was ever seen"))
    currency, fits = btyd_baseline.fit_days(table)
    own = frame.filter(F.col("currency") == F.lit(currency))
    horizon_days = parameters.horizon_days
    days = btyd_baseline.totals(btyd_baseline.with_baseline(own, fits, (), horizon_days))
    base = partial(ValueModel, BG_NBD, currency, parameters.horizon_days, parameters.coverage)
    models = {day: base(fitted, tuple(features)) for day, fitted in fits.items()}
    if not days.ratios:
        return _without_outcome(models[max(models)], parameters, champion)
    drawn = btyd_baseline.draw_customers(own, days)
    customers = btyd_baseline.fetch_customers(drawn, fits, features, horizon_days)
    levels = _levels(days, list(models), parameters.horizon_days)
    return _select(History(customers, days, levels, models, parameters, leaving), champion)


def _newest(days: Days, parameters: ValueTrainingConfig) -> list[date]:
    """The days that forecasts are measured on."""
    return sorted(days.ratios)[-parameters.evaluation_days :]


def _levels(days: Days, cutoffs: Sequence[date], horizon_days: int) -> dict[date, Level]:
    """The level of every cut-off, as it could be expected on the day."""
    whole = select_whole(days.ratios, min(cutoffs), horizon_days)
    return {day: forecast_level(whole, day, horizon_days) for day in cutoffs}


def _select(history: History, champion: ValueModel | None) -> FitResult[ValueModel]:
    """The forecast that did best on the newest days with known outcome, made again for the day to
    score.
    """
    tests = _newest(history.days, history.parameters)
    forecasts = {day: make_forecasts(history, day) for day in tests}
    spends = {day: _expect(history.customers.of(day), forecasts[day]) for day in tests}
    losses = {day: _losses(history.customers.of(day), spends[day]) for day in tests}
    basis, why = choose(losses, SIMPLEST_FIRST)
    final = make_forecast(history, max(history.models), basis) or forecasts[tests[-1]][basis]
    measured = [
        row for day in tests for row in _measure(history, day, forecasts[day], spends[day], basis)
    ]
    deviance = float(
        np.mean(
            [losses[day].by_candidate[basis].mean() for day in tests if basis in forecasts[day]]
        )
    )
    decision = _compare(deviance, why, champion, tests[-1])
    card = _card(final, decision, deviance, history.levels[max(history.models)])
    inputs = history.customers.of(tests[-1]).inputs(final.inputs)
    measured += model_selection.importance_rows(final.rate_inputs(inputs), tests[-1], len(inputs))
    medians = _find_medians(final.inputs, inputs)
    model = replace(final, evaluated_on=tests[-1], medians=medians, card=card)
    return FitResult(model, decision, _params(history.parameters), measured)


def _find_medians(names: Sequence[str], inputs: Floats) -> dict[str, float]:
    """The median of each input over those of whom it is known; none where it is of nobody."""
    by_name = zip(names, inputs.T, strict=True)
    known = {name: values[values != MISSING] for name, values in by_name}
    return {name: float(np.median(values)) for name, values in known.items() if len(values)}


def _expect(customers: Customers, forecasts: Mapping[str, ValueModel]) -> dict[str, Floats]:
    """What each forecast expects each customer to spend."""
    return {
        name: model.expected_spend(customers.inputs(model.inputs))
        for name, model in forecasts.items()
    }


def _losses(customers: Customers, spends: Mapping[str, Floats]) -> Losses:
    found = {name: metrics.deviance(customers.spent, spend) for name, spend in spends.items()}
    return Losses(customers.customer, found)


def _measure(
    history: History,
    day: date,
    forecasts: Mapping[str, ValueModel],
    spends: Mapping[str, Floats],
    basis: str,
) -> list[MetricRow]:
    """Figures of every forecast of a day, and as `model` those of the one in use as published."""
    held_out = history.customers.of(day)
    evaluations = {
        name: _evaluate(model, held_out.spent, spends[name]) for name, model in forecasts.items()
    }
    if basis in forecasts:
        model, published = forecasts[basis], spends[basis]
        if history.leaving is not None:
            inputs = held_out.inputs(model.inputs)
            published, _ = model.reconcile(inputs, history.leaving(held_out))
        evaluations["model"] = _evaluate(model, held_out.spent, published)
    return model_selection.metric_rows(evaluations, day, len(held_out.spent))


def _evaluate(model: ValueModel, spent: Floats, spend: Floats) -> Evaluation:
    return model_selection.evaluate(spent, spend, model.bands, model.currency)


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


def _compare(deviance: float, why: str, champion: ValueModel | None, day: date) -> Decision:
    """Whether to take the champion's place, and why.

    A day has matured since: the champion's recipe is fitted again with it, or another one did
    better, and either takes its place. On the days the champion was measured on, the lower
    deviance decides.
    """
    if champion is None:
        return Decision(True, f"first model: {why}")
    if champion.evaluated_on is None or champion.evaluated_on < day:
        return Decision(True, f"fitted again with what is known since: {why}")
    theirs = float(champion.card["deviance"])
    if deviance < theirs:
        return Decision(True, f"deviance {deviance:.6f}, below the champion's {theirs:.6f}: {why}")
    return Decision(False, f"deviance {deviance:.6f}, not below the champion's {theirs:.6f}")


def _params(parameters: ValueTrainingConfig) -> dict[str, float]:
    return {"horizon_days": parameters.horizon_days, "trees": parameters.trees}


def _card(model: ValueModel, decision: Decision, deviance: float, level: Level) -> dict[str, Any]:
    is_known = model.basis != PAST_RATE and np.isfinite(level.spread)
    return {
        "basis": model.basis,
        "why": decision.why,
        "deviance": deviance,
        "level": model.level,
        "total_interval": list(level.interval(model.coverage)) if is_known else None,
        "tested_horizon_days": model.horizon_days,  # longer ones are stretched, and untested
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
