"""Parameters of a churn model's fit."""

from dataclasses import dataclass, field

from holdfast.models.churn.bands import BandRule
from holdfast.models.churn.split import EVALUATION_DAYS


@dataclass(frozen=True)
class ChurnTrainingConfig:
    """Parameters of a fit; conf/base/churn.yml explains each, and its values are the defaults.

    A customer churns who does not come back within `horizon_days` of the cut-off: that is what the
    label must say. It is asked of customers with an order in the `eligible_days` before it.
    """

    horizon_days: int = 90
    eligible_days: int = 180
    evaluation_days: int = EVALUATION_DAYS
    trials: int = 20
    trees: int = 200
    max_depth: int = 6
    early_stopping: bool = True
    max_training_rows: int = 1_000_000
    max_search_rows: int = 100_000
    max_evaluation_rows: int = 100_000
    min_rows_per_leaf: int = 20
    min_outcomes_per_class: int = 30
    seed: int = 7
    bands: BandRule = field(default_factory=BandRule)
