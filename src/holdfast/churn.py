"""Who will leave: fit and score the churn model on any frame with the columns you name.

    from holdfast import churn

    result = churn.fit(customers, ["visits", "is_member"], churn.ChurnTrainingConfig(trees=50))
    answers = churn.score(customers_of_today, result.model)
    signs = churn.rank_signs(answers, customers_of_today, result.model)

`fit` searches, calibrates and evaluates as the job `train_churn` does; `training_rows` are the
customers of a root that the job itself learns from.
"""

from typing import Final

from holdfast._local import explain_missing
from holdfast.api import PublishedTables
from holdfast.jobs.runtime.config.product import Settings

try:
    from pyspark.sql import DataFrame

    from holdfast.jobs.stages.parameters import churn_parameters as config_from_settings
    from holdfast.jobs.stages.parameters import rule_thresholds
    from holdfast.models.churn import (
        ChurnModel,
        ChurnTrainingConfig,
        FitResult,
        InMemoryTrials,
        Split,
        fit,
        rank_signs,
        score,
        time_split,
    )
    from holdfast.transformations.consent import Consent
    from holdfast.transformations.features.registry import NAMES
    from holdfast.transformations.scoring import churn as rows
    from holdfast.transformations.tables.vocabulary import Purpose
except ModuleNotFoundError as missing:
    raise explain_missing(__name__, missing) from missing

__all__ = [
    "FEATURES",
    "ChurnModel",
    "ChurnTrainingConfig",
    "FitResult",
    "InMemoryTrials",
    "Split",
    "config_from_settings",
    "fit",
    "rank_signs",
    "score",
    "time_split",
    "training_rows",
]

FEATURES: Final = NAMES  # of features.customer_snapshots, in the order that models know


def training_rows(tables: PublishedTables, settings: Settings) -> DataFrame:
    """Snapshots of eligible customers, one row per customer and cut-off, of those who allow
    analytics by their newest word: FEATURES, `as_of`, `customer_id`, `churned` (0 or 1, null where
    the outcome is not known yet) and `days_to_order`.
    """
    snapshots = tables.table("features.customer_snapshots")
    labels, horizon = tables.table("features.labels"), settings.outcome.horizon_days
    consent = Consent(
        tables.table("silver.consent_state"),
        tables.table("silver.identity_map"),
        settings.consent.bases.model_dump(),
    )
    customers = rows.training_rows(snapshots, labels, horizon, rule_thresholds(settings))
    return consent.filter_rows(customers, Purpose.ANALYTICS)
