"""What customers will spend: fit and score the value model, and the purchase model behind it.

from holdfast import value

result = value.fit(customers, cells, ["visits"], value.ValueTrainingConfig(trees=20))
amounts = value.score(customers_of_today, result.model, horizons=[90, 365])

Of a plain log of purchases, in two lines:

forecast = value.forecast_log(log, customer="buyer", at="bought_at", amount="pieces * price")
forecast.scores.show()

Of contracts, whose end is seen (renewals had, and whether it ended at the next one):

lasting = value.sbg.fit(value.sbg.Contracts.of([0, 1, 12], [True, True, False], [40, 30, 30]))
worth = price * value.sbg.expected_renewals(lasting, renewals=12, chances=12)
"""

from holdfast._local import explain_missing

try:
    from holdfast.jobs.stages.parameters import value_parameters as config_from_settings
    from holdfast.models.value import (
        HISTORY,
        FitResult,
        ValueModel,
        ValueTrainingConfig,
        bg_nbd,
        fit,
        gamma_gamma,
        sbg,
        score,
    )
    from holdfast.models.value.predictions import expected_purchases
    from holdfast.models.value.purchase_log import LogError, LogForecast, forecast_log
except ModuleNotFoundError as missing:
    raise explain_missing(__name__, missing) from missing

__all__ = [
    "HISTORY",
    "FitResult",
    "LogError",
    "LogForecast",
    "ValueModel",
    "ValueTrainingConfig",
    "bg_nbd",
    "config_from_settings",
    "expected_purchases",
    "fit",
    "forecast_log",
    "gamma_gamma",
    "sbg",
    "score",
]
