"""The files of `holdfast churn`, and what it says."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from holdfast.jobs.runtime.config.product import Settings
from holdfast.jobs.runtime.spark import session
from holdfast.jobs.runtime.storage import plain_files
from holdfast.jobs.stages.churn_scoring import cut_bands
from holdfast.jobs.stages.parameters import churn_parameters
from holdfast.models.churn.any_table import LabelledTable, TableError, label_table
from holdfast.models.churn.dataset import is_taken
from holdfast.models.churn.model import ChurnModel
from holdfast.models.churn.scoring import rank_signs, score
from holdfast.models.churn.training import fit
from holdfast.models.fitting import FitResult, keep_computed
from holdfast.transformations.scoring.risk_bands import risk_band

Columns = tuple[str, str, str | None, tuple[str, ...]]  # label, customer, day, features


def write_scores(
    values: Settings, place: str, columns: Columns, horizon_days: int, folder: Path
) -> list[str]:
    """Read the table, fit, score, write into the folder; the lines to print."""
    spark = session.open_session(values.spark)
    label, customer, day, features = columns
    raw = plain_files.read_table(spark, place)
    raw = _read_numbers(raw, [name for name in raw.columns if name not in (label, customer, day)])
    table = label_table(raw, label, customer, day, horizon_days, features)
    rows = keep_computed(table.rows)
    is_known = F.col("as_of").isNotNull() & F.col("customer_id").isNotNull()
    known, is_open = rows.filter(is_known), is_known & F.col("churned").isNull()
    newest_on = F.max(F.when(is_known, F.col("as_of")))
    lost, unlabelled, newest, labelled = rows.agg(
        F.count_if(~is_known), F.count_if(is_open), newest_on, F.count("churned")
    ).collect()[0]
    if newest is None:
        raise TableError("no row has a customer and a day that can be read, as 2025-03-01 can")
    if not labelled:
        raise TableError(f"no row says in {label} who left: yes, true or 1, or no, false or 0")
    config = replace(churn_parameters(values), horizon_days=horizon_days)
    result = fit(known.filter(F.col("churned").isNotNull()), table.features, config)
    if result.model is None:
        raise TableError(result.decision.why)
    asked = known.filter(is_open if unlabelled else F.col("as_of") == F.lit(newest))
    asked = _select_newest(asked) if day else asked
    answers = keep_computed(score(asked, result.model, as_of=newest if day else None))
    bands = risk_band(
        F.col("probability"), F.lit(None).cast("string"), cut_bands(answers, config.bands)
    )
    folder.mkdir(parents=True, exist_ok=True)
    scores = answers.select("customer_id", "probability", bands.alias("risk_band"))
    plain_files.write_parquet(scores, folder / "scores")
    plain_files.write_parquet(rank_signs(answers, asked, result.model), folder / "signs")
    pd.DataFrame(result.metrics).to_csv(folder / "metrics.csv", index=False)
    lines = _say(result, result.model, scores, table, lost)
    return [*lines, "", f"  scores, signs and metrics  {folder}"]


def _select_newest(rows: DataFrame) -> DataFrame:
    """The rows of each customer's newest day."""
    own = Window.partitionBy("customer_id")
    newest = rows.withColumn("_newest", F.max("as_of").over(own))
    return newest.filter(F.col("as_of") == F.col("_newest")).drop("_newest")


def _read_numbers(table: DataFrame, among: Sequence[str]) -> DataFrame:
    """The table with texts `among` its columns that are all numbers or flags as numbers: a CSV file
    knows no types.
    """
    texts = [name for name, kind in table.dtypes if kind == "string" and name in among]
    if not texts:
        return table
    trimmed = {name: F.nullif(F.trim(f"`{name}`"), F.lit("")) for name in texts}
    flag = {True: F.lit(1.0), False: F.lit(0.0)}
    read = {
        name: F.coalesce(
            text.try_cast("double"),
            *(F.when(F.lower(text) == str(said).lower(), value) for said, value in flag.items()),
        )
        for name, text in trimmed.items()
    }
    is_other = {name: trimmed[name].isNotNull() & read[name].isNull() for name in texts}
    counts = table.agg(
        *(F.count_if(is_other[name]) for name in texts), *(F.count(read[name]) for name in texts)
    ).collect()[0]
    size = len(texts)
    numbers = [name for at, name in enumerate(texts) if not counts[at] and counts[at + size]]
    return table.withColumns({name: read[name] for name in numbers})


def _say(
    result: FitResult[ChurnModel],
    model: ChurnModel,
    scores: DataFrame,
    table: LabelledTable,
    without_key: int,
) -> Iterator[str]:
    rows, leavers, customers = scores.agg(
        F.count(F.lit(1)), F.sum("probability"), F.count_distinct("customer_id")
    ).collect()[0]
    many = "" if rows == customers else f"{rows:,} rows of "
    yield f"{many}{customers:,} customers scored, {leavers:,.0f} of them are expected to leave"
    yield f"by {model.predictor.kind}: {result.decision.why}"
    taken = [name for name in table.left_out if is_taken(name)]
    if others := [name for name in table.left_out if not is_taken(name)]:
        yield f"! left out, no number and no flag: {', '.join(others)}"
    if taken:
        yield f"! left out, rename what is a feature: {', '.join(taken)}"
    if without_key:
        yield f"! {without_key:,} rows without a customer or a day were left out"
    yield ""
    yield _by_candidate(result).to_string()


def _by_candidate(result: FitResult[ChurnModel]) -> pd.DataFrame:
    """Each candidate on the held-out day."""
    rows = pd.DataFrame(result.metrics)
    names = ["auc", "average_precision", "log_loss", "calibration_error"]
    newest = rows[(rows["cutoff_on"] == rows["cutoff_on"].max()) & (rows["slice"] == "all")]
    own = newest[newest["metric"].isin(names) & (newest["predictor"] != "model")]
    return own.pivot_table(index="predictor", columns="metric", values="value")[names].round(3)
