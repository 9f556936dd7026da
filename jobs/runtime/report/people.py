"""Who is leaving, why, and what goes with them: figures of the page's first half."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from holdfast.jobs.runtime.report import words
from holdfast.jobs.runtime.report.data import ReportData

AT_RISK: Final = ("high", "medium")
_BANDS: Final = ("high", "medium", "early", "none")


@dataclass(frozen=True)
class Bar:
    """One row of a bar table: what, how long (share of the longest), what it says, and a second column."""

    label: str
    share: float
    value: str
    second: str = ""
    kind: str = ""


@dataclass(frozen=True)
class People:
    """Everything the first half shows. `headline` is empty when nobody is scored."""

    headline: str
    lede: str
    tiles: list[tuple[str, str, str]]
    bands: list[Bar]
    statuses: list[Bar]
    reasons: list[Bar]
    reason_title: str
    channels: list[Bar]
    grid: dict[str, Any]
    evidence: list[dict[str, Any]]
    callers: list[dict[str, Any]]
    notes: list[str] = field(default_factory=list)


def people(data: ReportData) -> People:
    """Figures from the cube of customers; amounts in the currency most customers have, others named, never added."""
    cube = data.customers.copy()
    for name in ("customers", "parties", "expected_amount", "at_risk_amount"):
        cube[name] = cube[name].astype(float)
    scored = cube[cube["score_status"] == "scored"]
    currency = _main_currency(scored if len(scored) else cube)
    own = scored[scored["currency"].fillna("") == (currency or "")]
    risk, own_risk = scored[scored["risk_band"].isin(AT_RISK)], own[own["risk_band"].isin(AT_RISK)]
    reasons = _by(risk, "top_reason", "customers")
    return People(
        headline=_headline(scored, risk, own_risk, currency),
        lede=_lede(cube, scored),
        tiles=_tiles(cube, scored, own, own_risk, currency),
        bands=_bands(scored, own, currency),
        statuses=_bars(_by(cube, "score_status", "customers"), words.STATUSES),
        reasons=_bars(reasons, words.REASONS, second=_by(own_risk, "top_reason", "at_risk_amount"),
                      currency=currency),
        reason_title=_reason_title(reasons),
        channels=_channel_bars(own, own_risk, currency),
        grid=_grid(risk),
        evidence=_evidence(data.evidence, data.names),
        callers=_callers(data.callers),
        notes=_notes(scored, currency, data),
    )


def _main_currency(cube: pd.DataFrame) -> str | None:
    totals = cube.dropna(subset=["currency"]).groupby("currency")["customers"].sum()
    return None if totals.empty else str(totals.sort_index().idxmax())


def _by(cube: pd.DataFrame, column: str, measure: str) -> "pd.Series[float]":
    """Sums by a column, largest first, ties by name; rows without a value of it are left out."""
    sums = cube.dropna(subset=[column]).groupby(column)[measure].sum()
    return sums.sort_index().sort_values(ascending=False, kind="stable")


def _bars(sums: "pd.Series[float]", names: dict[str, str], second: "pd.Series[float] | None" = None,
          currency: str | None = None) -> list[Bar]:
    longest, total = sums.max() if len(sums) else 0, sums.sum()
    return [
        Bar(words.plain(code, names), value / longest if longest else 0.0,
            f"{words.count(value)} · {words.percent(value / total if total else 0)}",
            "" if second is None else words.money(second.get(code), currency), str(code))
        for code, value in sums.items()
    ]


def _headline(scored: pd.DataFrame, risk: pd.DataFrame, own_risk: pd.DataFrame, currency: str | None) -> str:
    if scored.empty:
        return ""
    amount = own_risk["at_risk_amount"].sum()
    said = f"{words.count(risk['customers'].sum())} of {words.count(scored['customers'].sum())} active customers " \
           "are at risk of leaving"
    return f"{said}, and {words.money(amount, currency)} of next year’s revenue with them." if amount else f"{said}."


def _lede(cube: pd.DataFrame, scored: pd.DataFrame) -> str:
    records, known = cube["parties"].sum(), cube["customers"].sum()
    if not known:
        return "No customer is known yet."
    return (f"{words.count(records)} records from all sources belong to {words.count(known)} people. "
            f"{words.count(scored['customers'].sum())} of them are active and may be scored.")


def _tiles(cube: pd.DataFrame, scored: pd.DataFrame, own: pd.DataFrame, own_risk: pd.DataFrame,
           currency: str | None) -> list[tuple[str, str, str]]:
    high = scored[scored["risk_band"] == "high"]["customers"].sum()
    base = scored["customers"].sum()
    at_risk, expected = own_risk["at_risk_amount"].sum(), own["expected_amount"].sum()
    return [
        ("People", words.count(cube["customers"].sum()), "known from all sources"),
        ("Active and scored", words.count(base), "bought recently enough, and allow it"),
        ("At high risk", words.count(high), f"{words.percent(high / base if base else None)} of the scored"),
        ("Value at risk", words.money(at_risk, currency),
         f"of {words.money(expected, currency)} expected in 12 months"),
    ]


def _bands(scored: pd.DataFrame, own: pd.DataFrame, currency: str | None) -> list[Bar]:
    sums = scored.groupby("risk_band")["customers"].sum()
    amounts = own.groupby("risk_band")["at_risk_amount"].sum()
    ordered = pd.Series({band: sums[band] for band in _BANDS if band in sums}, dtype=float)
    return _bars(ordered, words.BANDS, amounts, currency)


def _channel_bars(own: pd.DataFrame, own_risk: pd.DataFrame, currency: str | None) -> list[Bar]:
    amounts = _by(own_risk, "main_channel", "at_risk_amount")
    customers = own.groupby("main_channel")["customers"].sum()
    leaving = own_risk.groupby("main_channel")["customers"].sum()
    longest = amounts.max() if len(amounts) else 0
    return [Bar(words.plain(code, words.CHANNELS), amount / longest if longest else 0.0,
                words.money(amount, currency), f"{words.percent(leaving.get(code, 0) / customers[code])} at risk")
            for code, amount in amounts.items()]


def _reason_title(reasons: "pd.Series[float]") -> str:
    if reasons.empty:
        return "Why they leave"
    first = words.plain(reasons.index[0], words.REASONS)
    return f"{first} is the most frequent reason: {words.percent(reasons.iloc[0] / reasons.sum())} of those at risk"


def _grid(risk: pd.DataFrame) -> dict[str, Any]:
    """Reasons down, channels across: each channel's customers at risk divided among reasons."""
    table = risk.pivot_table(index="top_reason", columns="main_channel", values="customers", aggfunc="sum",
                             fill_value=0.0)
    if table.empty:
        return {}
    table = table.loc[table.sum(axis=1).sort_values(ascending=False).index,
                      table.sum().sort_values(ascending=False).index]
    shares = table / table.sum()
    return {
        "channels": [words.plain(code, words.CHANNELS) for code in table.columns],
        "totals": [words.count(total) for total in table.sum()],
        "rows": [(words.plain(code, words.REASONS), [(words.percent(share), float(share)) for share in row])
                 for code, row in zip(shares.index, shares.to_numpy(), strict=True)],
    }


