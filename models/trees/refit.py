"""The leaves of boosted trees estimated anew, all at once.

Spark's boosting sets each leaf by the mean gradient of its rows, without a second derivative and
without a penalty. One ridge logistic regression on which leaves a row reaches, with the trees' own
log-odds as offset, repairs both; the trees keep their splits. Source: Ren, Cao, Wei and Sun, 2015,
"Global refinement of random forest", there for forests.
"""

from dataclasses import replace
from typing import Final

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from holdfast.models.arrays import Floats
from holdfast.models.trees.nodes import NodeTable
from holdfast.models.trees.scoring import leaves, log_odds, margins

_STEPS: Final = 40


def refit_leaves(table: NodeTable, values: Floats, labels: Floats, penalty: float) -> NodeTable:
    """The table of a classifier with other leaf predictions: their corrections in log-odds have the
    least log loss on the rows, plus half of `penalty` times their sum of squares.

    The penalty is the inverse of the variance that corrections have before the rows are seen, so
    it does not depend on how many there are.
    """
    reached = leaves(table, values)
    offset = log_odds(margins(table, values))
    ends = np.arange(0, reached.size + 1, reached.shape[1])
    design = csr_matrix(
        (np.ones(reached.size), reached.ravel(), ends), shape=(len(values), len(table.node))
    )
    across = design.T.tocsr()

    def loss(correction: Floats) -> tuple[float, Floats]:
        odds = offset + design @ correction
        miss = 1.0 / (1.0 + np.exp(-odds)) - labels
        value = np.logaddexp(0.0, odds).sum() - labels @ odds
        value += penalty / 2 * (correction @ correction)
        return float(value), across @ miss + penalty * correction

    start = np.zeros(len(table.node))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}).x
    weight = log_odds(table.weights)[table.tree]
    return replace(table, prediction=table.prediction + found / weight)
