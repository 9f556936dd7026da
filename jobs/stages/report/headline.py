"""The figures the page begins with: leavers expected, and the money that goes with them."""

import pandas as pd

from holdfast.jobs.stages.report import formatting
from holdfast.jobs.stages.report.population import Population
from holdfast.models.churn.leavers import Leavers


def write_headline(population: Population, days: int) -> str:
    """The leavers that probabilities expect of everybody who was scored, and what they cost; under
    rules alone those who show signs.
    """
    if population.scored.empty:
        return "No customer can be scored yet."
    everyone = formatting.count(population.scored["customers"].sum())
    if not population.has_probability:
        signs = formatting.count(population.risk["customers"].sum())
        amount = population.own_risk[population.amount].sum()
        money = formatting.money(amount, population.currency)
        expected = f", and {money} is expected of them next year" if amount else ""
        return f"{signs} of {everyone} active customers show signs of leaving{expected}."
    lost = population.own["at_risk_amount"].sum()
    money = formatting.money(lost, population.currency)
    return (
        f"{formatting.count(population.leavers.expected)} of {everyone} active customers are "
        f"expected to leave in the next {days} days"
        + (f", and {money} with them." if lost else ".")
    )


def write_lede(population: Population, days: int) -> str:
    """What leaving means, and of whom the page speaks."""
    records, known = population.cube["parties"].sum(), population.cube["customers"].sum()
    if not known:
        return "No customer is known yet: there are no orders in the sources."
    silent = population.cube[population.cube["score_status"] == "no_purchase"]["customers"].sum()
    some = f", {formatting.count(silent)} of whom never ordered" if silent else ""
    active = formatting.count(population.scored["customers"].sum())
    return (
        f"Leaving means placing no order in the next {days} days. {formatting.count(records)} "
        f"records from all sources belong to {formatting.count(known)} people and anonymous "
        f"visitors{some}; {active} are active and allow to be scored."
    )


def list_tiles(population: Population, days: int) -> list[tuple[str, str, str]]:
    """Name, figure and note of the figures beside the headline."""
    base = population.scored["customers"].sum()
    return [
        (
            "Known",
            formatting.count(population.cube["customers"].sum()),
            "people and anonymous visitors",
        ),
        ("Active and scored", formatting.count(base), "bought recently enough, and allow it"),
        _leaving_tile(population),
        _money_tile(population, days),
    ]


def _leaving_tile(population: Population) -> tuple[str, str, str]:
    base = population.scored["customers"].sum()
    if not population.has_probability:
        signs = population.risk["customers"].sum()
        share = f"{formatting.percent(signs / base)} of the scored" if base else "nobody is scored"
        return "With signs of leaving", formatting.count(signs), share
    leavers = population.leavers
    return "Expected to leave", formatting.count(leavers.expected), say_interval(leavers)


def say_interval(leavers: Leavers) -> str:
    """Between which numbers the leavers will be."""
    low, high = leavers.interval()
    return f"{formatting.count(low)} to {formatting.count(high)} in 95 of 100 cases"


def _money_tile(population: Population, days: int) -> tuple[str, str, str]:
    def money(part: pd.DataFrame, name: str) -> str:
        return formatting.money(part[name].sum(), population.currency)

    if population.has_cost:
        rest = f"of {money(population.own, 'if_stays_amount')} in {days} days if all stayed"
        return "Value at risk", money(population.own, "at_risk_amount"), rest
    if not population.own["expected_amount"].sum():
        return "Revenue at stake", formatting.DASH, "no value is known"
    rest = f"of {money(population.own, 'expected_amount')} expected in 12 months"
    return "Revenue at stake", money(population.own_risk, "expected_amount"), rest
