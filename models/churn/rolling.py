"""The candidates on several days that none of them had seen: what is chosen, and how its scores
become probabilities.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pandas as pd
from scipy.special import logit

from holdfast.models.arrays import Flags, Floats
from holdfast.models.churn.calibrate import calibrate
from holdfast.models.churn.calibration import Calibration, probability_of
from holdfast.models.churn.candidates import Candidates
from holdfast.models.churn.config import ChurnTrainingConfig
from holdfast.models.churn.dataset import HALF, LABEL, Dataset, column, values
from holdfast.models.churn.level import find_shift, measure_levels
from holdfast.models.churn.metrics import log_losses
from holdfast.models.churn.predictors import SIMPLEST_FIRST, Predictor
from holdfast.models.churn.split import Fold
from holdfast.models.selection import Losses, choose

_LEAST: Final = 1e-12  # of a probability, so that its log-odds are finite


@dataclass(frozen=True, eq=False)
class Part:
    """Rows of a day, or of one half of its customers where there is one day only, that a predictor
    had not seen: which rows of the day they are, its log-odds and what became of them.
    """

    day: date
    is_part: Flags
    score: Floats
    churned: Floats


@dataclass(frozen=True, eq=False)
class Rolled:
    """One candidate on the days of all folds: its scores, and its probabilities by day."""

    parts: Sequence[Part]
    probability: Mapping[date, Floats]


def roll(
    candidates: Candidates,
    data: Dataset,
    folds: Sequence[Fold],
    parameters: ChurnTrainingConfig,
) -> dict[str, Rolled]:
    """Fit each candidate for each fold and let it answer for its day."""
    fitted = {fold.day: candidates.fit_all(data.select_train(fold)) for fold in folds}
    seen = {fold.day: data.select_before(fold) for fold in folds}
    rolled = {}
    for kind in fitted[folds[-1].day]:
        parts: list[Part] = []
        for fold in folds:
            measured = fold.select_measured(data.known)
            predictor = fitted[fold.day][kind]
            parts += _divide(fold.day, measured, predictor, by_half=len(folds) == 1)
        predictors = {day: of_day[kind] for day, of_day in fitted.items()}
        rolled[kind] = Rolled(parts, _answer(parts, predictors, seen, parameters))
    return rolled


def _answer(
    parts: Sequence[Part],
    predictors: Mapping[date, Predictor],
    seen: Mapping[date, pd.DataFrame],
    parameters: ChurnTrainingConfig,
) -> dict[date, Floats]:
    """Probabilities by day. The curve from scores to them is that of the other parts, their level
    that of what was known on the day: nothing is calibrated on the rows it is measured by.
    """
    probability: dict[date, Floats] = {}
    for part in parts:
        curve = pool_curve([one for one in parts if one is not part], parameters.horizon_days)
        predictor, rows = predictors[part.day], seen[part.day]
        levels = measure_levels(predictor, curve, rows, part.day, parameters)
        odds = curve.log_odds_of(part.score) + levels.forecast(part.day).shift
        chances = probability.setdefault(part.day, np.zeros(len(part.is_part)))
        chances[part.is_part] = probability_of(odds)
    return probability


def pool_curve(parts: Sequence[Part], horizon_days: int) -> Calibration:
    """The curve of all parts, each day weighing half as much as one a horizon younger."""
    newest = max(part.day for part in parts)
    ages = [(newest - part.day).days / horizon_days for part in parts]
    sizes = [len(part.score) for part in parts]
    return calibrate(
        np.concatenate([part.score for part in parts]),
        np.concatenate([part.churned for part in parts]),
        np.repeat(np.arange(len(parts)), sizes),
        np.repeat(0.5 ** np.array(ages), sizes),
    )


def choose_kind(
    rolled: Mapping[str, Rolled], data: Dataset, folds: Sequence[Fold]
) -> tuple[str, str]:
    """The kind of predictor to use and why, by log loss on the days of the folds, each candidate at
    the number of leavers that there were: how many leave is forecast apart, in the same way for
    all, and a day on which it was forecast ill would drown what each knows of who leaves.
    """
    losses = {}
    for fold in folds:
        rows = fold.select_measured(data.known)
        churned = column(rows, LABEL)
        found = {
            kind: log_losses(_bring_to_level(one.probability[fold.day], churned), churned)
            for kind, one in rolled.items()
        }
        losses[fold.day] = Losses(rows["customer_id"].to_numpy(), found)
    return choose(losses, SIMPLEST_FIRST)


def _bring_to_level(probability: Floats, churned: Floats) -> Floats:
    odds = logit(np.clip(probability, _LEAST, 1.0 - _LEAST))
    return probability_of(odds + find_shift(odds, float(churned.sum())))


def _divide(day: date, rows: pd.DataFrame, predictor: Predictor, by_half: bool) -> list[Part]:
    score, churned = predictor.score(values(rows, predictor.features)), column(rows, LABEL)
    half = column(rows, HALF) if by_half else np.zeros(len(rows))
    sides = [half == side for side in np.unique(half)]
    return [Part(day, side, score[side], churned[side]) for side in sides]
