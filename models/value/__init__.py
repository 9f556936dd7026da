"""What a customer will spend: BG/NBD and gamma-gamma on grouped cells, boosted trees beside them,
intervals. On any frame with the columns HISTORY and those you name:

    result = fit(customers, cells, ["visits"], ValueTrainingConfig(trees=20))
    amounts = score(customers_of_today, result.model, horizons=[90, 365])
"""

from typing import TYPE_CHECKING

from holdfast.models.exports import lazy_names

if TYPE_CHECKING:
    from holdfast.models.fitting import FitResult
    from holdfast.models.value.config import ValueTrainingConfig
    from holdfast.models.value.model import HISTORY, ValueModel
    from holdfast.models.value.scoring import score
    from holdfast.models.value.training import fit

__all__ = ["HISTORY", "FitResult", "ValueModel", "ValueTrainingConfig", "fit", "score"]

__getattr__ = lazy_names(
    __name__,
    {
        "HISTORY": "holdfast.models.value.model",
        "FitResult": "holdfast.models.fitting",
        "ValueModel": "holdfast.models.value.model",
        "ValueTrainingConfig": "holdfast.models.value.config",
        "fit": "holdfast.models.value.training",
        "score": "holdfast.models.value.scoring",
    },
)
