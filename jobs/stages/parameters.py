"""The one place where settings become the parameters of models and transformations: field by field,
so that the type checker sees each.
"""

from datetime import date

from holdfast.jobs.runtime.config.product import Settings
from holdfast.models.churn.bands import BandRule
from holdfast.models.churn.config import ChurnTrainingConfig
from holdfast.models.identity.matching import IdentityConfig
from holdfast.models.value.config import ValueTrainingConfig
from holdfast.transformations.scoring.risk_bands import RuleThresholds
from holdfast.transformations.sources.currencies import DECIMALS
from holdfast.transformations.standardise.rules import Limits, RetailerRules
from holdfast.transformations.standardise.text import Lexicon
from holdfast.transformations.synthetic.retailer import SyntheticRetailer


def retailer_rules(settings: Settings) -> RetailerRules:
    """What holds for the rows of every source."""
    ingest, text = settings.ingest, settings.text
    currencies = tuple(ingest.currencies or DECIMALS)
    limits = Limits(ingest.future_minutes, ingest.earliest_year, currencies)
    lexicon = Lexicon(text.positive, text.negative, text.topics.model_dump())
    run = settings.run
    return RetailerRules(limits, lexicon, run.time_zone, run.currency, run.country)


def identity_parameters(settings: Settings) -> IdentityConfig:
    """How records are compared and joined."""
    identity = settings.identity
    return IdentityConfig(
        max_block_size=identity.max_block_size,
        max_people_per_key=identity.max_people_per_key,
        random_pairs=identity.random_pairs,
        match_probability=identity.match_probability,
        key_probability=identity.key_probability,
        max_cluster_size=identity.max_cluster_size,
        max_parties_per_device=identity.max_parties_per_device,
        placeholder_mailboxes=tuple(identity.placeholder_mailboxes),
    )


def band_rule(settings: Settings) -> BandRule:
    """Where the bands of a probability begin."""
    return BandRule(**settings.churn.bands.model_dump())


def rule_thresholds(settings: Settings) -> RuleThresholds:
    """Thresholds of the written rules; both sides have the same names."""
    return RuleThresholds(**settings.churn.rules.model_dump())


def churn_parameters(settings: Settings) -> ChurnTrainingConfig:
    """How a churn model is fitted."""
    churn = settings.churn
    return ChurnTrainingConfig(
        horizon_days=settings.outcome.horizon_days,
        eligible_days=settings.features.eligible_days,
        evaluation_days=churn.evaluation_days,
        trials=churn.trials,
        trees=churn.trees,
        max_depth=churn.max_depth,
        early_stopping=churn.early_stopping,
        max_training_rows=churn.max_training_rows,
        max_search_rows=churn.max_search_rows,
        max_evaluation_rows=churn.max_evaluation_rows,
        min_rows_per_leaf=churn.min_rows_per_leaf,
        min_outcomes_per_class=churn.min_outcomes_per_class,
        seed=churn.seed,
        bands=band_rule(settings),
    )


def value_parameters(settings: Settings) -> ValueTrainingConfig:
    """How a value model is fitted."""
    value = settings.value
    return ValueTrainingConfig(
        horizon_days=settings.outcome.horizon_days,
        coverage=value.coverage,
        bands=value.bands,
        evaluation_days=value.evaluation_days,
        trees=value.trees,
        depth=value.depth,
        learning_rate=value.learning_rate,
        min_rows_per_leaf=value.min_rows_per_leaf,
    )


def synthetic_retailer(settings: Settings) -> SyntheticRetailer:
    """The retailer to make up."""
    synthetic = settings.synthetic
    return SyntheticRetailer(
        seed=synthetic.seed,
        customers=synthetic.customers,
        start=date.fromisoformat(synthetic.start),
        days=synthetic.days,
        deliveries=synthetic.deliveries,
        duplicate_rate=synthetic.duplicate_rate,
        late_rate=synthetic.late_rate,
        broken_rate=synthetic.broken_rate,
        treatment_seed=synthetic.treatment_seed,
        attribute_seed=synthetic.attribute_seed,
    )
