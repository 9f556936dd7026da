"""Fit the churn model: searched and calibrated on past cut-offs, evaluated on a later one it has
not seen.
"""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
from pyspark.sql import DataFrame

from holdfast.models.churn import evaluation
from holdfast.models.churn.boosting import grow_trees, kernel_difference
from holdfast.models.churn.calibrate import set_level
from holdfast.models.churn.calibration import Calibration
from holdfast.models.churn.config import ChurnTrainingConfig
from holdfast.models.churn.dataset import (
    LABEL,
    Dataset,
    column,
    count_outcomes,
    describe_shortage,
    prepare_rows,
    split_rows,
    values,
    vectors,
)
from holdfast.models.churn.level import find_trend, find_whole_days, weigh_outcomes
from holdfast.models.churn.logistic import fit_logistic
from holdfast.models.churn.metrics import log_loss
from holdfast.models.churn.model import ChurnModel
from holdfast.models.churn.reason_fit import fit_reasons
from holdfast.models.churn.reasons import FEATURES, ReasonModel
from holdfast.models.churn.search import TrialFits, calibrate_on, search_parameters
from holdfast.models.churn.split import Split, time_split
from holdfast.models.fitting import Decision, FitResult, keep_computed
from holdfast.models.trees.nodes import from_spark
from holdfast.models.trees.scoring import leaf_counts, log_odds, margins
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
    horizon). A column `rule_hits` names the written rules that fired, comma-separated, which are
    compared with outcomes where it is there. Without a `split` the cut-offs of the frame are
    divided by `time_split`.

    The model of record is refitted on training and validation cut-offs with the parameters found,
    keeps the calibration made on validation rows that its predecessor never saw, brought to the
    level of all known outcomes, and is evaluated as it is on the held-out cut-off.
    Trials already in the store `trials` are not run again.

        result = fit(customers, ["visits", "is_member"], ChurnTrainingConfig(trees=50))
        scores = score(customers_of_today, result.model)
    """
    split = split or _split_of(frame, parameters)
    if split is None:
        return FitResult(None, Decision(False, "too little history to train on"))
    rows = keep_computed(prepare_rows(frame, features, split, parameters.partitions, label))
    counts = count_outcomes(rows)
    if shortage := describe_shortage(counts, parameters.min_outcomes_per_class):
        return FitResult(None, Decision(False, shortage))
    data = split_rows(rows, counts, parameters)
    search_rows = keep_computed(vectors(data.search_rows, features))
    fits = TrialFits(search_rows, features, data.validation, parameters)
    params, nodes = search_parameters(fits, trials or InMemoryTrials())
    calibration = calibrate_on(data.validation, nodes)
    model, difference = _refit(data, features, params, parameters, split, calibration)
    return _evaluate(model, params, data, parameters, champion, difference)


def _refit(
    data: Dataset,
    features: Sequence[str],
    params: Params,
    parameters: ChurnTrainingConfig,
    split: Split,
    calibration: Calibration,
) -> tuple[ChurnModel, float]:
    """The model of record on training and validation rows, and how far its numpy kernel is from
    Spark's own probability.
    """
    trees = grow_trees(vectors(data.fit_rows, features), params, parameters)
    nodes = from_spark(trees, features)
    nodes = nodes.with_cover(leaf_counts(data.fit_rows, nodes))
    known = pd.concat([data.train, data.validation])
    whole = find_whole_days(known, parameters.eligible_days)
    score = log_odds(margins(nodes, values(known, nodes.features)))
    weight = weigh_outcomes(known, split.held_out, whole, parameters)
    calibration = set_level(calibration, score, column(known, LABEL), weight)
    model = ChurnModel(
        nodes,
        calibration,
        parameters.horizon_days,
        _medians(data, features),
        trained_through_on=split.validation,
        evaluated_on=split.held_out,
        card=_card(split, params, calibration, data),
        reasons=_reasons(data, features),
    )
    return model, kernel_difference(trees, nodes, data.held_out_rows)


def _split_of(frame: DataFrame, parameters: ChurnTrainingConfig) -> Split | None:
    """The cut-offs of a frame by use: every label in it is known, so every cut-off has matured."""
    days = [row["as_of"] for row in frame.select("as_of").distinct().collect()]
    horizon = timedelta(days=parameters.horizon_days)
    return time_split(days, parameters.horizon_days, max(days) + horizon) if days else None


def _evaluate(
    model: ChurnModel,
    params: Params,
    data: Dataset,
    parameters: ChurnTrainingConfig,
    champion: ChurnModel | None,
    difference: float,
) -> FitResult[ChurnModel]:
    """The model beside its rivals and the champion, on the held-out rows."""
    features, held_out = model.nodes.features, data.held_out
    probability = model.probability(values(held_out, features))
    decision = evaluation.compare(probability, held_out, champion)
    metrics = evaluation.evaluate(
        held_out, probability, data.validation, model.evaluated_on, parameters.bands, difference
    )
    fewest = parameters.min_rows_per_leaf
    logistic = fit_logistic(data.train, data.validation, features, fewest)
    metrics += evaluation.evaluate_logistic(logistic(held_out), held_out, model.evaluated_on)
    metrics += evaluation.rate_features(model, held_out)
    known = pd.concat([data.train, data.validation, held_out])
    trend = find_trend(known, find_whole_days(known, parameters.eligible_days))
    metrics += evaluation.describe_trend(trend, model.evaluated_on)
    loss = log_loss(probability, column(held_out, LABEL))
    rates = {str(day): rate for day, rate in trend.rates.items()}
    card = {**model.card, "why": decision.why, "log_loss": loss}
    card |= {"leaving_rates": rates, "rate_trend": trend.z}
    alarms = evaluation.find_alarms(held_out, probability)
    return FitResult(replace(model, alarms=alarms, card=card), decision, params, metrics)


def _reasons(data: Dataset, features: Sequence[str]) -> ReasonModel | None:
    """Why customers leave, where the features say it."""
    if not set(FEATURES) <= set(features):
        return None
    return fit_reasons(pd.concat([data.train, data.validation], ignore_index=True))


def _medians(data: Dataset, features: Sequence[str]) -> dict[str, float | None]:
    medians = pd.concat([data.train[list(features)], data.validation[list(features)]]).median()
    return {name: None if np.isnan(median) else float(median) for name, median in medians.items()}


def _card(split: Split, params: Params, calibration: Calibration, data: Dataset) -> dict[str, Any]:
    days = {
        **asdict(split),
        "train": [str(day) for day in split.train],
        "validation": str(split.validation),
        "held_out": str(split.held_out),
    }
    return {
        "split": days,
        "params": dict(params),
        "rows": dict(data.counts),
        "calibration": calibration.kind,
        "refitted": "on training and validation cut-offs; calibrated before, evaluated after",
    }
