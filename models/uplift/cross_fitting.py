"""All learners fitted so that each customer's effect comes from models that have not seen it: what
a choice among them is made on, and what scores new customers afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from holdfast.models.arrays import Floats
from holdfast.models.uplift.effect_models import EffectModel, Mean, predict_stays
from holdfast.models.uplift.experiment import Experiment, assign_folds, find_fault
from holdfast.models.uplift.learners import (
    LEARNERS,
    Outcomes,
    fit_two_models,
    predict_outcomes,
)

FOLDS: Final = 5
ENSEMBLE: Final = "mean"
_MEMBERS: Final = ("s", "x", "dr")


@dataclass(frozen=True, eq=False)
class CrossFit:
    """For the mean of S, X and doubly robust, and for each learner: `effects`, each row's by the
    models of the other folds, and `models`, the mean of those of all folds. `outcomes` are of the
    other folds, too. A choice on a later period takes what `models` predict there, and
    `predict_outcomes` of its rows.
    """

    effects: Mapping[str, Floats]
    models: Mapping[str, EffectModel]
    outcomes: Outcomes


def cross_fit(experiment: Experiment) -> CrossFit:
    """Fit every learner on all folds but one, for each fold. Raises ValueError, with what
    `find_fault` says, where effects cannot be learnt.
    """
    fault = find_fault(experiment)
    if fault:
        raise ValueError(f"effects cannot be learnt: {fault}")
    fold = assign_folds(experiment.customer, FOLDS)
    rows = len(experiment)
    effects = {name: np.empty(rows) for name in LEARNERS}
    outcomes = Outcomes(np.empty(rows), np.empty(rows))
    fitted: dict[str, list[EffectModel]] = {name: [] for name in LEARNERS}
    for number in range(FOLDS):
        part, is_out = experiment.take(fold != number), fold == number
        values, within = experiment.values[is_out], predict_outcomes(part)
        both = fit_two_models(part)
        outcomes.treated[is_out] = predict_stays(both.treated, values)
        outcomes.untreated[is_out] = predict_stays(both.untreated, values)
        for name, fit in LEARNERS.items():
            model = both if name == "t" else fit(part, within)
            fitted[name].append(model)
            effects[name][is_out] = model.predict(values)
    models: dict[str, EffectModel] = {name: Mean(fitted[name]) for name in LEARNERS}
    joint = np.asarray(np.mean([effects[name] for name in _MEMBERS], axis=0))
    blend = Mean([models[name] for name in _MEMBERS])
    return CrossFit({ENSEMBLE: joint, **effects}, {ENSEMBLE: blend, **models}, outcomes)
