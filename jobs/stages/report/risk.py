"""Who is leaving, why, and what goes with them: figures of the page's first half."""

from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from holdfast.jobs.stages.report import formatting
from holdfast.jobs.stages.report.model import ReportData
from holdfast.jobs.stages.report.reasons import Reasons, reasons
from holdfast.jobs.stages.report.value import Worth, worth

AT_RISK: Final = ("high", "medium")
BANDS: Final = ("high", "medium", "early", "none")


@dataclass(frozen=True)
class Bar:
    """One row of a bar table: what, how long (share of the longest), what it says, and a second
    column.
    """

    label: str
    share: float
    value: str
    second: str = ""
    kind: str = ""


@dataclass(frozen=True, eq=False)
class People:
    """Everything the first half shows. `amount_word` names the second column of money; without
    probabilities it holds what is expected of customers, not what is at risk.
    """

    headline: str
    lede: str
    tiles: list[tuple[str, str, str]]
    amount_word: str
    has_probability: bool
    bands: list[Bar]
    bands_title: str
    statuses: list[Bar]
    reasons: Reasons
    channels: list[Bar]
    callers: list[dict[str, Any]]
    worth: Worth
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class _Cut:
    """The cube of customers, its scored part, and the part at risk; `own` parts are in the main
    currency.

    `amount` is the column of money that goes with people at risk: with a probability what is at
    risk, without one what is expected of them.
    """

    cube: pd.DataFrame
    currency: str | None
    scored: pd.DataFrame
    risk: pd.DataFrame
    own: pd.DataFrame
    own_risk: pd.DataFrame
    amount: str

    @property
    def has_probability(self) -> bool:
        return self.amount == "at_risk_amount"


def people(data: ReportData) -> People:
    """Figures from the cube of customers; amounts in the currency most customers have, others
    named, never added.
    """
    cut = _cut(data.customers)
    return People(
        headline=_headline(cut),
        lede=_lede(cut, data.facts.horizon_days),
        tiles=_tiles(cut),
        amount_word="Value at risk" if cut.has_probability else "Next 12 months",
        has_probability=cut.has_probability,
        bands=_bands(cut),
        bands_title=_bands_title(cut),
        statuses=_statuses(cut.cube),
        reasons=reasons(data, cut.risk, _by(cut.own_risk, "top_reason", cut.amount), cut.currency),
        channels=_channels(cut),
        callers=_callers(data.callers),
        worth=worth(data, cut.currency),
        notes=_notes(cut, data),
    )


def main_currency(customers: pd.DataFrame) -> str | None:
    """The currency that most of the scored customers have, or of all where nobody is scored; ties
    by name.
    """
    scored = customers[customers["score_status"] == "scored"]
    known = (scored if len(scored) else customers).dropna(subset=["currency"])
    totals = known.groupby("currency")["customers"].sum()
    return None if totals.empty else str(totals.sort_index().idxmax())


def _cut(customers: pd.DataFrame) -> _Cut:
    sizes = ("customers", "parties", "expected_amount", "at_risk_amount")
    cube = customers.assign(**{name: customers[name].astype(float) for name in sizes})
    scored = cube[cube["score_status"] == "scored"]
    currency = main_currency(cube)
    own = scored[scored["currency"].fillna("") == (currency or "")]
    risk, own_risk = (part[part["risk_band"].isin(AT_RISK)] for part in (scored, own))
    amount = "at_risk_amount" if own["at_risk_amount"].notna().any() else "expected_amount"
    return _Cut(cube, currency, scored, risk, own, own_risk, amount)


def _by(cube: pd.DataFrame, column: str, measure: str) -> "pd.Series[float]":
    """Sums by a column, largest first, ties by name; rows without a value of it are left out."""
    sums = cube.dropna(subset=[column]).groupby(column)[measure].sum()
    return sums.sort_index().sort_values(ascending=False, kind="stable")


def _headline(cut: _Cut) -> str:
    if cut.scored.empty:
        return "No customer can be scored yet."
    amount = cut.own_risk[cut.amount].sum()
    said = (
        f"{formatting.count(cut.risk['customers'].sum())} of "
        f"{formatting.count(cut.scored['customers'].sum())} active customers "
        "are at risk of leaving"
    )
    if not amount:
        return f"{said}."
    whose = (
        "of next year’s revenue with them"
        if cut.has_probability
        else "is expected of them next year"
    )
    return f"{said}, and {formatting.money(amount, cut.currency)} {whose}."


def _lede(cut: _Cut, days: int) -> str:
    records, known = cut.cube["parties"].sum(), cut.cube["customers"].sum()
    if not known:
        return "No customer is known yet: there are no orders in the sources."
    silent = cut.cube[cut.cube["score_status"] == "no_purchase"]["customers"].sum()
    some = f", {formatting.count(silent)} of whom never ordered" if silent else ""
    return (
        f"Leaving means placing no order in the next {days} days. {formatting.count(records)} "
        "records from all sources "
        f"belong to {formatting.count(known)} people and anonymous visitors{some}; "
        f"{formatting.count(cut.scored['customers'].sum())} are active and allow to be scored."
    )


