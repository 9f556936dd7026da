"""Fit the churn model: searched and calibrated on past cut-offs, judged on a later one it has not
seen.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from pyspark.sql import DataFrame

from holdfast.models.arrays import Floats
from holdfast.models.churn import evaluation
from holdfast.models.churn.boosting import (
    FitCache,
    first_guess,
    grow,
    kernel_difference,
    logistic,
    space,
)
from holdfast.models.churn.calibration import Calibration, calibrate
from holdfast.models.churn.dataset import (
    LABEL,
    Parts,
    column,
    counted,
    divided,
    laid_out,
    too_few,
    values,
    vectors,
)
from holdfast.models.churn.metrics import log_loss
from holdfast.models.churn.model import ChurnModel
from holdfast.models.churn.split import Split
from holdfast.models.trees.nodes import NodeTable, from_spark
from holdfast.models.trees.scoring import leaf_counts, log_odds, margins
from holdfast.models.tuning import Params, TrialStore, best, search
from holdfast.transformations.scoring.risk_bands import Cuts, Rules, with_rule_band

Checkpoint = Callable[[DataFrame], DataFrame]


@dataclass(frozen=True)
class Asked:
    """What is asked for; each is explained in conf/base/churn.yml."""

    horizon_days: int
    trials: int
    trees: int
    training_rows: int
    judging_rows: int
    tasks: int
    smallest_leaf: int
    fewest: int
    seed: int
    cuts: Cuts
    rules: Rules


@dataclass(frozen=True, eq=False)
class Trained:
    """A fitted model, its metric rows, and whether the champion should give way and why."""

    model: ChurnModel
    metrics: list[evaluation.Row]
    params: Params
    is_better: bool
    why: str


def fit(
    frame: DataFrame,
    features: Sequence[str],
    split: Split,
    asked: Asked,
    champion: ChurnModel | None,
    store: TrialStore,
    checkpoint: Checkpoint,
) -> Trained | str:
    """Fit on `frame` (as_of, customer_id, `churned` as 0 or 1, features) by `split`; where too
    little is known, why not.

    The model of record is refitted on training and validation cut-offs with the parameters found,
    keeps the calibration made on validation rows that its forerunner never saw, and is judged as it
    is on the held-out cut-off.
    """
    rows = checkpoint(laid_out(with_rule_band(frame, asked.rules), features, split, asked.tasks))
    counts = counted(rows)
    if few := too_few(counts, asked.fewest):
        return few
    parts = divided(rows, counts, asked.training_rows, asked.judging_rows)
    fits = FitCache(
        checkpoint(vectors(parts.teach, features)), features, asked.smallest_leaf, asked.seed
    )
    trials = search(
        lambda params: _loss(parts.checked, fits.at(params)),
        space(asked.trees),
        asked.trials,
        asked.seed,
        store,
        first_guess(asked.trees),
    )
    params = best(trials).params
    calibration = _calibration(parts.checked, fits.at(params))
    fitted = grow(vectors(parts.whole, features), params, asked.smallest_leaf, asked.seed)
    nodes = from_spark(fitted, features)
    nodes = nodes.with_cover(leaf_counts(parts.whole, nodes))
    difference = kernel_difference(fitted, nodes, parts.test)
    model = ChurnModel(
        nodes,
        calibration,
        asked.horizon_days,
        _medians(parts, features),
        split.validation,
        split.held_out,
    )
    return _judged(model, params, parts, split, asked, champion, difference)


def _judged(
    model: ChurnModel,
    params: Params,
    parts: Parts,
    split: Split,
    asked: Asked,
    champion: ChurnModel | None,
    difference: float,
) -> Trained:
    """The model beside its rivals and the champion, on the held-out rows."""
    features = model.nodes.features
    probability = model.probability(values(parts.held, features))
    is_better, why = evaluation.verdict(probability, parts.held, champion)
    metrics = evaluation.judged(
        parts.held, probability, parts.checked, split.held_out, asked.cuts, difference
    )
    rival = logistic(parts.taught, features)(parts.held)
    metrics += evaluation.logistic_rows(rival, parts.held, split.held_out)
    loss = log_loss(probability, column(parts.held, LABEL))
    card = {**_card(split, params, model.calibration), "why": why, "log_loss": loss}
    return Trained(replace(model, card=card), metrics, params, is_better, why)


def _score(found: pd.DataFrame, nodes: NodeTable) -> Floats:
    return log_odds(margins(nodes, values(found, nodes.features)))


def _loss(checked: pd.DataFrame, nodes: NodeTable) -> float:
    return log_loss(
        _calibration(checked, nodes).probability(_score(checked, nodes)), column(checked, LABEL)
    )


def _calibration(checked: pd.DataFrame, nodes: NodeTable) -> Calibration:
    return calibrate(_score(checked, nodes), column(checked, LABEL), column(checked, "half"))


def _medians(parts: Parts, features: Sequence[str]) -> dict[str, float | None]:
    found = pd.concat([parts.taught[list(features)], parts.checked[list(features)]]).median()
    return {name: None if np.isnan(median) else float(median) for name, median in found.items()}


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
        "refitted": "on training and validation cut-offs; calibrated before, judged after",
    }
