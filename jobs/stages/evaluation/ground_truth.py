"""`holdfast evaluate`: the last published run beside the generator's truth, which nothing else
reads.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame

from holdfast.jobs.runtime.config.errors import UsageError
from holdfast.jobs.runtime.config.product import EvaluationSettings
from holdfast.jobs.runtime.runs.keys import load_keys
from holdfast.jobs.runtime.runs.ledger import Ledger
from holdfast.jobs.runtime.storage.store import Store
from holdfast.jobs.stages.evaluation import acquisition_metrics as acquisition
from holdfast.jobs.stages.evaluation import identity_metrics as identity
from holdfast.jobs.stages.evaluation import metrics
from holdfast.jobs.stages.evaluation import reason_metrics as causes
from holdfast.jobs.stages.evaluation import segment_metrics as segments
from holdfast.jobs.stages.evaluation import state_metrics as states
from holdfast.jobs.stages.evaluation.identity_metrics import Figures
from holdfast.jobs.stages.keys import make_frame
from holdfast.transformations.consent import OPT_IN, Consent
from holdfast.transformations.features.registry import SNAPSHOTS
from holdfast.transformations.ingest.sealing import open_vault
from holdfast.transformations.tables.features import LABELS
from holdfast.transformations.tables.gold import (
    CHURN_REASONS,
    CHURN_SCORES,
    CHURN_SIGNS,
    CUSTOMER_360,
    CUSTOMER_ORDERS,
    CUSTOMER_SEGMENTS,
    CUSTOMER_VALUES,
    SEGMENT_PROFILES,
)
from holdfast.transformations.tables.ops import MODEL_EVENTS, MODEL_METRICS
from holdfast.transformations.tables.silver import (
    CONSENT_STATE,
    IDENTITY_MAP,
    PARTIES,
    PARTY_VALUES,
    PII_VAULT,
    SHARED_CONTACTS,
)
from holdfast.transformations.tables.table import Table
from holdfast.transformations.tables.vocabulary import Purpose


@dataclass(frozen=True)
class Metric:
    """One named figure; where `low` or `high` is given, the run fails outside them."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None

    @property
    def is_held(self) -> bool:
        """Whether the figure lies within its floors; a figure that could not be
        measured does not.
        """
        if self.low is None and self.high is None:
            return True
        above = self.low is None or self.value >= self.low
        return isfinite(self.value) and above and (self.high is None or self.value <= self.high)


@dataclass(frozen=True)
class Evaluation:
    """All metrics of one run."""

    run_number: int
    metrics: Sequence[Metric]

    @property
    def is_passed(self) -> bool:
        """Whether every floor is held."""
        return all(metric.is_held for metric in self.metrics)

    def __getitem__(self, name: str) -> float:
        return next(metric.value for metric in self.metrics if metric.name == name)

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        found = {
            metric.name: {
                "value": metric.value if isfinite(metric.value) else None,
                "low": metric.low,
                "high": metric.high,
                "is_held": metric.is_held,
            }
            for metric in self.metrics
        }
        return {"run_number": self.run_number, "is_passed": self.is_passed, "metrics": found}

    def as_text(self) -> str:
        """For people: one line per metric, failed floors marked."""
        return "\n".join(
            f"  {'✓' if metric.is_held else '✗'} {metric.name.replace('_', ' '):<42} "
            f"{metric.value:>10.4g}{_floor(metric)}"
            for metric in self.metrics
        )


def evaluate(store: Store, ledger: Ledger, floors: EvaluationSettings) -> Evaluation:
    """Identity, churn, reasons and their signals, value and features of the last published run
    against truth.

    Raises UsageError where the root holds no truth: only generated retailers have one.
    """
    manifests = ledger.manifests
    if not causes.has_truth(Path(store.root)) or not manifests:
        raise UsageError(
            f"There is no truth to evaluate against under {store.root}.",
            cure="Evaluate a generated retailer after a run: `holdfast demo`, then "
            "`holdfast evaluate --root ...`.",
        )
    run = max(manifests)
    bounds = _bounds(floors)
    keys = make_frame(store.spark, load_keys(ledger))
    truth = Path(store.root) / "truth"
    figures = _measure(store, run, manifests[run], truth, keys)
    return Evaluation(
        run,
        [Metric(name, value, *bounds.get(name, (None, None))) for name, value in figures.items()],
    )


