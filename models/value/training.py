"""Fit the value model: BTYD for every cut-off, trees that correct its shape, the better of them on a later day."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from holdfast.models.trees.nodes import NodeTable
from holdfast.models.value import backtest, boosted, prior
from holdfast.models.value.backtest import Judgement, Split
from holdfast.models.value.boosted import Growing
from holdfast.models.value.intervals import Bands
from holdfast.models.value.model import BG_NBD, BOOSTED, DERIVED, HISTORY, PAST_RATE, ValueModel
from holdfast.models.value.prior import Days, HeldOut

FOLDS: Final = 5  # of customers, where one day both teaches and calibrates: the first fold calibrates
FEWEST: Final = 50  # customers below which no tree is grown
SMALLEST: Final = 0.01  # forecasts below this share of their mean weigh this much

Materialise = Callable[[DataFrame], DataFrame]


@dataclass(frozen=True)
class Params:
    """What is asked for: horizon, interval, and how the trees grow."""

    horizon_days: int
    coverage: float
    bands: int
    growing: Growing


@dataclass(frozen=True, eq=False)
class Trained:
    """A fitted model, how each forecast did on the newest known day, and whether the champion should give way."""

    model: ValueModel
    judged_on: date | None
    trained_through: date | None
    judgements: Mapping[str, Judgement]
    customers_judged: int
    is_better: bool
    why: str


def fit(frame: DataFrame, cells: DataFrame, features: Sequence[str], params: Params, champion: ValueModel | None,
        materialise: Materialise) -> Trained:
    """Fit on customers whose outcome is known, and on the purchase cells of their days and of the day to score.

    `frame` has one row a (as_of, customer_id): currency, the columns HISTORY, `features`, and `revenue_amount` of
    the horizon. Never too little data: without a known day the basis is BG/NBD or the own past rate, and the card
    says so. Actions: the cells, one aggregate, two days of held-out customers, and Spark's own in growing trees.
    """
    currency, fits = prior.fit_days(cells)
    own = frame.filter(F.col("currency") == F.lit(currency))
    rows = materialise(prior.with_prior(own, fits, features, params.horizon_days))
    days = prior.totals(rows)
    plan = backtest.split(list(days.ratios), params.horizon_days)
    models = {day: ValueModel(BG_NBD, currency, params.horizon_days, params.coverage, fitted, tuple(features))
              for day, fitted in fits.items()}
    newest = models[max(models)]
    if plan.test is None:
        return _untested(newest, champion)
    test = prior.held_out(rows, plan.test, days.customers[plan.test], features, F.lit(True))
    rivals = _rivals(rows, models, days, plan, features, params)
    judgements = {name: backtest.judge(test.spent, rival.expected_spend(test.inputs(rival.inputs)), rival.bands)
                  for name, rival in rivals.items()}
    chosen = rivals[backtest.best(judgements)]
    final = replace(_refitted(chosen, newest, max(models), rows, days, features, params),
                    bands=_bands(chosen, test, params))
    is_better, why = _compare(judgements[chosen.basis], chosen.basis, champion, plan.test, test)
    card = _card(final, judgements, days, plan, why)
    return Trained(replace(final, card=card), plan.test, max(days.ratios), judgements, len(test.spent), is_better, why)


def _rivals(rows: DataFrame, models: Mapping[date, ValueModel], days: Days, plan: Split, features: Sequence[str],
            params: Params) -> dict[str, ValueModel]:
    """The forecasts that could have been made on the test day, with intervals from the day that calibrates."""
    assert plan.test is not None
    bases = {name: replace(models[plan.test], basis=name) for name in (BG_NBD, PAST_RATE)}
    if plan.calibrate is None:
        return bases
    teaches, calibrates = _roles(plan)
    held = prior.held_out(rows, plan.calibrate, days.customers[plan.calibrate], features, calibrates)
    nodes = _grown(rows, days, plan.train, teaches, features, params)
    if nodes is not None:
        level = backtest.level(days.ratios, plan.test, params.horizon_days)
        bases = {BOOSTED: replace(models[plan.test], basis=BOOSTED, nodes=nodes, level=level), **bases}
    calibrating = backtest.level(days.ratios, plan.calibrate, params.horizon_days)
    earlier = {name: replace(model, btyd=models[plan.calibrate].btyd, level=calibrating)
               for name, model in bases.items()}
    return {name: replace(model, bands=_bands(earlier[name], held, params)) for name, model in bases.items()}


def _roles(plan: Split) -> tuple[Column, Column]:
    """Which customers teach and which calibrate: all, unless one day must do both."""
    if not plan.by_customer:
        return F.lit(True), F.lit(True)
    calibrates = F.pmod(F.xxhash64(F.lit("calibrates"), "customer_id"), F.lit(FOLDS)) == 0
    return ~calibrates, calibrates


def _grown(rows: DataFrame, days: Days, chosen: Sequence[date], only: Column, features: Sequence[str],
           params: Params) -> NodeTable | None:
    if sum(days.customers[day] for day in chosen) < FEWEST:
        return None
    teaching = prior.training_rows(rows, days, chosen, only, SMALLEST)
    return boosted.fit(teaching, [*HISTORY, *features, *DERIVED], params.growing)


def _bands(model: ValueModel, held: HeldOut, params: Params) -> Bands | None:
    return backtest.bands(model.expected_spend(held.inputs(model.inputs)), held.spent, params.coverage, params.bands)


def _refitted(chosen: ValueModel, newest: ValueModel, at: date, rows: DataFrame, days: Days,
              features: Sequence[str], params: Params) -> ValueModel:
    """The chosen forecast for the day to score: BTYD of that day, trees grown on all days of the last year."""
    if chosen.basis != BOOSTED:
        return replace(newest, basis=chosen.basis)
    known = backtest.of_last_year(days.ratios, at, params.horizon_days)
    nodes = _grown(rows, days, known, F.lit(True), features, params)
    return replace(newest, basis=BOOSTED, nodes=nodes, level=backtest.level(days.ratios, at, params.horizon_days))


def _untested(newest: ValueModel, champion: ValueModel | None) -> Trained:
    """Nothing is known of any outcome: BG/NBD where it is identified, else everybody's own past rate."""
    doubt = newest.btyd.why_not_identified
    basis = PAST_RATE if doubt else BG_NBD
    why = f"no day has a known outcome yet: {basis}" + (f" ({doubt})" if doubt else "")
    model = replace(newest, basis=basis, card={"basis": basis, "why": why, "interval": "by the model, not tested"})
    return Trained(model, None, None, {}, 0, champion is None, why)


