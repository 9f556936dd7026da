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
from holdfast.jobs.stages.features import build_snapshots, read_facts
from holdfast.jobs.stages.keys import read_vault
from holdfast.jobs.stages.parameters import identity_parameters
from holdfast.jobs.stages.training import CHURN_MODEL, read_champion
from holdfast.models.churn.dataset import column, values
from holdfast.models.churn.metrics import measure
from holdfast.models.churn.model import ChurnModel
from holdfast.models.identity.ids import number_groups
from holdfast.models.identity.resolution import resolve_records
from holdfast.transformations.consent import Consent
from holdfast.transformations.features.labels import outcome_under_old_map
from holdfast.transformations.features.registry import SNAPSHOTS
from holdfast.transformations.features.stream import FACTS
from holdfast.transformations.identity.parties import all_parties
from holdfast.transformations.identity.party_records import party_records
from holdfast.transformations.local_day import with_zone_of_orders
from holdfast.transformations.scoring.churn import active, with_outcome
from holdfast.transformations.tables.features import LABELS
from holdfast.transformations.tables.ops import MODEL_EVENTS
from holdfast.transformations.tables.silver import (
    CONSENT_STATE,
    FACT_PARTIES,
    FACT_STATES,
    IDENTITY_MAP,
    ORDERS,
    PARTIES,
    PARTY_VALUES,
    PII_VAULT,
)
from holdfast.transformations.tables.vocabulary import Purpose

READS: Final = (
    *FACTS,
    FACT_STATES,
    PARTIES,
    FACT_PARTIES,
    PARTY_VALUES,
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
            f"as they are known today, {self.auc_known_then:.4f} over the "
            f"{self.customers_known_then:,} as they were known then."
        )


def backtest(runner: Runner) -> Backtest:
    """Score the newest cut-off with known outcome with the champion, under both identity maps.

    Raises UsageError before a churn model was published.
    """
    if runner.ledger.published is None:
        raise UsageError("Nothing was published yet.", cure="Run `holdfast run` first.")
    ctx = runner.open_context(Job("backtest", lambda _: None, reads=READS), runner.ledger.published)
    champion = read_champion(ctx, CHURN_MODEL, ChurnModel)
    horizon = ctx.settings.outcome.horizon_days
    labels = ctx.read(LABELS).filter(F.col("horizon_days") == F.lit(horizon))
    known = labels.filter(F.col("is_churned").isNotNull())
    day = known.agg(F.max("as_of").alias("day")).collect()[0]["day"]
    model = champion.model.as_known_on(day) if champion and day else None
    if model is None:
        raise UsageError(
            "No churn model was published yet.",
            cure="Run `holdfast run` on a longer history first.",
        )
    labels = labels.filter(F.col("as_of") == F.lit(day))
    snapshots = ctx.read(SNAPSHOTS).filter(F.col("as_of") == F.lit(day))
    now = read_consent(ctx)
    then = replace(now, identity_map=_identity_map_on(ctx, day))
    rows_now = with_outcome(snapshots, labels, horizon)
    rows_then = _rows_known_on(ctx, day, labels, now, then)
    most = ctx.settings.churn.max_evaluation_rows
    auc, customers = _measure_auc(model, rows_now, now, most)
    auc_then, customers_then = _measure_auc(model, rows_then, then, most)
    return Backtest(day, auc, customers, auc_then, customers_then)


def _identity_map_on(ctx: Context, day: date) -> DataFrame:
    """party_id, customer_id, valid_to: customers of the records that were available when `day`
    began in their shop, numbered anew.
    """
    listed = all_parties(ctx.read(PARTIES), ctx.read(FACT_PARTIES))
    orders, zone = ctx.read(ORDERS), ctx.settings.run.time_zone
    parties, held = (
        with_zone_of_orders(rows, orders, zone) for rows in (listed, ctx.read(PARTY_VALUES))
    )
    records = party_records(parties, held, read_vault(ctx), day)
    found = resolve_records(records, identity_parameters(ctx.settings)).records
    smallest = found.groupBy("group").agg(F.min("party_id").alias("smallest"))
    numbers = number_groups(smallest, highest=0, size=smallest.count())
    numbered = found.join(numbers, ["group"], how="inner")
    rows = numbered.select("party_id", "customer_id")
    return ctx.checkpoint(rows.withColumn("valid_to", F.lit(None).cast("timestamp")))


def _rows_known_on(
    ctx: Context, day: date, labels: DataFrame, now: Consent, then: Consent
) -> DataFrame:
    """Features of `day` and outcomes of the customers as they were known then."""
    conf = ctx.settings
    snapshots = build_snapshots(read_facts(ctx), then, [day])
    outcomes = outcome_under_old_map(ctx.read(ORDERS), then.identity_map, now.identity_map, labels)
    eligible = active(snapshots, day, conf.features.eligible_days)
    return eligible.join(outcomes, on=["customer_id"], how="inner")


def _measure_auc(
    model: ChurnModel, rows: DataFrame, consent: Consent, most: int
) -> tuple[float, int]:
    """AUC over a sample by hash of at most `most` customers that allow it, and how many they are;
    nan where all left or all stayed.
    """
    names = model.features
    allowed = consent.filter_rows(rows, Purpose.ANALYTICS)
    sample = allowed.orderBy(F.xxhash64("customer_id")).limit(most)
    known = pd.DataFrame(sample.select("churned", *names).toPandas())
    if known["churned"].nunique() < 2:
        return float("nan"), len(known)
    probability = model.probability(values(known, names))
    return measure(probability, column(known, "churned"))["auc"], len(known)