def _measure(
    store: Store, run: int, manifest: Mapping[str, int], truth: Path, keys: DataFrame
) -> Figures:
    """Every figure, by name."""

    def read(table: Table) -> DataFrame:
        return store.read(table, None if table.shared else manifest.get(table.name))

    def true(name: str) -> DataFrame:
        return store.spark.read.parquet(str(truth / f"{name}.parquet"))

    snapshots, labels, identity_map = read(SNAPSHOTS), read(LABELS), read(IDENTITY_MAP)
    vault = open_vault(read(PII_VAULT), keys)
    records, true_snapshots = true("records"), true("snapshots")
    matched = identity.match_records_to_persons(identity_map, read(PARTIES), records)
    persons = identity.match_customers_to_persons(identity_map, records)
    own = metrics.select_champion_metrics(read(MODEL_METRICS), read(MODEL_EVENTS), run)
    scores, amounts = read(CHURN_SCORES), read(CUSTOMER_VALUES)
    reasons = causes.compare_reasons(
        read(CHURN_REASONS), read(CHURN_SIGNS), snapshots, persons, true("people")
    )
    labelled = segments.fetch_segments(read(CUSTOMER_SEGMENTS), snapshots, persons, true("people"))
    return {
        **identity.measure_clusters(matched),
        **identity.measure_hidden_pairs(matched, vault),
        **metrics.measure_churn(own, snapshots, labels, persons, true_snapshots),
        **metrics.measure_scores(scores, amounts, persons, true_snapshots),
        **metrics.measure_signals(snapshots, labels, persons, true("people")),
        **causes.measure_reasons(reasons),
        **metrics.measure_value(own),
        **metrics.count_wrong_orders(read(CUSTOMER_ORDERS), true("orders")),
        **metrics.count_constant_features(snapshots),
        **segments.measure_segments(labelled, read(SEGMENT_PROFILES)),
        **segments.measure_profiles(labelled),
        **segments.measure_affinities(labelled, *map(read, segments.SOLD)),
        **segments.measure_windows(labelled, read(CUSTOMER_ORDERS)),
        **_measure_states(read, true("states"), true("emails"), vault, persons),
        **acquisition.measure_first_touches(read(CUSTOMER_360), persons, true("acquisitions")),
    }


def _measure_states(
    read: Callable[[Table], DataFrame],
    truth: DataFrame,
    emails: DataFrame,
    vault: DataFrame,
    persons: DataFrame,
) -> Figures:
    """What was said and taken back."""
    return {
        **states.measure_states({table: read(table) for table in states.COMPARED}, truth),
        **states.measure_emails(read(PARTY_VALUES), vault, emails),
        **states.measure_marketing(_marketing_consent(read), persons, truth),
    }


def _marketing_consent(read: Callable[[Table], DataFrame]) -> Consent:
    """Who may be written to: as published, of those who agreed."""
    bases = {Purpose.MARKETING.value: OPT_IN}
    contacts = read(SHARED_CONTACTS)
    return Consent(read(CONSENT_STATE), read(IDENTITY_MAP), bases, contacts=contacts)


def _bounds(floors: EvaluationSettings) -> dict[str, tuple[float | None, float | None]]:
    signals = {f"{cause}_signal_auc": (floors.cause_signal_auc, None) for cause in metrics.DECIDING}
    return {
        "churn_auc_above_recency": (floors.auc_above_recency, None),
        "oracle_above_any_feature": (floors.oracle_above_any_feature, None),
        "hidden_pair_recall": (floors.hidden_pair_recall, None),
        "hidden_pair_precision": (floors.hidden_pair_precision, None),
        "value_interval_coverage": (floors.interval_coverage_low, floors.interval_coverage_high),
        "wrong_orders": (None, 0.0),
        "constant_features": (None, 0.0),
        "reason_macro_f1": (floors.reason_macro_f1, None),
        "reason_coverage": (floors.reason_coverage, None),
        "facts_in_another_state": (None, 0.0),
        "first_touch_right_share": (0.98, None),
        "marketing_against_consent": (None, 0.0),
        "e_mails_of_another_time": (None, 0.0),
        **signals,
    }


def _floor(metric: Metric) -> str:
    ends = [
        f"{sign} {end:g}"
        for sign, end in (("≥", metric.low), ("≤", metric.high))
        if end is not None
    ]
    return f"   ({', '.join(ends)})" if ends else ""
