"""What scores churn in a run, and its answers: the model of record, else what there is where none
could be trained.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.jobs.runtime.config.product import Settings
from holdfast.jobs.stages.parameters import band_rule, rule_thresholds
from holdfast.jobs.stages.training import Champion
from holdfast.models.churn.bands import BandRule
from holdfast.models.churn.model import ChurnModel
from holdfast.models.churn.reason_scoring import score_reasons
from holdfast.models.churn.scoring import rank_signs, score
from holdfast.models.value.model import PAST_RATE, ValueModel
from holdfast.models.value.scoring import score_leaving
from holdfast.transformations.features.purchase_cells import purchase_history
from holdfast.transformations.features.registry import BY_NAME, GROUP_OF
from holdfast.transformations.scoring.churn import ScoredBy, churn_scores
from holdfast.transformations.scoring.risk_bands import BandCuts
from holdfast.transformations.scoring.value import value_inputs

BASELINE_OF: Final = {name: feature.baseline for name, feature in BY_NAME.items()}


@dataclass(frozen=True, eq=False)
class Scorer:
    """What scores: the churn model, else the purchases that the value model expects, else the
    written rules.

    `notice` is for the user.
    """

    scored_by: ScoredBy
    churn: ChurnModel | None = None
    value: ValueModel | None = None
    notice: str = ""


def choose_scorer(churn: Champion[ChurnModel] | None, value: Champion[ValueModel] | None) -> Scorer:
    """The best there is. A value model that goes by the own past rate has no model of purchases."""
    if churn is not None:
        by = ScoredBy("model", churn.name, churn.version, churn.model.alarms)
        return Scorer(by, churn=churn.model)
    if value is None or value.model.basis == PAST_RATE:
        notice = "no churn model yet: bands by the written rules alone"
        return Scorer(ScoredBy("rules", "rules", None), notice=notice)
    notice = "no churn model yet: probabilities are those of no purchase by BG/NBD"
    by = ScoredBy("bg_nbd", value.name, value.version)
    return Scorer(by, value=value.model, notice=notice)


def answer(
    scorer: Scorer, customers: DataFrame, orders: DataFrame | None, as_of: date
) -> DataFrame:
    """customer_id and probability of the snapshots `customers`, null under rules alone; with what
    `rank_signs` needs under a churn model. `orders`, with customer_id, are needed for BG/NBD.
    """
    if scorer.churn is not None:
        return score(customers, scorer.churn, GROUP_OF, as_of)
    if scorer.value is None or orders is None:
        return customers.select("customer_id", F.lit(None).cast("double").alias("probability"))
    history = purchase_history(orders, [as_of])
    inputs = value_inputs(history, customers, scorer.value.features)
    return score_leaving(inputs, scorer.value)


def score_rows(
    scorer: Scorer, customers: DataFrame, answers: DataFrame, settings: Settings
) -> DataFrame:
    """gold.churn_scores of the answers."""
    return churn_scores(
        customers,
        answers.select("customer_id", "probability"),
        rule_thresholds(settings),
        cut_bands(answers, band_rule(settings)),
        settings.outcome.horizon_days,
        scorer.scored_by,
    )


def cut_bands(answers: DataFrame, rule: BandRule) -> BandCuts:
    """Where the bands of these probabilities begin. Without any there are none to cut."""
    figures = [rule.high, rule.medium, rule.early] if rule.by == "quantile" else [0.5]
    chance = F.col("probability")
    known = answers.agg(F.avg(chance), F.percentile_approx(chance, figures)).collect()[0]
    if known[0] is None:
        return BandCuts(1.0, 1.0, 1.0)
    quantiles = dict(zip(figures, known[1], strict=True))
    return rule.cut(known[0], quantiles.__getitem__)


def reason_rows(scorer: Scorer, customers: DataFrame, settings: Settings) -> DataFrame | None:
    """gold.churn_reasons of the snapshots; None without a churn model that knows reasons."""
    if scorer.churn is None or scorer.churn.reasons is None:
        return None
    return _with_horizon(score_reasons(customers, scorer.churn.reasons), settings)


def sign_rows(
    scorer: Scorer, customers: DataFrame, answers: DataFrame, settings: Settings
) -> DataFrame | None:
    """gold.churn_signs of the answers; None without a churn model."""
    if scorer.churn is None:
        return None
    signs = rank_signs(answers, customers, scorer.churn, GROUP_OF, BASELINE_OF)
    return _with_horizon(signs, settings)


def _with_horizon(rows: DataFrame, settings: Settings) -> DataFrame:
    return rows.withColumn("horizon_days", F.lit(settings.outcome.horizon_days))
