"""What the running subscriptions will bring, in sentences."""

from typing import Any

from holdfast.jobs.stages.report import formatting
from holdfast.jobs.stages.report.model import ReportData


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
