"""What customers will spend: fit and score the value model, and the purchase model behind it.

from holdfast import value

result = value.fit(customers, cells, ["visits"], value.ValueTrainingConfig(trees=20))
amounts = value.score(customers_of_today, result.model, horizons=[90, 365])
"""

from holdfast._local import explain_missing

try:
    from holdfast.jobs.stages.parameters import value_parameters as config_from_settings
    from holdfast.models.fitting import FitResult
    from holdfast.models.value import bg_nbd, gamma_gamma
    from holdfast.models.value.config import ValueTrainingConfig
    from holdfast.models.value.model import ValueModel
    from holdfast.models.value.predictions import expected_purchases
    from holdfast.models.value.scoring import score
    from holdfast.models.value.training import fit
except ModuleNotFoundError as missing:
    raise explain_missing(__name__, missing) from missing

__all__ = [
    "FitResult",
    "ValueModel",
    "ValueTrainingConfig",
    "bg_nbd",
    "config_from_settings",
    "expected_purchases",
    "fit",
    "gamma_gamma",
    "score",
]