def _evidence(evidence: pd.DataFrame, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The two most frequent facts behind each reason."""
    found = []
    ordered = evidence.sort_values(["customers", "evidence"], ascending=[False, True])
    for reason, group in ordered.groupby("reason", sort=False):
        for row in group.head(2).itertuples():
            found.append({"reason": words.plain(reason, words.REASONS),
                          "what": names.get(str(row.evidence), str(row.evidence).replace("_", " ")),
                          "customers": words.count(row.customers), "now": words.quantity(row.mean_value),
                          "usual": words.quantity(row.mean_baseline)})
    return found


def _callers(callers: pd.DataFrame) -> list[dict[str, Any]]:
    return [{"id": str(row.customer_id), "channel": words.plain(row.main_channel, words.CHANNELS),
             "silent": words.count(row.days_since_last_order), "probability": words.percent(row.churn_probability),
             "share": 0.0 if words.is_missing(row.churn_probability) else float(row.churn_probability),
             "reason": words.plain(row.top_reason, words.REASONS),
             "year": words.money(row.expected_365d_amount, row.currency),
             "risk": words.money(row.value_at_risk_amount, row.currency)} for row in callers.itertuples()]


def _notes(scored: pd.DataFrame, currency: str | None, data: ReportData) -> list[str]:
    notes = []
    foreign = scored[scored["currency"].notna() & (scored["currency"] != currency)]["customers"].sum()
    if foreign:
        notes.append(f"Amounts are in {currency}; {words.count(foreign)} customers who pay in another currency are "
                     "counted as people and left out of every sum of money.")
    weak = data.bases[~data.bases["score_basis"].isin(["model"])]
    if len(weak):
        kinds = sorted({words.plain(code, {"p_alive": "the chance of being still a customer (BG/NBD)",
                                           "rules": "written rules alone"}) for code in weak["score_basis"].dropna()})
        if kinds:
            notes.append(f"There was too little history to train a churn model: {words.count(weak['customers'].sum())} "
                         f"customers are banded by {words.listed(kinds)}.")
    return notes
