"""Fit the churn model: its kind and parameters chosen on several past days, calibrated on them,
evaluated on a later one that it has not seen.

The candidates are the same chance for all, the bands of the written rules, recency alone, a
logistic regression, boosted trees, and the last two together. Each answers for the days of all
folds after learning from what was known on them. From the simplest on, each takes the place of the
one in use if it tells better beyond chance who left there; how many did is forecast apart. The
winner is fitted again on all that was known before the held-out day, calibrated by its answers of
the folds, brought to the level of the known outcomes, and evaluated as it is on the held-out day.
Then it is fitted once more, in the same way, on all that is known today. Where nothing does better
than the written rules there is no model: they score without one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.models.churn import evaluation
from holdfast.models.churn.candidates import Candidates, find_candidates
from holdfast.models.churn.config import ChurnTrainingConfig
from holdfast.models.churn.dataset import (
    LABEL,
    Counts,
    Dataset,
    column,
    count_outcomes,
    find_shortage,
    leave_out_calendar,
    prepare_rows,
    split_rows,
)
from holdfast.models.churn.lead_time import backtest_lead, collect_answers
from holdfast.models.churn.level import Trend, find_trend, find_whole_days, measure_levels
from holdfast.models.churn.linear import RULES
from holdfast.models.churn.metrics import log_loss
from holdfast.models.churn.model import ChurnModel
from holdfast.models.churn.predictors import Predictor
from holdfast.models.churn.reason_fit import fit_reasons
from holdfast.models.churn.reasons import FEATURES, ReasonModel
from holdfast.models.churn.rolling import Rolled, choose_kind, pool_curve, roll
from holdfast.models.churn.split import Split, time_split
from holdfast.models.fitting import Decision, FitResult, MetricRow
from holdfast.models.tuning import InMemoryTrials, Params, TrialStore

DEFAULT: ChurnTrainingConfig = ChurnTrainingConfig()


def fit(
    frame: DataFrame,
    features: Sequence[str],
    parameters: ChurnTrainingConfig = DEFAULT,
    *,
    label: str = LABEL,
    split: Split | None = None,
    champion: ChurnModel | None = None,
    trials: TrialStore | None = None,
) -> FitResult[ChurnModel]:
    """Fit on customers whose outcome is known, cut-off by cut-off.

    `frame` has one row per `as_of` (date) and `customer_id`, the columns `features` (numbers or
    flags, nulls allowed) and `label` (0 or 1, or a flag: whether the customer left within the
    horizon; null where that is not known). With a column `rule_hits`, the written rules that fired,
    comma-separated, these are compared with outcomes. With `days_to_order`, from `as_of` to the
    first order of the outcome window, cut-offs whose window still runs say how many come back.
    Without a `split` the cut-offs of the frame are divided by `time_split`.

    The parameters of a `champion` are tried first by the search. Trials already in the store
    `trials` are not run again.

        result = fit(customers, ["visits", "is_member"], ChurnTrainingConfig(trees=50))
        scores = score(customers_of_today, result.model)
    """
    split = split or _split_of(frame, label, parameters)
    if split is None:
        return FitResult(None, Decision(False, "too little history to train on"))
    rows = prepare_rows(frame, features, split, label)  # read twice: most of it nobody draws
    counts = count_outcomes(rows)
    split, shortage = _drop_short_folds(split, counts, parameters.min_outcomes_per_class)
    if shortage:
        return FitResult(None, Decision(False, shortage))
    data = split_rows(rows, counts, split, parameters)
    first = champion.card["params"] if champion else None
    telling = leave_out_calendar(data.known, features, split.folds[0])
    candidates = find_candidates(
        data, split.folds[-1], telling, parameters, trials or InMemoryTrials(), first
    )
    return _choose_and_finish(candidates, data, split, parameters)


def _drop_short_folds(split: Split, counts: Counts, fewest: int) -> tuple[Split, str]:
    """The split with the folds that have enough of either outcome, and what is lacking where none
    has.
    """
    shortages = [find_shortage(counts, fold, split.held_out, fewest) for fold in split.folds]
    folds = zip(split.folds, shortages, strict=True)
    enough = tuple(fold for fold, shortage in folds if not shortage)
    return replace(split, folds=enough), "" if enough else shortages[-1]


def _choose_and_finish(
    candidates: Candidates, data: Dataset, split: Split, parameters: ChurnTrainingConfig
) -> FitResult[ChurnModel]:
    rolled = roll(candidates, data, split.folds, parameters)
    kind, why = choose_kind(rolled, data, split.folds)
    if kind == RULES:  # they need no model to score by
        return FitResult(None, Decision(False, why))
    seen = data.select_all()
    models = {
        name: _finish(predictor, rolled[name], data.known, seen, split, parameters)
        for name, predictor in candidates.fit_all(data.known).items()
    }
    evaluated, held_out = models[kind], data.held_out
    probability = evaluation.answer(evaluated, held_out, split.held_out)
    trend = _find_trend(data, parameters)
    card = _card(split, candidates.params, evaluated, data) | {
        "why": why,
        "log_loss": log_loss(probability, column(held_out, LABEL)),
        "leaving_rates": {str(day): rate for day, rate in trend.rates.items()},
        "rate_trend": trend.z,
    }
    metrics = evaluation.evaluate(evaluated, held_out, parameters.bands)
    metrics += _rate_candidates(models, kind, rolled, data, split)
    metrics += evaluation.describe_trend(trend, split.held_out)
    final = replace(
        _fit_again(candidates, evaluated, seen, split, parameters),
        alarms=evaluation.find_alarms(held_out, probability),
        card=card,
        reasons=_reasons(data, evaluated.features),
        evaluated=evaluated,
    )
    metrics += evaluation.describe_level(final)
    answers = collect_answers(rolled[kind], data, split) | {split.held_out: (held_out, probability)}
    metrics += backtest_lead(answers, split.held_out, parameters.bands)
    return FitResult(final, Decision(True, why), candidates.params, metrics)


def _finish(
    predictor: Predictor,
    rolled: Rolled,
    known: pd.DataFrame,
    seen: pd.DataFrame,
    split: Split,
    parameters: ChurnTrainingConfig,
) -> ChurnModel:
    """A candidate fitted on all that was known before the held-out day, calibrated."""
    curve = pool_curve(rolled.parts, parameters.horizon_days)
    levels = measure_levels(predictor, curve, seen, split.held_out, parameters)
    medians = _medians(known, predictor.features)
    return ChurnModel(predictor, curve, levels, medians, split.known[-1], split.held_out)


def _fit_again(
    candidates: Candidates,
    evaluated: ChurnModel,
    seen: pd.DataFrame,
    split: Split,
    parameters: ChurnTrainingConfig,
) -> ChurnModel:
    """The same on all that is known today."""
    rows = seen[seen[LABEL].notna()]
    today = split.as_of or split.held_out + timedelta(days=parameters.horizon_days)
    curve = evaluated.calibration
    predictor = candidates.fit(evaluated.predictor.kind, rows)
    return replace(
        evaluated,
        predictor=predictor,
        levels=measure_levels(predictor, curve, seen, today, parameters),
        medians=_medians(rows, predictor.features),
        trained_through_on=evaluated.evaluated_on,
    )


def _rate_candidates(
    models: Mapping[str, ChurnModel],
    chosen: str,
    rolled: Mapping[str, Rolled],
    data: Dataset,
    split: Split,
) -> list[MetricRow]:
    """Every candidate on the days of the folds and on the held-out day, under its own name; the one
    in use on the days of the folds as the model, too.
    """
    found: list[MetricRow] = []
    for kind, model in models.items():
        found += evaluation.evaluate_candidate(model, data.held_out)
        for fold in split.folds:
            churned = column(fold.select_measured(data.known), LABEL)
            probability = rolled[kind].probability[fold.day]
            for name in (kind, evaluation.MODEL) if kind == chosen else (kind,):
                found += evaluation.evaluate_day(name, probability, churned, fold.day)
    return found


def _find_trend(data: Dataset, parameters: ChurnTrainingConfig) -> Trend:
    known = pd.concat([data.known, data.held_out])
    return find_trend(known, find_whole_days(known, parameters.eligible_days))


def _split_of(frame: DataFrame, label: str, parameters: ChurnTrainingConfig) -> Split | None:
    """The cut-offs of a frame by use, as of the day on which the newest with a label matured."""
    is_known = F.max(F.col(label).isNotNull()).alias("is_known")
    days = {row["as_of"]: row["is_known"] for row in frame.groupBy("as_of").agg(is_known).collect()}
    known = [day for day, has_label in days.items() if has_label]
    if not known:
        return None
    horizon = parameters.horizon_days
    end = max(known) + timedelta(days=horizon)
    return time_split(days, horizon, end, parameters.evaluation_days)


def _reasons(data: Dataset, features: Sequence[str]) -> ReasonModel | None:
    """Why customers leave, where the features say it."""
    return fit_reasons(data.known) if set(FEATURES) <= set(features) else None


def _medians(rows: pd.DataFrame, features: Sequence[str]) -> dict[str, float | None]:
    medians = rows[list(features)].median()
    return {name: None if np.isnan(median) else float(median) for name, median in medians.items()}


def _card(split: Split, params: Params, model: ChurnModel, data: Dataset) -> dict[str, Any]:
    return {
        "kind": model.predictor.kind,
        "split": {
            "known": [str(day) for day in split.known],
            "compared_on": [str(fold.day) for fold in split.folds],
            "held_out": str(split.held_out),
        },
        "params": dict(params),
        "rows": {"known": data.rows_known, "share_fitted": data.share_fitted},
        "calibration": model.calibration.kind,
        "refitted": "on all cut-offs after it was evaluated; calibrated on the days compared on",
    }
