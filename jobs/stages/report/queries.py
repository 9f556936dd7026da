"""The last published run as figures: every table at its published version, aggregated before
anything leaves Spark.
"""

from functools import reduce
from typing import Final

import pandas as pd
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast._version import __version__
from holdfast.jobs.runtime.config.errors import UsageError
from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.stages.report.actions import ACTION_TABLES, load_actions
from holdfast.jobs.stages.report.at_risk import is_at_risk, order_by_risk, read_people_at_risk
from holdfast.jobs.stages.report.base import BASE_TABLES, load_base
from holdfast.jobs.stages.report.development import DEVELOPMENT_TABLES, load_development
from holdfast.jobs.stages.report.earlier import find_earlier_run, read_earlier
from holdfast.jobs.stages.report.model import COLUMNS, Facts, ReportData
from holdfast.jobs.stages.report.parts import collect_cube, collect_part, count_rows
from holdfast.jobs.stages.report.population import main_currency
from holdfast.jobs.stages.report.subscriptions import load_subscriptions
from holdfast.jobs.stages.report.true_reasons import REASON_TABLES, load_true_reasons
from holdfast.transformations.features.registry import FEATURES
from holdfast.transformations.local_day import local_day, with_time_zone
from holdfast.transformations.tables.drift import DRIFT
from holdfast.transformations.tables.gold import (
    CHURN_REASONS,
    CHURN_SCORES,
    CUSTOMER_360,
    CUSTOMER_VALUES,
    SUBSCRIPTION_VALUES,
)
from holdfast.transformations.tables.ops import (
    BATCHES,
    DQ_RESULTS,
    MODEL_EVENTS,
    MODEL_METRICS,
    QUARANTINE,
)
from holdfast.transformations.tables.silver import (
    CONSENT_STATE,
    FACTS,
    PRODUCT_COSTS,
    PRODUCTS,
    SHARED_CONTACTS,
)
from holdfast.transformations.tables.table import Table

DATED: Final = tuple(table for table in FACTS if table not in (PRODUCTS, PRODUCT_COSTS))
TABLES: Final = (
    CUSTOMER_360,
    CHURN_SCORES,
    CUSTOMER_VALUES,
    SUBSCRIPTION_VALUES,
    CONSENT_STATE,
    SHARED_CONTACTS,
    MODEL_METRICS,
    MODEL_EVENTS,
    BATCHES,
    QUARANTINE,
    DQ_RESULTS,
    DRIFT,
    *REASON_TABLES,
    *ACTION_TABLES,
    *BASE_TABLES,
    *DEVELOPMENT_TABLES,
    *DATED,
)
_NAMES: Final = {one.name: one.doc.rstrip(".").replace("'", "’") for one in FEATURES}
EDGES: Final = (
    0,
    10,
    25,
    *(step * 10**power for power in range(1, 6) for step in (5, 10, 25)),
)  # 0, 10, 25, 50, 100 ...


def load_report_data(ctx: Context, top_customers: int) -> ReportData:
    """ReportData of the last published run, a few rows an action. Raises UsageError before anything
    was published.

    Scores, reasons and values count only for customers whom gold.customer_360 shows as scored:
    consent was applied to it.
    """
    if not ctx.published_runs:
        problem = f"Nothing has been published under {ctx.root}."
        raise UsageError(problem, cure="`holdfast run` first.")
    everyone = ctx.read_published(CUSTOMER_360)
    scored = everyone.filter(F.col("score_status") == F.lit("scored"))
    customers = collect_cube(everyone)
    main = main_currency(customers)
    bases, rule_hits = _scores(_of_scored(ctx, CHURN_SCORES, scored))
    (events, metrics), (confusion, methods) = _models(ctx), load_true_reasons(ctx)
    return ReportData(
        facts=_facts(ctx, bases),
        customers=customers,
        bases=bases,
        evidence=collect_part("evidence", _evidence(ctx, scored.filter(is_at_risk()), main)),
        confusion=confusion,
        reason_methods=methods,
        rule_hits=rule_hits,
        values=collect_part("values", _value_bins(_of_scored(ctx, CUSTOMER_VALUES, scored))),
        subscriptions=load_subscriptions(ctx),
        **(load_actions(ctx) | load_base(ctx) | load_development(ctx)),
        top_customers=collect_part("top_customers", _top_customers(ctx, main, top_customers)),
        metrics=metrics,
        decisions=events,
        earlier=read_earlier(ctx),
        drift=collect_part("drift", _own(ctx, DRIFT)),
        batches=collect_part("batches", _batches(_own(ctx, BATCHES))),
        quarantine=collect_part("quarantine", _rejections(_own(ctx, QUARANTINE))),
        checks=collect_part("checks", _own(ctx, DQ_RESULTS)),
        freshness=collect_part("freshness", _freshness(ctx)),
        jobs=_jobs(ctx),
        names=_NAMES,
        units={feature.name: feature.unit for feature in FEATURES},
    )


def _facts(ctx: Context, bases: pd.DataFrame) -> Facts:
    horizons = bases["horizon_days"].dropna()
    days = int(horizons.max()) if len(horizons) else ctx.settings.outcome.horizon_days
    sent = ctx.settings.activation
    return Facts(
        ctx.run_number,
        ctx.as_of,
        max((row.ended_at for row in ctx.job_runs), default=ctx.opened_at),
        __version__,
        days,
        contact=f"{sent.purpose} by {sent.channel}",
        earlier_run=find_earlier_run(ctx),
    )