def _compare(own: Judgement, basis: str, champion: ValueModel | None, day: date,
             test: HeldOut) -> tuple[bool, str]:
    """Whether to take the champion's place, and why. A champion that has learnt from the day is judged by what it
    did on it before."""
    if champion is None:
        return True, f"first model: {basis} did best on {day}"
    if champion.card.get("trained_through", "") < day.isoformat():
        theirs = backtest.judge(test.spent, champion.expected_spend(test.inputs(champion.inputs)), None).gain
    elif champion.card.get("judged_on") == day.isoformat():
        theirs = float(champion.card["gain"])
    else:
        return False, f"the champion has learnt from {day} and cannot be judged on it"
    verdict = "better than" if own.gain > theirs else "not better than"
    return own.gain > theirs, f"{basis} on {day}: gain {own.gain:.6f}, {verdict} the champion's {theirs:.6f}"


def _card(model: ValueModel, judgements: Mapping[str, Judgement], days: Days, plan: Split,
          why: str) -> dict[str, Any]:
    return {
        "basis": model.basis, "why": why, "judged_on": str(plan.test), "trained_through": str(max(days.ratios)),
        "gain": judgements[model.basis].gain, "level": model.level,
        "judgements": {name: asdict(judgement) for name, judgement in judgements.items()},
        "trained_on": [str(day) for day in plan.train], "calibrated_on": str(plan.calibrate),
        "split_by_customer": plan.by_customer, "interval": f"calibrated on {plan.test}",
        "btyd_doubt": model.btyd.why_not_identified}
