"""What the running subscriptions will bring, in sentences."""

from typing import Any

import pandas as pd
from pyspark.sql import functions as F

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.stages.report import formatting
from holdfast.jobs.stages.report.model import ReportData
from holdfast.jobs.stages.report.parts import collect_part, count_rows
from holdfast.transformations.tables.gold import SUBSCRIPTION_VALUES


def load_subscriptions(ctx: Context) -> pd.DataFrame:
    """The part `subscriptions`."""
    running = ctx.read_published(SUBSCRIPTION_VALUES).filter(F.col("as_of") == F.lit(ctx.as_of))
    sums = (F.sum(name).alias(name) for name in ("expected_charges", "expected_amount"))
    survivors = F.sum("survival_probability").alias("expected_survivors")
    grouped = running.groupBy("horizon_days", "currency")
    return collect_part("subscriptions", grouped.agg(count_rows("subscriptions"), *sums, survivors))


def describe_subscriptions(data: ReportData) -> list[str]:
    """A sentence for each currency and horizon, the largest currency and the nearest horizon first;
    none where no subscription is valued.
    """
    rows = data.subscriptions
    if rows.empty:
        return []
    most = rows.groupby("currency")["subscriptions"].max()
    ordered = rows.assign(most=rows["currency"].map(most)).sort_values(
        ["most", "currency", "horizon_days"], ascending=[False, True, True]
    )
    return [_sentence(row) for row in ordered.itertuples()]


def _sentence(row: Any) -> str:
    share = formatting.percent(row.expected_survivors / row.subscriptions)
    one = round(row.subscriptions) == 1
    return (
        f"{formatting.count(row.subscriptions)} running subscription{'' if one else 's'} "
        f"{'is' if one else 'are'} expected to be renewed {formatting.count(row.expected_charges)} "
        f"times in {formatting.span(row.horizon_days)}, for "
        f"{formatting.money(row.expected_amount, row.currency)}; {share} last that long."
    )
