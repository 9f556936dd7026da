"""Every job, once. A job that is not named here does not exist."""

from typing import Final

from holdfast.jobs.activate import activate
from holdfast.jobs.audit_fairness import audit_fairness
from holdfast.jobs.build_features import build_features
from holdfast.jobs.build_gold import build_gold
from holdfast.jobs.build_kpis import build_kpis
from holdfast.jobs.build_labels import build_labels
from holdfast.jobs.decide import decide
from holdfast.jobs.estimate_effects import estimate_effects
from holdfast.jobs.export import export
from holdfast.jobs.generate import generate
from holdfast.jobs.import_journey import import_journey
from holdfast.jobs.ingest import ingest
from holdfast.jobs.maintain import maintain
from holdfast.jobs.measure_drift import measure_drift
from holdfast.jobs.preview_decision import preview_decision
from holdfast.jobs.publish import publish
from holdfast.jobs.rekey import rekey
from holdfast.jobs.report import report
from holdfast.jobs.resolve_identity import resolve_identity
from holdfast.jobs.runtime.runs.graph import Pipeline
from holdfast.jobs.score_churn import score_churn
from holdfast.jobs.score_subscriptions import score_subscriptions
from holdfast.jobs.score_value import score_value
from holdfast.jobs.segment_customers import segment_customers
from holdfast.jobs.standardise import standardise
from holdfast.jobs.train_churn import train_churn
from holdfast.jobs.train_value import train_value

PIPELINE: Final = Pipeline(
    (
        generate,
        import_journey,
        ingest,
        standardise,
        resolve_identity,
        build_features,
        build_labels,
        train_churn,
        train_value,
        score_churn,
        score_value,
        score_subscriptions,
        segment_customers,
        measure_drift,
        build_gold,
        build_kpis,
        estimate_effects,
        decide,
        audit_fairness,
        activate,
        publish,
        report,
        preview_decision,
        export,
        maintain,
        rekey,
    )
)
