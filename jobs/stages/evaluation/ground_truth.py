"""`holdfast evaluate`: the last published run held against the generator's truth, which nothing else
ever reads.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame

from holdfast.jobs.runtime.config.errors import UsageError
from holdfast.jobs.runtime.config.product import EvaluationSettings
from holdfast.jobs.runtime.storage.store import Store
from holdfast.jobs.stages.evaluation import metrics as measured
from holdfast.transformations.features.registry import SNAPSHOTS
from holdfast.transformations.tables.features import LABELS
from holdfast.transformations.tables.gold import CHURN_SCORES, CUSTOMER_VALUES
from holdfast.transformations.tables.ops import MODEL_EVENTS, MODEL_METRICS
from holdfast.transformations.tables.silver import IDENTITY_MAP, PARTIES, PII_VAULT
from holdfast.transformations.tables.table import Table


@dataclass(frozen=True)
class Finding:
    """One figure; where `low` or `high` is given, the run fails outside them."""

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
class Verdict:
    """All findings of one run."""

    run_number: int
    findings: Sequence[Finding]

    @property
    def is_passed(self) -> bool:
        """Whether every floor is held."""
        return all(finding.is_held for finding in self.findings)

    def __getitem__(self, name: str) -> float:
        return next(finding.value for finding in self.findings if finding.name == name)

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        found = {
            f.name: {
                "value": f.value if isfinite(f.value) else None,
                "low": f.low,
                "high": f.high,
                "is_held": f.is_held,
            }
            for f in self.findings
        }
        return {"run_number": self.run_number, "is_passed": self.is_passed, "findings": found}

    def as_text(self) -> str:
        """For people: a line a finding, failed floors marked."""
        return "\n".join(
            f"  {'✓' if f.is_held else '✗'} {f.name.replace('_', ' '):<42} "
            f"{f.value:>10.4g}{_floor(f)}"
            for f in self.findings
        )


def judge(
    store: Store, manifests: Mapping[int, Mapping[str, int]], floors: EvaluationSettings
) -> Verdict:
    """Identity, churn, reasons' signals, value and features of the last published run against
    truth.

    Raises UsageError where the root holds no truth: only generated retailers have one.
    """
    truth = Path(store.root) / "truth"
    if not truth.is_dir() or not manifests:
        raise UsageError(
            f"There is no truth to judge by under {store.root}.",
            cure="Judge a generated retailer after a run: `holdfast demo`, then `holdfast evaluate --root ...`.",
        )
    run = max(manifests)

    def read(table: Table) -> DataFrame:
        return store.read(table, None if table.shared else manifests[run].get(table.name))

    def true(name: str) -> DataFrame:
        return store.spark.read.parquet(str(truth / f"{name}.parquet"))

    members = measured.members(read(IDENTITY_MAP), read(PARTIES), true("records"))
    persons = measured.persons(read(IDENTITY_MAP), true("records"))
    metrics = measured.newest_metrics(read(MODEL_METRICS), read(MODEL_EVENTS), run)
    figures: dict[str, float] = {
        **measured.clusters(members),
        **measured.hidden_pairs(members, read(PII_VAULT)),
        **measured.churn(metrics, read(SNAPSHOTS), read(LABELS), persons, true("snapshots")),
        **measured.scores(read(CHURN_SCORES), read(CUSTOMER_VALUES), persons, true("snapshots")),
        **measured.signals(read(SNAPSHOTS), read(LABELS), persons, true("people")),
        **measured.value(metrics),
        **measured.constants(read(SNAPSHOTS)),
    }
    bounds = _bounds(floors)
    return Verdict(
        run,
        [Finding(name, value, *bounds.get(name, (None, None))) for name, value in figures.items()],
    )


def _bounds(floors: EvaluationSettings) -> dict[str, tuple[float | None, float | None]]:
    signals = {
        f"{cause}_signal_auc": (floors.cause_signal_auc, None) for cause in measured.DECIDING
    }
    return {
        "churn_auc_above_recency": (floors.auc_above_recency, None),
        "oracle_above_any_feature": (floors.oracle_above_any_feature, None),
        "hidden_pair_recall": (floors.hidden_pair_recall, None),
        "hidden_pair_precision": (floors.hidden_pair_precision, None),
        "value_interval_coverage": (floors.interval_coverage_low, floors.interval_coverage_high),
        "constant_features": (None, 0.0),
        "kernel_difference": (None, floors.kernel_difference),
        **signals,
    }


def _floor(finding: Finding) -> str:
    ends = [
        f"{sign} {end:g}"
        for sign, end in (("≥", finding.low), ("≤", finding.high))
        if end is not None
    ]
    return f"   ({', '.join(ends)})" if ends else ""
