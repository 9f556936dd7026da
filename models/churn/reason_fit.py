"""Learn from those who complained what leavers with each grievance do.

Some leavers have complained, and a complaint has a topic. They show what else people with that
grievance do: how often they look at prices, what they send back. A conditional logit (McFadden,
1974), in which each reason has its own evidence alone, weighs that evidence by how well it tells
the topics of complaints apart; then it is read in those who never complained. How often a reason is
complained of says nothing of how often it is the reason, so all topics count alike.
"""

from typing import Final

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from holdfast.models.arrays import Flags, Floats, Ints
from holdfast.models.churn.reasons import (
    FEATURES,
    GRIEVANCES,
    Piece,
    ReasonModel,
    Rows,
    softmax,
)
from holdfast.transformations.features.evidence import COMPLAINTS, EVIDENCE, LOST_INTEREST, Evidence

_USUAL_WEIGHT: Final = 1.0  # of a piece of evidence of which nothing was learnt
_LEAST_PROOF: Final = 1.0  # precision of that, in complaints
_AGREEING: Final = 0.8  # of pairs of complaints, before any is seen
_PAIRS: Final = 5.0  # that this is worth


def fit_reasons(rows: pd.DataFrame) -> ReasonModel:
    """Learn from customers with known outcome: FEATURES, NaN for unknown, and `churned` (0 or 1).

    What is usual is so among those who stay; weights are learnt from leavers who complained of one
    topic, and rest on a usual weight where these are few.
    """
    left = rows["churned"].to_numpy() > 0
    values = {name: rows[name].to_numpy(dtype=np.float64) for name in FEATURES}
    usual = {one: _usual(one, values, ~left) for one in (*EVIDENCE, *LOST_INTEREST)}
    complaints = np.nan_to_num(np.column_stack([values[name] for name in COMPLAINTS.values()]))
    has_said = left & ((complaints > 0).sum(axis=1) == 1)
    said = {name: column[has_said] for name, column in values.items()}
    grades = np.column_stack([Piece(one, usual[one], 1.0).grade(said) for one in EVIDENCE])
    prior, weights = _fit_logit(grades, complaints[has_said].argmax(axis=1))
    weight_of = dict(zip(EVIDENCE, weights.tolist(), strict=True))
    pieces = [Piece(one, usual[one], weight_of.get(one, 1.0)) for one in usual]
    return ReasonModel(
        tuple(pieces),
        dict(zip(GRIEVANCES, prior.tolist(), strict=True)),
        _weigh_complaints(complaints),
    )


def _fit_logit(grades: Floats, topic: Ints) -> tuple[Floats, Floats]:
    """Log-odds of the grievances without evidence, and the weight of each piece, at least 0, by
    penalised maximum likelihood; each topic counts as much as any other.
    """
    size = len(GRIEVANCES)
    owner = np.array([[one.reason == name for name in GRIEVANCES] for one in EVIDENCE], dtype=float)
    counts = np.bincount(topic, minlength=size)
    share = (len(topic) / size / np.maximum(counts, 1))[topic]
    is_topic = np.eye(size)[topic]

    def loss(at: Floats) -> tuple[float, Floats]:
        prior, weights = at[:size], at[size:]
        chance = softmax(grades @ (owner * weights[:, None]) + prior)
        away = weights - _USUAL_WEIGHT
        penalty = _LEAST_PROOF * (away @ away + prior @ prior) / 2
        miss = share[:, None] * (chance - is_topic)
        slope = ((grades.T @ miss) * owner).sum(axis=1)
        fit = -(share * np.log(chance[np.arange(len(topic)), topic])).sum()
        return float(fit + penalty), np.concatenate(
            [miss.sum(axis=0) + _LEAST_PROOF * prior, slope + _LEAST_PROOF * away]
        )

    start = np.concatenate([np.zeros(size), np.full(len(EVIDENCE), _USUAL_WEIGHT)])
    bounds = [(None, None)] * size + [(0.0, None)] * len(EVIDENCE)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return found[:size], found[size:]


def _weigh_complaints(complaints: Floats) -> float:
    """Log-odds of one complaint, from how often two complaints of a customer have one topic: if a
    complaint is of the true grievance with chance a, and of each other by chance, that is a^2 +
    (1 - a)^2 / others.
    """
    others = complaints.shape[1] - 1
    total = complaints.sum(axis=1)
    pairs = (total * (total - 1)).sum()
    same = (complaints * (complaints - 1)).sum()
    agreement = (same + _AGREEING * _PAIRS) / (pairs + _PAIRS)
    agreement = max(agreement, 1.0 / (others + 1))
    right = (1 + np.sqrt(max(others * ((others + 1) * agreement - 1), 0.0))) / (others + 1)
    return float(np.log(others * right / (1 - right)))


def _usual(of: Evidence, values: Rows, stays: Flags) -> float:
    """What those who stay show: the mean, of a count for each of what it is compared with."""
    value = values[of.feature][stays]
    base = values[of.per][stays] if of.per else np.ones(len(value))
    known = np.isfinite(value) & np.isfinite(base)
    return float(value[known].sum() / max(base[known].sum(), 1.0))
