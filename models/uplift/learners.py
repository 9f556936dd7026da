"""Learners of effects: S, T and X (Künzel et al. 2019), doubly robust (Kennedy 2023), and a line
through the transformed outcome (Athey and Imbens 2016).

All trees are few, small and of large leaves: effects differ less between customers than outcomes
do, and the size of what is fitted to them matters more than which learner it is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from sklearn.linear_model import RidgeCV

from holdfast.models.arrays import Floats
from holdfast.models.trees.boosting import Growth, grow_classifier, grow_regressor
from holdfast.models.trees.nodes import NodeTable
from holdfast.models.trees.scoring import MISSING
from holdfast.models.uplift.effect_models import (
    EffectModel,
    Line,
    OneModel,
    Regressions,
    TwoModels,
    predict_stays,
)
from holdfast.models.uplift.experiment import Experiment, assign_folds

_FOLDS: Final = 3
_SMALLEST_LEAF: Final = 20  # rows
_LEAVES: Final = 100  # a leaf holds at least the rows over this
_DEPTH: Final = 8  # at most; what limits a tree are its leaves
_OUTCOME: Final = Growth(80, _DEPTH, 0.1, _SMALLEST_LEAF, 1.0, 1.0, seed=0, leaves=6)
_EFFECT: Final = replace(_OUTCOME, learning_rate=0.04)
_SINGLE: Final = replace(_OUTCOME, trees=200, learning_rate=0.07, leaves=12)
_PENALTIES: Final = np.geomspace(1.0, 1e6, 25)


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Probability to stay of each row if treated and if not, by models that have not seen its
    customer.
    """

    treated: Floats
    untreated: Floats


def predict_outcomes(experiment: Experiment, salt: int = 1) -> Outcomes:
    """Outcomes of each row by two models of the other folds."""
    fold = assign_folds(experiment.customer, _FOLDS, salt)
    treated, untreated = np.empty(len(experiment)), np.empty(len(experiment))
    for number in range(_FOLDS):
        model = fit_two_models(experiment.take(fold != number))
        values = experiment.values[fold == number]
        treated[fold == number] = predict_stays(model.treated, values)
        untreated[fold == number] = predict_stays(model.untreated, values)
    return Outcomes(treated, untreated)


def score_effects(experiment: Experiment, outcomes: Outcomes) -> Floats:
    """The augmented inverse-propensity score of each row (AIPW; Robins et al. 1994): its mean over
    any rows is an unbiased estimate of their average effect where the propensities are true.
    """
    own = experiment
    treated = (own.stayed - outcomes.treated) / own.propensity
    untreated = (own.stayed - outcomes.untreated) / (1.0 - own.propensity)
    residual = np.where(own.is_treated, treated, -untreated)
    return np.asarray(outcomes.treated - outcomes.untreated + residual)


def fit_one_model(experiment: Experiment, outcomes: Outcomes) -> OneModel:
    """S: one model, with the treatment among the features."""
    values = np.column_stack([experiment.values, experiment.is_treated])
    return OneModel(_classify(values, experiment.stayed, _SINGLE))


def fit_two_models(experiment: Experiment, outcomes: Outcomes | None = None) -> TwoModels:
    """T: a model of the treated and one of the untreated."""
    return TwoModels(
        *(
            _classify(experiment.values[is_in], experiment.stayed[is_in], _OUTCOME)
            for is_in in (experiment.is_treated, ~experiment.is_treated)
        )
    )


def fit_imputed(experiment: Experiment, outcomes: Outcomes) -> Regressions:
    """X: what each customer did less what it would have done in the other arm, by arm; the larger
    arm's outcomes are known better, so the smaller arm's differences count more.
    """
    own, is_treated = experiment, experiment.is_treated
    difference = np.where(
        is_treated, own.stayed - outcomes.untreated, outcomes.treated - own.stayed
    )
    share = float(is_treated.mean())
    arms = (is_treated, ~is_treated)
    tables = tuple(_regress(own.values[is_in], difference[is_in]) for is_in in arms)
    return Regressions(tables, (1.0 - share, share))


def fit_doubly_robust(experiment: Experiment, outcomes: Outcomes) -> Regressions:
    """DR: trees through the AIPW scores."""
    table = _regress(experiment.values, score_effects(experiment, outcomes))
    return Regressions((table,), (1.0,))


def fit_line(experiment: Experiment, outcomes: Outcomes) -> Line:
    """Ridge through the transformed outcome, y / e where treated and -y / (1 - e) where not, its
    penalty by leave-one-out error.
    """
    own = experiment
    weight = np.where(own.is_treated, 1.0 / own.propensity, -1.0 / (1.0 - own.propensity))
    is_known = own.values != MISSING
    means = np.where(is_known, own.values, 0.0).sum(axis=0) / np.maximum(is_known.sum(axis=0), 1)
    values = np.where(is_known, own.values - means, 0.0)
    scale = values.std(axis=0)
    scale = np.where(scale > 0.0, scale, 1.0)
    model = RidgeCV(alphas=_PENALTIES).fit(values / scale, weight * own.stayed)
    return Line(float(model.intercept_), np.asarray(model.coef_) / scale, means)


Learner = Callable[[Experiment, Outcomes], EffectModel]
LEARNERS: Final[Mapping[str, Learner]] = {
    "s": fit_one_model,
    "t": fit_two_models,
    "x": fit_imputed,
    "dr": fit_doubly_robust,
    "line": fit_line,
}


def _classify(values: Floats, labels: Floats, growth: Growth) -> NodeTable:
    return grow_classifier(values, labels, _names(values), _size(growth, len(labels)))


def _regress(values: Floats, target: Floats) -> NodeTable:
    ones = np.ones(len(target))
    return grow_regressor(values, target, ones, _names(values), _size(_EFFECT, len(target)))


def _names(values: Floats) -> list[str]:
    return [str(place) for place in range(values.shape[1])]


def _size(growth: Growth, rows: int) -> Growth:
    return replace(growth, min_rows_per_leaf=max(_SMALLEST_LEAF, rows // _LEAVES))
