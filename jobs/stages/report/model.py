"""What the page is made of: small frames, each a few rows to a few hundred."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

import pandas as pd

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "customers": (
        "score_status",
        "risk_band",
        "top_reason",
        "main_channel",
        "currency",
        "customers",
        "one_time_buyers",
        "parties",
        "expected_amount",
        "if_stays_amount",
        "at_risk_amount",
        "expected_leavers",
        "leavers_variance",
        "leavers_third",
    ),
    "bases": ("score_basis", "customers"),
    "evidence": ("reason", "evidence", "customers", "mean_value", "mean_baseline"),
    "confusion": ("cause", "reason", "customers"),
    "reason_methods": ("method", "macro_f1", "coverage"),
    "rule_hits": ("rule", "customers"),
    "values": (
        "horizon_days",
        "currency",
        "is_extrapolated",
        "bin",
        "customers",
        "expected_amount",
        "low_amount",
        "high_amount",
    ),
    "subscriptions": (
        "horizon_days",
        "currency",
        "subscriptions",
        "expected_charges",
        "expected_amount",
        "expected_survivors",
    ),
    "segments": (
        "segment",
        "customers_share",
        "currency",
        "average_order_amount",
        "orders_a_year",
        "discounted_share",
        "expected_amount",
        "churn_probability",
    ),
    "labels": ("lifecycle", "value_tier", "customers"),
    "moves": ("label_kind", "from_on", "from_label", "to_label", "customers"),
    "kpis": ("kpi_name", "period_start_on", "currency", "value", "low", "high"),
    "cohorts": (
        "cohort_on",
        "months_since",
        "currency",
        "customers",
        "active_customers",
        "is_observed",
    ),
    "plan": (
        "title",
        "channel",
        "team",
        "currency",
        "customers",
        "explored",
        "cost_amount",
        "value_amount",
        "value_low_amount",
        "value_high_amount",
    ),
    "alone": ("left_alone_because", "customers"),
    "limits": (
        "limit_name",
        "limit_value",
        "used_value",
        "shadow_price_value",
        "is_binding",
        "gap_share",
        "currency",
    ),
    "calls": ("team", "place", "customer_id", "title", "saved_amount", "currency", "explanation"),
    "fairness": (
        "attribute",
        "word",
        "measure",
        "estimate",
        "other_estimate",
        "p_value",
        "is_alarm",
        "currency",
    ),
    "top_customers": (
        "customer_id",
        "main_channel",
        "days_since_last_order",
        "churn_probability",
        "top_reason",
        "expected_365d_amount",
        "value_at_risk_amount",
        "currency",
        "is_contact_allowed",
    ),
    "metrics": (
        "model_name",
        "model_version",
        "predictor",
        "cutoff_on",
        "slice",
        "metric",
        "value",
        "rows",
    ),
    "decisions": (
        "run_number",
        "model_name",
        "model_version",
        "is_champion",
        "trained_through_on",
        "why",
    ),
    "drift": (
        "subject",
        "measure",
        "value",
        "is_alarm",
        "reference_from_on",
        "reference_to_on",
    ),
    "batches": (
        "source",
        "files",
        "rows_in",
        "rows_loaded",
        "rows_quarantined",
        "rows_duplicate",
        "rows_suppressed",
    ),
    "quarantine": ("source", "stage", "reasons", "rows"),
    "checks": ("check_name", "subject", "expected", "actual", "is_passed", "detail"),
    "freshness": ("source", "table_name", "rows", "oldest_on", "newest_on"),
    "jobs": ("job", "status", "seconds", "commits"),
}


def empty(name: str) -> pd.DataFrame:
    """A frame of the right columns without rows."""
    return pd.DataFrame(columns=list(COLUMNS[name]))


@dataclass(frozen=True)
class Facts:
    """The run the page is about. `horizon_days` is that of the churn score; `contact` what
    is_contact_allowed speaks about; `earlier_run` the number of the run published before.
    """

    run_number: int
    as_of: date
    published_at: datetime
    package_version: str
    horizon_days: int = 90
    contact: str = "marketing by email"
    earlier_run: int | None = None


@dataclass(frozen=True, eq=False)
class Earlier:
    """The run published before: its day, its cube of customers, and the metrics over all rows of
    the models that scored it (model_name, predictor, cutoff_on, metric, value).
    """

    as_of: date | None
    customers: pd.DataFrame
    metrics: pd.DataFrame


@dataclass(frozen=True, eq=False)
class ReportData:
    """Aggregates of one published run; any frame may be empty. COLUMNS names the columns of each.

    `customers` is a cube: customers, source records, sums of amounts and central moments of the
    number of leavers by status, band, reason, channel and currency. `confusion` and
    `reason_methods` are of generated retailers alone, whose causes are known: who was given which
    reason, and how well each method did. `rule_hits` counts the written rules that fired, `values`
    sums amounts by lower edge of the expected one; `subscriptions` sums what the running ones will
    bring, and counts those expected to outlast the horizon. `labels` counts customers by stage and
    tier, `moves` those who went from one label to another. `plan` sums what is done by play,
    `alone` counts who is left alone by the reason. `metrics` holds the newest version of each
    model; `names` what features are called in plain words, `units` what they count. `earlier` is
    None where no run was published before, or its tables can no longer be read.
    """

    facts: Facts
    customers: pd.DataFrame = field(default_factory=lambda: empty("customers"))
    bases: pd.DataFrame = field(default_factory=lambda: empty("bases"))
    evidence: pd.DataFrame = field(default_factory=lambda: empty("evidence"))
    confusion: pd.DataFrame = field(default_factory=lambda: empty("confusion"))
    reason_methods: pd.DataFrame = field(default_factory=lambda: empty("reason_methods"))
    rule_hits: pd.DataFrame = field(default_factory=lambda: empty("rule_hits"))
    values: pd.DataFrame = field(default_factory=lambda: empty("values"))
    subscriptions: pd.DataFrame = field(default_factory=lambda: empty("subscriptions"))
    segments: pd.DataFrame = field(default_factory=lambda: empty("segments"))
    labels: pd.DataFrame = field(default_factory=lambda: empty("labels"))
    moves: pd.DataFrame = field(default_factory=lambda: empty("moves"))
    kpis: pd.DataFrame = field(default_factory=lambda: empty("kpis"))
    cohorts: pd.DataFrame = field(default_factory=lambda: empty("cohorts"))
    plan: pd.DataFrame = field(default_factory=lambda: empty("plan"))
    alone: pd.DataFrame = field(default_factory=lambda: empty("alone"))
    limits: pd.DataFrame = field(default_factory=lambda: empty("limits"))
    calls: pd.DataFrame = field(default_factory=lambda: empty("calls"))
    fairness: pd.DataFrame = field(default_factory=lambda: empty("fairness"))
    top_customers: pd.DataFrame = field(default_factory=lambda: empty("top_customers"))
    metrics: pd.DataFrame = field(default_factory=lambda: empty("metrics"))
    decisions: pd.DataFrame = field(default_factory=lambda: empty("decisions"))
    drift: pd.DataFrame = field(default_factory=lambda: empty("drift"))
    batches: pd.DataFrame = field(default_factory=lambda: empty("batches"))
    quarantine: pd.DataFrame = field(default_factory=lambda: empty("quarantine"))
    checks: pd.DataFrame = field(default_factory=lambda: empty("checks"))
    freshness: pd.DataFrame = field(default_factory=lambda: empty("freshness"))
    jobs: pd.DataFrame = field(default_factory=lambda: empty("jobs"))
    earlier: Earlier | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, columns in COLUMNS.items():
            missing = set(columns) - set(getattr(self, name).columns)
            if missing:
                raise ValueError(f"{name} lacks {', '.join(sorted(missing))}")
