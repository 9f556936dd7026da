"""How many leave, who is at risk and why, and the money that goes with them: the page's first
half.
"""

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from holdfast.jobs.stages.report import formatting
from holdfast.jobs.stages.report.bars import Bar
from holdfast.jobs.stages.report.headline import (
    list_tiles,
    say_interval,
    write_headline,
    write_lede,
)
from holdfast.jobs.stages.report.model import ReportData
from holdfast.jobs.stages.report.population import (
    Population,
    divide_customers,
    main_currency,
    sum_by,
)
from holdfast.jobs.stages.report.reasons import Reasons, describe_reasons
from holdfast.jobs.stages.report.slices import select_figures
from holdfast.jobs.stages.report.value import ValueSpread, describe_value
from holdfast.jobs.stages.report.warnings import list_warnings
from holdfast.transformations.scoring.risk_bands import BANDS


@dataclass(frozen=True, eq=False)
class Risk:
    """Everything the first half shows. `amount_word` names the second column of money: what leaving
    costs where that is known, else what is expected of customers.
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
    top_customers: list[dict[str, Any]]
    value: ValueSpread
    notes: list[str] = field(default_factory=list)


def describe_risk(data: ReportData) -> Risk:
    """Figures from the cube of customers; amounts in the currency most customers have, others
    named, never added.
    """
    spread = select_figures(data.metrics, "level_spread").get("model", 0.0)
    population = divide_customers(data.customers, main_currency(data.customers), spread)
    return Risk(
        headline=write_headline(population, data.facts.horizon_days),
        lede=write_lede(population, data.facts.horizon_days),
        tiles=list_tiles(population, data.facts.horizon_days),
        amount_word="Value at risk" if population.has_cost else "Next 12 months",
        has_probability=population.has_probability,
        bands=_bands(population),
        bands_title=_bands_title(population),
        statuses=_statuses(population.cube),
        reasons=describe_reasons(
            data,
            population.risk,
            sum_by(population.own_risk, "top_reason", population.amount),
            population.currency,
        ),
        channels=_channels(population),
        top_customers=_top_customers(data.top_customers),
        value=describe_value(data, population.currency),
        notes=_notes(population, data),
    )


def _bands(population: Population) -> list[Bar]:
    sums = population.scored.groupby("risk_band")["customers"].sum()
    amounts = population.own.groupby("risk_band")[population.amount].sum()
    longest, total = sums.max() if len(sums) else 0, sums.sum()
    return [
        Bar(
            formatting.BAND_LABELS[band],
            sums[band] / longest,
            f"{formatting.count(sums[band])} · {formatting.percent(sums[band] / total)}",
            formatting.money(amounts.get(band), population.currency),
            band,
            _band_facts(population, band),
        )
        for band in reversed(BANDS)
        if band in sums
    ]


def _band_facts(population: Population, band: str) -> tuple[str, ...]:
    """How many of a band are expected to leave."""
    if not population.has_probability:
        return ()
    leavers = population.count_leavers(population.scored[population.scored["risk_band"] == band])
    expected = formatting.count(leavers.expected)
    return (f"{expected} expected to leave; {say_interval(leavers)}",)


def _bands_title(population: Population) -> str:
    sums = population.scored.groupby("risk_band")["customers"].sum()
    amounts = population.own.groupby("risk_band")[population.amount].sum()
    high, total = sums.get("high", 0.0), amounts.sum()
    if not high:
        medium = formatting.count(sums.get("medium", 0.0))
        return f"Nobody is at high risk; {medium} customers are at medium"
    money = "of all value at risk" if population.has_cost else "of all expected revenue"
    carry = (
        f" and carry {formatting.percent(amounts.get('high', 0.0) / total)} {money}"
        if total
        else ""
    )
    return f"{formatting.percent(high / sums.sum())} of active customers are at high risk{carry}"


def _statuses(cube: pd.DataFrame) -> list[Bar]:
    sums = sum_by(cube, "score_status", "customers")
    longest, total = sums.max() if len(sums) else 0, sums.sum()
    return [
        Bar(
            formatting.label(code, formatting.STATUSES),
            value / longest if longest else 0.0,
            f"{formatting.count(value)} · {formatting.percent(value / total if total else 0)}",
            "",
            str(code),
        )
        for code, value in sums.items()
    ]


def _channels(population: Population) -> list[Bar]:
    """Money at risk by channel, with the share of the channel's customers; one channel alone says
    nothing.
    """
    amounts = sum_by(population.own_risk, "main_channel", population.amount)
    customers = population.own.groupby("main_channel")["customers"].sum()
    leaving = population.own_risk.groupby("main_channel")["customers"].sum()
    longest = amounts.max() if len(amounts) else 0
    return (
        [
            Bar(
                formatting.label(code, formatting.CHANNELS),
                amount / longest if longest else 0.0,
                formatting.money(amount, population.currency),
                formatting.percent(leaving[code] / customers[code]),
            )
            for code, amount in amounts.items()
        ]
        if len(customers) > 1
        else []
    )


def _top_customers(top_customers: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {
            "id": str(row.customer_id),
            "channel": formatting.label(row.main_channel, formatting.CHANNELS),
            "silent": formatting.count(row.days_since_last_order),
            "probability": formatting.percent(row.churn_probability),
            "share": 0.0
            if formatting.is_missing(row.churn_probability)
            else float(row.churn_probability),
            "reason": formatting.DASH
            if formatting.is_missing(row.top_reason)
            else formatting.label(row.top_reason, formatting.REASONS),
            "year": formatting.money(row.expected_365d_amount, row.currency),
            "risk": formatting.money(row.value_at_risk_amount, row.currency),
            "may": "yes" if row.is_contact_allowed else "no",
        }
        for row in top_customers.itertuples()
    ]


def _notes(population: Population, data: ReportData) -> list[str]:
    notes = []
    scored = population.scored
    is_foreign = scored["currency"].notna() & (scored["currency"] != population.currency)
    foreign = scored[is_foreign]["customers"].sum()
    if foreign:
        notes.append(
            f"Amounts are in {population.currency}; {formatting.count(foreign)} customers who pay "
            "in another currency are counted as people and left out of every sum of money."
        )
    weak = data.bases[data.bases["score_basis"].isin(list(formatting.BASES))]
    for basis, customers in weak.groupby("score_basis")["customers"].sum().items():
        notes.append(
            f"There was too little history to train a churn model: {formatting.count(customers)} "
            f"customers are banded by {formatting.BASES[str(basis)]}."
        )
    return notes + list_warnings(data)
