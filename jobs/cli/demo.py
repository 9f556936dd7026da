"""The demo: raw exports, every job, the report, a short summary."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pandas as pd
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from rich.console import Console

from holdfast.jobs.cli.bootstrap import open_runner, run_standalone
from holdfast.jobs.runtime.config.errors import UsageError
from holdfast.jobs.runtime.config.places import resolve_root
from holdfast.jobs.runtime.runs.runner import Runner
from holdfast.jobs.stages.evaluation.identity_metrics import (
    match_records_to_persons,
    measure_clusters,
)
from holdfast.jobs.stages.evaluation.metrics import newest_metrics_of, select_champion_metrics
from holdfast.transformations.tables.gold import CUSTOMER_360
from holdfast.transformations.tables.ops import BATCHES, MODEL_EVENTS, MODEL_METRICS
from holdfast.transformations.tables.silver import IDENTITY_MAP, PARTIES
from holdfast.transformations.tables.table import Table

_SOURCES: Final = {"generated": "generate", "journey": "import_journey"}
# Twenty-one small tables are sooner interpreted than compiled for; a larger retailer needs both the
# compiler and more memory than conf/demo takes: with 20,000 customers ingest ended for want of it.
_SMALL: Final = 5_000  # customers
_OF_SMALL: Final = ("spark.codegen=false",)
_OF_LARGE: Final = ("spark.memory=auto",)


def demo(
    source: str, customers: int, env: str, root: str, overrides: Sequence[str], out: Console
) -> None:
    """Make the raw exports of `source` once, run the graph, write the report, print the summary."""
    if source not in _SOURCES:
        raise UsageError(
            f"There is no demo of {source}.", cure=f"Use one of {', '.join(_SOURCES)}."
        )
    place = resolve_root(root, f"holdfast-{source}")
    maker = _SOURCES[source]
    chosen = [f"synthetic.customers={customers}", *suit(source, customers), *overrides]
    if not (Path(place) / "raw").is_dir():
        with open_runner(env, place, chosen) as runner:
            run_standalone(runner, maker)
    with open_runner(env, place, chosen, as_of="latest") as runner:
        done = runner.run([], resume=True)
        if done is None:
            out.print("Nothing has changed since the last run: 0 rows written.")
        else:
            run_standalone(runner, "report")
            out.print(summarise(runner, done.number), highlight=False)
        base = Path(runner.store.root)
        out.print(
            f"\n  gold tables  {base / 'gold'}\n  report       {base / 'report.html'}",
            soft_wrap=True,
        )


def suit(source: str, customers: int) -> tuple[str, ...]:
    """The settings of Spark that suit a demo's size."""
    if source != "generated":
        return ()
    return _OF_SMALL if customers <= _SMALL else _OF_LARGE


def summarise(runner: Runner, run: int) -> str:
    """How good a published run is and what it cost, in a few lines."""
    manifest = runner.ledger.manifests[run]

    def read(table: Table) -> DataFrame:
        return runner.store.read(table, None if table.shared else manifest.get(table.name))

    metrics = select_champion_metrics(read(MODEL_METRICS), read(MODEL_EVENTS), run)
    batches = (
        read(BATCHES)
        .filter(F.col("run_number") == F.lit(run))
        .agg(F.sum("rows_in").alias("read"), F.sum("rows_quarantined").alias("refused"))
        .collect()[0]
    )
    jobs = [row for row in runner.ledger.job_runs if row.run_number == run and row.status == "done"]
    seconds, commits = sum(row.seconds for row in jobs), sum(row.commits for row in jobs)
    return "\n".join(
        [
            "",
            _people(runner, read(CUSTOMER_360), read(IDENTITY_MAP), read(PARTIES)),
            _churn(metrics),
            _value(metrics),
            f"  rows       {batches['read'] or 0:,} read, {batches['refused'] or 0:,} quarantined "
            "with their reasons",
            f"  cost       {seconds:.0f} s and {commits} commits in {len(jobs)} jobs",
        ]
    )


def _people(
    runner: Runner, everyone: DataFrame, identity_map: DataFrame, parties: DataFrame
) -> str:
    counted = everyone.agg(
        F.count(F.lit(1)).alias("all"),
        F.sum("parties").alias("records"),
        F.count_if(F.col("score_status") == F.lit("no_purchase")).alias("silent"),
    ).collect()[0]
    found = (
        f"  people     {counted['all']:,} people and anonymous visitors, {counted['silent']:,} of "
        f"whom never ordered, behind {counted['records'] or 0:,} records"
    )
    truth = Path(runner.store.root) / "truth" / "records.parquet"
    if not truth.exists():
        return found
    records = runner.store.spark.read.parquet(str(truth))
    quality = measure_clusters(match_records_to_persons(identity_map, parties, records))
    pair, b_cubed = quality["pair_f1"], quality["b_cubed_f1"]
    return f"{found}; against the truth pair F1 {pair:.3f}, B-cubed F1 {b_cubed:.3f}"


def _churn(metrics: pd.DataFrame) -> str:
    model, recency = (newest_metrics_of(metrics, "churn", name) for name in ("model", "recency"))
    if "auc" not in model:
        return "  churn      too little history to train: scores are rules or BG/NBD, and say so"
    rival = recency.get("auc", float("nan"))
    return f"  churn      AUC {model['auc']:.3f} on a later period, recency alone {rival:.3f}"


def _value(metrics: pd.DataFrame) -> str:
    model, past = (newest_metrics_of(metrics, "value", name) for name in ("model", "past_rate"))
    if "mean_absolute_error" not in model:
        return "  value      no outcome to evaluate on yet"
    error, rival = (f.get("mean_absolute_error", float("nan")) for f in (model, past))
    return (
        f"  value      mean error {error:.2f} per customer on a later period, "
        f"own past rate {rival:.2f}"
    )
