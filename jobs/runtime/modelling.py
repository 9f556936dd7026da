"""Settings of the models as plain values, and when a model is trained again."""

from datetime import date
from typing import Any

from pyspark.sql import DataFrame

from holdfast.jobs.runtime.champions import Champion, champion
from holdfast.jobs.runtime.context import Context
from holdfast.models.churn.model import ChurnModel
from holdfast.models.churn.split import Split, time_split
from holdfast.models.churn.training import Asked
from holdfast.models.value.boosted import Growing
from holdfast.models.value.model import ValueModel
from holdfast.models.value.training import Params
from holdfast.transformations.features.registry import NAMES
from holdfast.transformations.risk_bands import Cuts, Rules


def cuts(settings: Any) -> Cuts:
    """Where model bands begin."""
    return Cuts(**settings.churn.bands.model_dump())


def rules(settings: Any) -> Rules:
    """Thresholds of the written rules."""
    return Rules(**settings.churn.rules.model_dump())


def churn_asked(settings: Any) -> Asked:
    """What is asked of a churn model."""
    plain = {key: value for key, value in settings.churn.model_dump().items() if key not in ("bands", "rules")}
    return Asked(horizon_days=settings.features.horizon_days, cuts=cuts(settings), rules=rules(settings), **plain)


def churn_champion(ctx: Context) -> tuple[ChurnModel, Champion] | None:
    """The churn model of record; None also where it answers another horizon or goes by features no longer made."""
    held = champion(ctx, "churn")
    model = ChurnModel.from_artifacts(held.artifacts) if held else None
    horizon = ctx.settings.features.horizon_days
    return (model, held) if held and model and model.answers(horizon, NAMES) else None


def value_champion(ctx: Context) -> tuple[ValueModel, Champion] | None:
    """The same of the value model."""
    held = champion(ctx, "value")
    model = ValueModel.from_artifacts(held.artifacts) if held else None
    return (model, held) if held and model and model.answers(ctx.settings.value.horizon_days, NAMES) else None


def value_params(settings: Any) -> Params:
    """What is asked of a value model."""
    value = settings.value
    growing = Growing(value.trees, value.depth, value.step, value.smallest_leaf, value.tasks)
    return Params(value.horizon_days, value.coverage, value.bands, growing)


def split_of(ctx: Context, labels: DataFrame, horizon_days: int) -> Split | None:
    """Cut-offs with known outcome by use; None while there are too few."""
    days = [row["as_of"] for row in labels.select("as_of").distinct().collect()]
    return time_split(days, horizon_days, ctx.as_of)


def is_due(ctx: Context, newest: date | None, known: date | None) -> bool:
    """Whether to train: the user asked for it, there is no champion, or a cut-off matured since it was trained.

    `newest` is the newest cut-off with known outcome, `known` that of the champion (None: no champion, or none judged).
    """
    return ctx.force or known is None or (newest is not None and newest > known)
