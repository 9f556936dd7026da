"""`holdfast backtest`: how well the churn model would have done with the customers as they were
known on the day.

Records that arrived later can make one customer of two, and the past of the one tells more than
that of each of the two who would have been scored. So the newest cut-off with known outcome is
scored twice.
"""

from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Final

import pandas as pd
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.jobs.runtime.config.errors import UsageError
from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import Job
from holdfast.jobs.runtime.runs.runner import Runner
from holdfast.jobs.stages.consent import read_consent
from holdfast.jobs.stages.features import build_snapshots
from holdfast.jobs.stages.parameters import identity_parameters
from holdfast.jobs.stages.training import CHURN_MODEL, read_champion
from holdfast.models.churn.dataset import column, values
from holdfast.models.churn.metrics import measure
from holdfast.models.churn.model import ChurnModel
from holdfast.models.identity.grouping import Resolution
from holdfast.models.identity.resolution import resolve_parties
from holdfast.transformations.consent import Consent
from holdfast.transformations.features.labels import outcome_under_old_map
from holdfast.transformations.features.registry import SNAPSHOTS
from holdfast.transformations.features.stream import FACTS
from holdfast.transformations.scoring.churn import active, with_outcome
from holdfast.transformations.tables.features import LABELS
from holdfast.transformations.tables.ops import MODEL_EVENTS
from holdfast.transformations.tables.silver import (
    CONSENT_STATE,
    IDENTITY_MAP,
    ORDERS,
    PARTIES,
    PII_VAULT,
)
from holdfast.transformations.tables.vocabulary import Purpose

READS: Final = (
    *FACTS,
    PARTIES,
    PII_VAULT,
    IDENTITY_MAP,
    CONSENT_STATE,
    SNAPSHOTS,
    LABELS,
    MODEL_EVENTS,
)


@dataclass(frozen=True)
class Backtest:
    """AUC on `cutoff_on` and the customers it is over, as known today and as known then."""

    cutoff_on: date
    auc: float
    customers: int
    auc_known_then: float
    customers_known_then: int

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return {**asdict(self), "cutoff_on": str(self.cutoff_on)}

    def as_text(self) -> str:
        """For people."""
        return (
            f"Churn AUC on {self.cutoff_on}: {self.auc:.4f} over the {self.customers:,} customers "
            "as they are known "
            f"today, {self.auc_known_then:.4f} over the {self.customers_known_then:,} as they were "
            "known then."
        )


def backtest(runner: Runner) -> Backtest:
    """Score the newest cut-off with known outcome with the champion, under both identity maps.

    Raises UsageError before a churn model was published.
    """
    ctx = _context(runner)
    champion = read_champion(ctx, CHURN_MODEL, ChurnModel)
    horizon = ctx.settings.outcome.horizon_days
    labels = ctx.read(LABELS).filter(F.col("horizon_days") == F.lit(horizon))
    day = labels.agg(F.max("as_of").alias("day")).collect()[0]["day"]
    if champion is None or day is None:
        raise UsageError(
            "No churn model was published yet.",
            cure="Run `holdfast run` on a longer history first.",
        )
    labels = labels.filter(F.col("as_of") == F.lit(day))
    consent = read_consent(ctx)
    rows_now = with_outcome(
        ctx.read(SNAPSHOTS).filter(F.col("as_of") == F.lit(day)), labels, horizon
    )
    found = resolve_parties(
        ctx.read(PARTIES),
        ctx.read(PII_VAULT),
        identity_parameters(ctx.settings),
        day,
    )
    old_map = ctx.checkpoint(_identity_map(ctx, found))
    consent_then = replace(consent, identity_map=old_map)
    outcomes = outcome_under_old_map(ctx.read(ORDERS), old_map, consent.identity_map, labels)
    asked = active(_snapshots(ctx, consent_then, day), day, ctx.settings.features.eligible_days)
    rows_then = asked.join(outcomes, on=["customer_id"], how="inner")
    auc, customers = _auc(ctx, rows_now, consent, champion.model)
    auc_then, customers_then = _auc(ctx, rows_then, consent_then, champion.model)
    return Backtest(day, auc, customers, auc_then, customers_then)


def _snapshots(ctx: Context, consent: Consent, day: date) -> DataFrame:
    """Features as known on the day of the customers of `consent`."""
    facts = {
        table: ctx.read(table)
        for table in FACTS
        if table is ORDERS or ctx.version_of(table) is not None
    }
    conf = ctx.settings
    return build_snapshots(facts, consent, [day], conf.run.currency, conf.features.partitions)


def _identity_map(ctx: Context, found: Resolution) -> DataFrame:
    """What of silver.identity_map joins look at, customers numbered anew."""
    groups = pd.DataFrame(
        {
            "party_id": found.records["party_id"],
            "customer_id": pd.factorize(found.records["group"])[0],
        }
    )
    return ctx.spark.createDataFrame(groups, "party_id string, customer_id long").withColumn(
        "valid_to", F.lit(None).cast("timestamp")
    )


def _auc(ctx: Context, rows: DataFrame, consent: Consent, model: ChurnModel) -> tuple[float, int]:
    """AUC over a bounded sample, by hash, of the customers that allow it, and how many they are."""
    names = model.nodes.features
    allowed = consent.filter_rows(rows, Purpose.ANALYTICS)
    sample = allowed.orderBy(F.xxhash64("customer_id")).limit(
        ctx.settings.churn.max_evaluation_rows
    )
    seen = pd.DataFrame(sample.select("churned", *names).toPandas())
    if seen["churned"].nunique() < 2:
        return float("nan"), len(seen)
    return measure(model.probability(values(seen, names)), column(seen, "churned"))["auc"], len(
        seen
    )


def _context(runner: Runner) -> Context:
    last = runner.ledger.published
    if last is None:
        raise UsageError("Nothing was published yet.", cure="Run `holdfast run` first.")
    reader = Job("backtest", lambda _: None, reads=READS)
    return Context(
        reader,
        last,
        runner.store,
        runner.ledger,
        runner.tracking,
        runner.settings,
        runner.sources,
        runner.progress.say,
    )
