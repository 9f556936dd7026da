"""The files of `holdfast value`, and what it says."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import altair as alt
import pandas as pd
import vl_convert
from pyspark.errors import AnalysisException
from pyspark.sql import functions as F

from holdfast.jobs.runtime.config.errors import InputError
from holdfast.jobs.runtime.config.product import Settings
from holdfast.jobs.runtime.spark import session
from holdfast.jobs.runtime.storage import plain_files
from holdfast.jobs.stages.parameters import value_parameters
from holdfast.models.value.purchase_log import LogForecast, forecast_log


def write_forecast(
    values: Settings,
    log: str,
    columns: tuple[str, str, str],
    horizon_days: int,
    as_of: date | None,
    folder: Path,
) -> list[str]:
    """Read the log, forecast, write into the folder; the lines to print."""
    spark = session.open_session(values.spark)
    table = plain_files.read_table(spark, log)
    customer, at, amount = columns
    config = replace(value_parameters(values), horizon_days=horizon_days)
    try:
        forecast = forecast_log(
            table, customer=customer, at=at, amount=amount, as_of=as_of, parameters=config
        )
    except AnalysisException as error:
        raise InputError(
            f"{log} has no such column: {error.getMessageParameters() or error}.",
            cure=f"Its columns: {', '.join(table.columns)}.",
        ) from error
    folder.mkdir(parents=True, exist_ok=True)
    plain_files.write_parquet(forecast.scores, folder / "scores")
    forecast.backtest.to_csv(folder / "backtest.csv", index=False)
    if not forecast.backtest.empty:
        (folder / "backtest.svg").write_text(draw(forecast.backtest), encoding="utf-8")
    return [*_say(forecast, horizon_days), "", f"  scores and backtest  {folder}"]


def _say(forecast: LogForecast, horizon_days: int) -> Iterator[str]:
    total = forecast.scores.agg(
        F.count(F.lit(1)).alias("customers"), F.sum("expected_value").alias("amount")
    ).collect()[0]
    card = forecast.model.card
    ends = card.get("total_interval")
    between = (
        ""
        if ends is None
        else " ({:,.0f} to {:,.0f})".format(*(float(total["amount"]) * end for end in ends))
    )
    yield f"{total['customers']:,} customers, {horizon_days} days from {forecast.as_of}:"
    yield f"{float(total['amount']):,.0f} expected in all{between}, by {card['why']}"
    yield from (f"! {warning}" for warning in forecast.warnings)
    if not forecast.backtest.empty:
        yield ""
        yield _by_day(forecast.backtest).to_string()


def _by_day(backtest: pd.DataFrame) -> pd.DataFrame:
    shown = backtest[backtest["metric"].isin(["normalised_gini", "total_error", "coverage"])]
    table = shown.pivot_table(
        index=["cutoff_on", "predictor"], columns="metric", values="value", aggfunc="first"
    )
    return table.round(3)


def draw(backtest: pd.DataFrame) -> str:
    """Error of the total and ranking of every forecast, day by day."""
    shown = backtest[backtest["metric"].isin(["normalised_gini", "total_error"])].assign(
        cutoff_on=lambda rows: rows["cutoff_on"].astype(str)
    )
    chart = (
        alt.Chart(shown, width=420, height=180)
        .mark_line(point=True)
        .encode(
            x=alt.X("cutoff_on:T", title=None),
            y=alt.Y("value:Q", title=None),
            color=alt.Color("predictor:N", title="forecast"),
            row=alt.Row("metric:N", title=None),
        )
        .resolve_scale(y="independent")
    )
    svg: str = vl_convert.vegalite_to_svg(chart.to_dict())
    return svg
