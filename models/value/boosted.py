"""Boosted trees that correct the shape of a simpler forecast.

The trees learn how many times its forecast a customer really spends: weighted least squares on
outcome / forecast with the forecast as weight. The level of each training day is divided out first,
so that a good or bad quarter is not mistaken for a trait of the customers who were scored in it.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import numpy as np

from holdfast.models.trees.boosting import Growth, grow_regressor
from holdfast.models.trees.nodes import NodeTable
from holdfast.models.value.btyd_baseline import Customers
from holdfast.models.value.config import ValueTrainingConfig

HIGHEST: Final = 20.0  # times its forecast: one windfall must not bend the trees
# Forecasts below this share of their mean count as that much: who was given up may return.
LOWEST: Final = 0.1
_PENALTY: Final = 20.0  # on a leaf, in customers of the least weight
_FEATURE_SHARE: Final = 0.4  # of the features, which each split may choose from


def fit(
    customers: Customers,
    levels: Mapping[date, float],
    offset: str,
    floor: float,
    features: Sequence[str],
    parameters: ValueTrainingConfig,
) -> NodeTable:
    """Trees of the customers who do not calibrate, on the days that have a level, which is spent
    over expected; the column `offset`, at least `floor`, is what is corrected.
    """
    is_known = np.array([day in levels for day in customers.day], np.bool_)
    known = customers.where(is_known & ~customers.calibrates)
    weight = np.maximum(known.columns[offset] / floor, 1.0)
    level = np.array([levels[day] for day in known.day])
    ratio = np.maximum(known.spent, 0.0) / (floor * weight * level)
    growth = Growth(
        trees=parameters.trees,
        depth=parameters.depth,
        learning_rate=parameters.learning_rate,
        min_rows_per_leaf=parameters.min_rows_per_leaf,
        penalty=_PENALTY,
        feature_share=_FEATURE_SHARE,
        seed=parameters.seed,
    )
    return grow_regressor(
        known.inputs(features), np.minimum(ratio, HIGHEST), weight, features, growth
    )
