"""Who will leave: trained on past cut-offs, evaluated on a later one, calibrated, with exact
signs. On any frame with the columns you name:

    result = fit(customers, ["visits", "is_member"], ChurnTrainingConfig(trees=50))
    answers = score(customers_of_today, result.model)
    signs = rank_signs(answers, customers_of_today, result.model)
"""

from typing import TYPE_CHECKING

from holdfast.models.exports import lazy_names

if TYPE_CHECKING:
    from holdfast.models.churn.config import ChurnTrainingConfig
    from holdfast.models.churn.model import ChurnModel
    from holdfast.models.churn.scoring import rank_signs, score
    from holdfast.models.churn.split import Split, time_split
    from holdfast.models.churn.training import fit
    from holdfast.models.fitting import FitResult
    from holdfast.models.tuning import InMemoryTrials

__all__ = [
    "ChurnModel",
    "ChurnTrainingConfig",
    "FitResult",
    "InMemoryTrials",
    "Split",
    "fit",
    "rank_signs",
    "score",
    "time_split",
]

__getattr__ = lazy_names(
    __name__,
    {
        "ChurnModel": "holdfast.models.churn.model",
        "ChurnTrainingConfig": "holdfast.models.churn.config",
        "FitResult": "holdfast.models.fitting",
        "InMemoryTrials": "holdfast.models.tuning",
        "Split": "holdfast.models.churn.split",
        "fit": "holdfast.models.churn.training",
        "rank_signs": "holdfast.models.churn.scoring",
        "score": "holdfast.models.churn.scoring",
        "time_split": "holdfast.models.churn.split",
    },
)
