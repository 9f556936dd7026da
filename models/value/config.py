"""Parameters of a value model's fit."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ValueTrainingConfig:
    """Parameters of a fit; conf/base/value.yml explains each, and its values are the defaults.

    `horizon_days` is the length of the outcome, `coverage` the share of customers whose amount
    should lie in its interval, `bands` how many bands of the forecast are calibrated apart,
    `evaluation_days` how many of the newest known days the forecasts are compared on; the rest says
    how the trees grow.
    """

    horizon_days: int = 90
    coverage: float = 0.9
    bands: int = 10
    evaluation_days: int = 6
    trees: int = 60
    depth: int = 4
    learning_rate: float = 0.06
    min_rows_per_leaf: int = 20
    seed: int = 7
