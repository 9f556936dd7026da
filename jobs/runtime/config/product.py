"""The product's settings, one class per section, and `Settings`, which holds them all.

These are shapes of data and nothing more, which is why the engine may hold them although they speak
of a retailer: a job reads `ctx.settings.churn.trials` with its type, and the engine itself looks at
`run`, `spark` and `sources` alone.
"""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, ValidationInfo, field_validator, model_validator

from holdfast.jobs.runtime.config.activation import ActivationSettings, ExportSettings
from holdfast.jobs.runtime.config.decisions import DecideSettings
from holdfast.jobs.runtime.config.drift import DriftSettings
from holdfast.jobs.runtime.config.fairness import FairnessSettings
from holdfast.jobs.runtime.config.sections import (
    Count,
    Currency,
    MaintainSettings,
    Positive,
    RunSettings,
    Section,
    Share,
    SourcesSettings,
    SparkSettings,
)
from holdfast.jobs.runtime.config.segments import SegmentSettings
from holdfast.transformations.tables.vocabulary import PUBLISHED_HORIZONS


def _check_horizons(values: list[int]) -> list[int]:
    if not set(PUBLISHED_HORIZONS) <= set(values):
        wanted = " and ".join(map(str, PUBLISHED_HORIZONS))
        raise ValueError(f"keep {wanted} among them: gold.customer_360 has a column for each")
    return values


Basis = Literal["opt_in", "opt_out"]
Horizons = Annotated[list[Count], AfterValidator(_check_horizons)]


class IngestSettings(Section):
    """`ingest`: how raw exports are read."""

    country_code: str
    future_minutes: int
    earliest_year: int
    currencies: list[Currency]


class TopicSettings(Section):
    """`text.topics`: words of each topic."""

    price: list[str]
    feature: list[str]
    service: list[str]
    quality: list[str]


class TextSettings(Section):
    """`text`: words that turn free text into signals."""

    positive: list[str]
    negative: list[str]
    topics: TopicSettings


class IdentitySettings(Section):
    """`identity`: who is one person."""

    max_block_size: Count
    max_people_per_key: Count
    random_pairs: Count
    match_probability: Share
    key_probability: Share
    max_cluster_size: Count
    max_parties_per_device: Count
    placeholder_mailboxes: list[str]


class ConsentBases(Section):
    """`consent.bases`: the basis of each purpose."""

    service: Basis
    analytics: Basis
    personalisation: Basis
    marketing: Basis
    sensitive_signals: Basis


class ConsentSettings(Section):
    """`consent`: what holds where nobody said anything."""

    bases: ConsentBases


class OutcomeSettings(Section):
    """`outcome`: the window after a cut-off that labels, models and scores speak about."""

    horizon_days: Count


class FeaturesSettings(Section):
    """`features`: cut-offs, and who is asked about."""

    cutoffs: Literal["monthly", "horizons"]
    eligible_days: Count


class BandSettings(Section):
    """`churn.bands`: where the bands of a probability begin."""

    by: Literal["odds", "quantile", "probability"]
    high: Positive
    medium: Positive
    early: Positive

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.high > self.medium > self.early:
            raise ValueError("high must begin above medium, and medium above early")
        if self.by != "odds" and self.high > 1:
            raise ValueError(f"by {self.by}, high must be 1 at most")
        return self


class RuleSettings(Section):
    """`churn.rules`: thresholds of the written rules."""

    drop_high: float
    drop_medium: float
    drop_early: float
    idle_high: float
    idle_medium: float
    idle_ratio: float
    basket_fall: float
    returns: float
    engagement_fall: float
    price_rise: float
    window_ratio: float
    browsing: float
    categories_fall: float
    visits_fall: float


class ChurnSettings(Section):
    """`churn`: how a model is searched, and where bands are cut."""

    evaluation_days: Count
    trials: Count
    trees: Count
    max_depth: Count
    early_stopping: bool
    max_training_rows: Count
    max_search_rows: Count
    max_evaluation_rows: Count
    min_rows_per_leaf: Count
    min_outcomes_per_class: Count
    seed: int
    bands: BandSettings
    rules: RuleSettings


class ValueSettings(Section):
    """`value`: horizons, intervals, and how the trees grow."""

    horizons: Horizons
    coverage: Share
    bands: Count
    evaluation_days: Count
    trees: Count
    depth: Count
    learning_rate: float
    min_rows_per_leaf: Count


class ReportSettings(Section):
    """`report`: the page about the last published run."""

    path: str
    top_customers: Count


class EvaluationSettings(Section):
    """`evaluation`: floors that a run on the generated retailer must hold."""

    auc_above_recency: float
    oracle_above_any_feature: float
    hidden_pair_recall: float
    hidden_pair_precision: float
    cause_signal_auc: float
    reason_macro_f1: float
    reason_coverage: float
    interval_coverage_low: float
    interval_coverage_high: float


class SyntheticSettings(Section):
    """`synthetic`: the generated retailer."""

    customers: Count
    seed: int
    start: str
    days: Count
    deliveries: Count
    duplicate_rate: Share
    late_rate: Share
    broken_rate: Share
    treatment_seed: int
    attribute_seed: int


class Settings(Section):
    """Every setting, by section."""

    run: RunSettings
    spark: SparkSettings
    maintain: MaintainSettings
    sources: SourcesSettings
    ingest: IngestSettings
    text: TextSettings
    identity: IdentitySettings
    consent: ConsentSettings
    outcome: OutcomeSettings
    features: FeaturesSettings
    churn: ChurnSettings
    value: ValueSettings
    segments: SegmentSettings
    drift: DriftSettings
    decide: DecideSettings
    fairness: FairnessSettings
    activation: ActivationSettings
    export: ExportSettings
    report: ReportSettings
    evaluation: EvaluationSettings
    synthetic: SyntheticSettings

    @field_validator("value")
    @classmethod
    def _check_common_horizon(cls, value: ValueSettings, info: ValidationInfo) -> ValueSettings:
        """What leaving costs is the money of the horizon over which somebody leaves."""
        outcome = info.data.get("outcome")
        if outcome is not None and outcome.horizon_days not in value.horizons:
            raise ValueError(
                f"keep outcome.horizon_days, {outcome.horizon_days}, among value.horizons: what "
                "leaving costs is scored over the same days"
            )
        return value
