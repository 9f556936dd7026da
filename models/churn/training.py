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

from holdfast.models.arrays import Floats
from holdfast.models.churn import evaluation
from holdfast.models.churn.boosting import (
    FitCache,
    first_guess,
    fit_logistic,
    grow_trees,
    kernel_difference,
    search_space,
)
from holdfast.models.churn.calibrate import calibrate
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
from holdfast.models.churn.metrics import log_loss
from holdfast.models.churn.model import ChurnModel
from holdfast.models.churn.split import Split, time_split
from holdfast.models.fitting import Decision, FitResult, keep_computed
from holdfast.models.trees.nodes import NodeTable, from_spark
from holdfast.models.trees.scoring import leaf_counts, log_odds, margins
from holdfast.models.tuning import InMemoryTrials, Params, TrialStore, best, search

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
    horizon). A column `rule_band` is used in the figures by band where there is one. Without a
    `split` the cut-offs of the frame are divided by `time_split`.

    The model of record is refitted on training and validation cut-offs with the parameters found,
    keeps the calibration made on validation rows that its predecessor never saw, and is evaluated
    as it is on the held-out cut-off. Trials already in the store `trials` are not run again.

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
    data = split_rows(rows, counts, parameters.max_training_rows, parameters.max_evaluation_rows)
    fits = FitCache(keep_computed(vectors(data.train_rows, features)), features, parameters)
    params = _search(data.validation, fits, trials or InMemoryTrials())
    model, difference = _refit(data, fits, params, split)
    return _evaluate(model, params, data, parameters, champion, difference)


def _refit(data: Dataset, fits: FitCache, params: Params, split: Split) -> tuple[ChurnModel, float]:
    """The model of record on training and validation rows, calibrated before, and how far its numpy
    kernel is from Spark's own probability.
    """
    features = fits.features
    calibration = _calibrate(data.validation, fits.at(params))
    trees = grow_trees(vectors(data.fit_rows, features), params, fits.parameters)
    nodes = from_spark(trees, features)
    nodes = nodes.with_cover(leaf_counts(data.fit_rows, nodes))
    model = ChurnModel(
        nodes,
        calibration,
        fits.parameters.horizon_days,
        _medians(data, features),
        trained_through_on=split.validation,
        evaluated_on=split.held_out,
        card=_card(split, params, calibration),
    )
    return model, kernel_difference(trees, nodes, data.held_out_rows)


def _split_of(frame: DataFrame, parameters: ChurnTrainingConfig) -> Split | None:
    """The cut-offs of a frame by use: every label in it is known, so every cut-off has matured."""
    days = [row["as_of"] for row in frame.select("as_of").distinct().collect()]
    horizon = timedelta(days=parameters.horizon_days)
    return time_split(days, parameters.horizon_days, max(days) + horizon) if days else None


def _search(validation: pd.DataFrame, fits: FitCache, trials: TrialStore) -> Params:
    """The parameters whose calibrated probabilities have the lowest log loss."""
    parameters = fits.parameters
    return best(
        search(
            lambda params: _loss(validation, fits.at(params)),
            search_space(parameters.trees),
            parameters.trials,
            parameters.seed,
            trials,
            first_guess(parameters.trees),
        )
    ).params


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
    logistic = fit_logistic(data.train, features)(held_out)
    metrics += evaluation.evaluate_logistic(logistic, held_out, model.evaluated_on)
    loss = log_loss(probability, column(held_out, LABEL))
    card = {**model.card, "why": decision.why, "log_loss": loss}
    return FitResult(replace(model, card=card), decision, params, metrics)


def _score(rows: pd.DataFrame, nodes: NodeTable) -> Floats:
    return log_odds(margins(nodes, values(rows, nodes.features)))


def _loss(validation: pd.DataFrame, nodes: NodeTable) -> float:
    calibration = _calibrate(validation, nodes)
    return log_loss(calibration.probability(_score(validation, nodes)), column(validation, LABEL))


def _calibrate(validation: pd.DataFrame, nodes: NodeTable) -> Calibration:
    return calibrate(
        _score(validation, nodes), column(validation, LABEL), column(validation, "half")
    )


def _medians(data: Dataset, features: Sequence[str]) -> dict[str, float | None]:
    medians = pd.concat([data.train[list(features)], data.validation[list(features)]]).median()
    return {name: None if np.isnan(median) else float(median) for name, median in medians.items()}


def _card(split: Split, params: Params, calibration: Calibration) -> dict[str, Any]:
    days = {
        **asdict(split),
        "train": [str(day) for day in split.train],
        "validation": str(split.validation),
        "held_out": str(split.held_out),
    }
    return {
        "split": days,
        "params": dict(params),
        "calibration": calibration.kind,
        "refitted": "on training and validation cut-offs; calibrated before, evaluated after",
    }