def _tiles(cut: _Cut) -> list[tuple[str, str, str]]:
    high = cut.scored[cut.scored["risk_band"] == "high"]["customers"].sum()
    base = cut.scored["customers"].sum()
    expected = cut.own["expected_amount"].sum()
    money = formatting.money(cut.own_risk[cut.amount].sum(), cut.currency)
    rest = f"of {formatting.money(expected, cut.currency)} expected in 12 months"
    return [
        ("Known", formatting.count(cut.cube["customers"].sum()), "people and anonymous visitors"),
        ("Active and scored", formatting.count(base), "bought recently enough, and allow it"),
        (
            "At high risk",
            formatting.count(high),
            f"{formatting.percent(high / base)} of the scored" if base else "nobody is scored",
        ),
        (
            "Value at risk" if cut.has_probability else "Revenue at stake",
            money if expected else formatting.DASH,
            rest if expected else "no value is known",
        ),
    ]


def _bands(cut: _Cut) -> list[Bar]:
    sums = cut.scored.groupby("risk_band")["customers"].sum()
    amounts = cut.own.groupby("risk_band")[cut.amount].sum()
    longest, total = sums.max() if len(sums) else 0, sums.sum()
    return [
        Bar(
            formatting.BANDS[band],
            sums[band] / longest,
            f"{formatting.count(sums[band])} · {formatting.percent(sums[band] / total)}",
            formatting.money(amounts.get(band), cut.currency),
            band,
        )
        for band in BANDS
        if band in sums
    ]


def _bands_title(cut: _Cut) -> str:
    sums = cut.scored.groupby("risk_band")["customers"].sum()
    amounts = cut.own.groupby("risk_band")[cut.amount].sum()
    high, total = sums.get("high", 0.0), amounts.sum()
    if not high:
        return f"Nobody is at high risk; {formatting.count(sums.get('medium', 0.0))} customers are at medium"
    money = "of all value at risk" if cut.has_probability else "of all expected revenue"
    carry = (
        f" and carry {formatting.percent(amounts.get('high', 0.0) / total)} {money}"
        if total
        else ""
    )
    return f"{formatting.percent(high / sums.sum())} of active customers are at high risk{carry}"


def _statuses(cube: pd.DataFrame) -> list[Bar]:
    sums = _by(cube, "score_status", "customers")
    longest, total = sums.max() if len(sums) else 0, sums.sum()
    return [
        Bar(
            formatting.plain(code, formatting.STATUSES),
            value / longest if longest else 0.0,
            f"{formatting.count(value)} · {formatting.percent(value / total if total else 0)}",
            "",
            str(code),
        )
        for code, value in sums.items()
    ]


def _channels(cut: _Cut) -> list[Bar]:
    """Money at risk by channel, with the share of the channel's customers; one channel alone says
    nothing.
    """
    amounts = _by(cut.own_risk, "main_channel", cut.amount)
    customers = cut.own.groupby("main_channel")["customers"].sum()
    leaving = cut.own_risk.groupby("main_channel")["customers"].sum()
    longest = amounts.max() if len(amounts) else 0
    return (
        [
            Bar(
                formatting.plain(code, formatting.CHANNELS),
                amount / longest if longest else 0.0,
                formatting.money(amount, cut.currency),
                formatting.percent(leaving[code] / customers[code]),
            )
            for code, amount in amounts.items()
        ]
        if len(customers) > 1
        else []
    )


def _callers(callers: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {
            "id": str(row.customer_id),
            "channel": formatting.plain(row.main_channel, formatting.CHANNELS),
            "silent": formatting.count(row.days_since_last_order),
            "probability": formatting.percent(row.churn_probability),
            "share": 0.0
            if formatting.is_missing(row.churn_probability)
            else float(row.churn_probability),
            "reason": formatting.DASH
            if formatting.is_missing(row.top_reason)
            else formatting.plain(row.top_reason, formatting.REASONS),
            "year": formatting.money(row.expected_365d_amount, row.currency),
            "risk": formatting.money(row.value_at_risk_amount, row.currency),
        }
        for row in callers.itertuples()
    ]


def _notes(cut: _Cut, data: ReportData) -> list[str]:
    notes = []
    scored = cut.scored
    foreign = scored[scored["currency"].notna() & (scored["currency"] != cut.currency)][
        "customers"
    ].sum()
    if foreign:
        notes.append(
            f"Amounts are in {cut.currency}; {formatting.count(foreign)} customers who pay in "
            "another currency are "
            "counted as people and left out of every sum of money."
        )
    weak = data.bases[data.bases["score_basis"].isin(list(formatting.BASES))]
    for basis, customers in weak.groupby("score_basis")["customers"].sum().items():
        notes.append(
            f"There was too little history to train a churn model: {formatting.count(customers)} "
            "customers are banded "
            f"by {formatting.BASES[str(basis)]}."
        )
    return notes
