"""Expected revenue of the customers, how it spreads over them, and how wide its intervals are."""

from dataclasses import dataclass, field

import pandas as pd

from holdfast.jobs.stages.report import formatting
from holdfast.jobs.stages.report.model import ReportData


@dataclass(frozen=True, eq=False)
class ValueSpread:
    """Customers by expected value. `bins` has label (the lower edge), customers, and the mean of
    each amount: expected, low and high end of the interval. `tested_days` is the longest horizon
    that was compared with past days.
    """

    title: str
    bins: pd.DataFrame
    currency: str
    days: int
    tested_days: int
    order: list[str] = field(default_factory=list)

    @property
    def during(self) -> str:
        """The horizon in words."""
        return formatting.span(self.days)

    @property
    def is_extrapolated(self) -> bool:
        """Whether no forecast of that length could be compared with what came."""
        return self.days > self.tested_days


def describe_value(data: ReportData, currency: str | None) -> ValueSpread:
    """The longest horizon, in the main currency; no bins where nobody has a value."""
    own = data.values[data.values["currency"].fillna("") == (currency or "")]
    if own.empty:
        return ValueSpread("What customers are worth", pd.DataFrame(), "", 0, 0)
    days = int(own["horizon_days"].max())
    longest = (
        own[own["horizon_days"] == days]
        .astype({"bin": float, "customers": float})
        .sort_values("bin")
    )
    labels = [formatting.whole_money(edge, currency) for edge in longest["bin"]]
    bins = pd.DataFrame(
        {
            "label": labels,
            "customers": longest["customers"].to_numpy(),
            **{
                name: (longest[f"{name}_amount"].astype(float) / longest["customers"]).to_numpy()
                for name in ("expected", "low", "high")
            },
        }
    )
    tested = own.loc[~own["is_extrapolated"].astype(bool), "horizon_days"].max()
    tested_days = 0 if formatting.is_missing(tested) else int(tested)
    return ValueSpread(
        _title(longest, days, currency), bins, str(currency), days, tested_days, labels
    )


def _title(longest: pd.DataFrame, days: int, currency: str | None) -> str:
    """How much of the total the best fifth or so bring; edges of bins decide how many that is."""
    total, everyone = longest["expected_amount"].astype(float).sum(), longest["customers"].sum()
    if not total:
        return "What customers are worth"
    above = longest["customers"][::-1].cumsum()[::-1] / everyone
    edge = longest["bin"][(above - 0.2).abs().idxmin()]
    top = longest[longest["bin"] >= edge]
    return (
        f"The {formatting.count(top['customers'].sum())} customers expected to spend "
        f"{formatting.whole_money(edge, currency)} or "
        f"more ({formatting.percent(top['customers'].sum() / everyone)}) bring "
        f"{formatting.percent(top['expected_amount'].astype(float).sum() / total)} of "
        f"{formatting.period(days)} revenue"
    )