def _own(ctx: Context, table: Table) -> DataFrame:
    return ctx.read_published(table).filter(F.col("run_number") == F.lit(ctx.run_number))


def _of_scored(ctx: Context, table: Table, scored: DataFrame) -> DataFrame:
    """A table's rows of the run's day, of the customers given."""
    day = ctx.read_published(table).filter(F.col("as_of") == F.lit(ctx.as_of))
    return day.join(scored.select("customer_id"), on=["customer_id"], how="left_semi")


def _scores(scores: DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What scores rest on, with their horizon, and the rules that fired, from one aggregate over
    both.
    """
    found = pd.DataFrame(
        scores.groupBy("score_basis", "horizon_days", "rule_hits")
        .agg(count_rows("customers"))
        .toPandas()
    )
    fired = (
        found.assign(rule=found["rule_hits"].str.split(",")).explode("rule").dropna(subset=["rule"])
    )
    bases = found.groupby(["score_basis", "horizon_days"], as_index=False)["customers"].sum()
    return bases, fired.groupby("rule", as_index=False)["customers"].sum()


def _evidence(ctx: Context, at_risk: DataFrame, currency: str | None) -> DataFrame:
    """The feature behind each customer's strongest reason, by reason; amounts of money are of
    customers in the one currency.
    """
    day = ctx.read_published(CHURN_REASONS).filter(F.col("as_of") == F.lit(ctx.as_of))
    is_money = F.col("evidence").isin([f.name for f in FEATURES if f.unit == "currency"])
    is_ours = ~is_money | (F.col("currency") == F.lit(currency))
    return (
        day.join(at_risk.select("customer_id", "currency"), on=["customer_id"], how="inner")
        .filter((F.col("reason_rank") == F.lit(1)) & F.col("evidence").isNotNull())
        .groupBy("reason", "evidence")
        .agg(
            count_rows("customers"),
            F.avg(F.when(is_ours, F.col("evidence_value"))).alias("mean_value"),
            F.avg(F.when(is_ours, F.col("evidence_baseline"))).alias("mean_baseline"),
        )
    )


def _value_bins(values: DataFrame) -> DataFrame:
    """Customers by the highest edge not above what is expected of them."""
    reached = (F.when(F.col("expected_amount") >= F.lit(edge), F.lit(edge)) for edge in EDGES)
    sums = (F.sum(name).alias(name) for name in ("expected_amount", "low_amount", "high_amount"))
    return (
        values.withColumn("bin", F.greatest(*reached))
        .groupBy("horizon_days", "currency", "is_extrapolated", "bin")
        .agg(count_rows("customers"), *sums)
    )


def _top_customers(ctx: Context, currency: str | None, top_customers: int) -> DataFrame:
    own = read_people_at_risk(ctx).filter(F.col("currency") == F.lit(currency))
    return order_by_risk(own, currency).limit(top_customers)


def _models(ctx: Context) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The newest champion of each model with what was decided since, and its metrics."""
    logged = pd.DataFrame(ctx.read_published(MODEL_EVENTS).toPandas())
    logged = logged[logged["run_number"].isin(list(ctx.published_runs))]
    events = logged.sort_values(["run_number", "at", "model_version"]).reset_index(drop=True)
    champions = events[events["is_champion"].astype(bool)].groupby("model_name").tail(1)
    since = events[
        events.index
        >= events["model_name"].map(
            dict(zip(champions["model_name"], champions.index, strict=True))
        )
    ]
    scoring = reduce(
        lambda a, b: a | b,
        (
            (F.col("model_name") == F.lit(row.model_name))
            & (F.col("model_version") == F.lit(int(row.model_version)))
            for row in champions.itertuples()
        ),
        F.lit(False),
    )
    return since[list(COLUMNS["decisions"])], collect_part(
        "metrics", ctx.read_published(MODEL_METRICS).filter(scoring)
    )


def _rejections(quarantine: DataFrame) -> DataFrame:
    return quarantine.groupBy("source", "stage", "reasons").agg(count_rows("rows"))


def _batches(batches: DataFrame) -> DataFrame:
    sums = (F.sum(name).alias(name) for name in COLUMNS["batches"] if name.startswith("rows_"))
    return batches.groupBy("source").agg(count_rows("files"), *sums)


def _freshness(ctx: Context) -> DataFrame:
    """Rows, oldest and newest event of each source and table, all tables in one action."""
    day = local_day(F.col("event_at"))
    parts = [
        with_time_zone(ctx.read_published(table), ctx.settings.run.time_zone)
        .groupBy("source")
        .agg(count_rows("rows"), F.min(day).alias("oldest_on"), F.max(day).alias("newest_on"))
        .withColumn("table_name", F.lit(table.name))
        for table in DATED
        if ctx.has(table)
    ]
    empty = "source string, rows long, oldest_on date, newest_on date, table_name string"
    return reduce(DataFrame.unionByName, parts) if parts else ctx.spark.createDataFrame([], empty)


def _jobs(ctx: Context) -> pd.DataFrame:
    rows = [(row.job, row.status, row.seconds, row.commits) for row in ctx.job_runs]
    return pd.DataFrame(rows, columns=list(COLUMNS["jobs"]))
