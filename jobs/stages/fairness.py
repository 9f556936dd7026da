"""What an audit of fairness looks at, and what it says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pandas as pd
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.stages.consent import read_consent
from holdfast.models.fairness.audit import Finding, Measure, Rule, audit
from holdfast.transformations.fairness import (
    NOW,
    PAST,
    attributes_of_customers,
    past_errors,
    present_treatment,
    sum_by_group,
)
from holdfast.transformations.tables.audit import ATTRIBUTES
from holdfast.transformations.tables.gold import (
    CHURN_SCORES,
    CUSTOMER_360,
    CUSTOMER_ORDERS,
    CUSTOMER_SEGMENTS,
    CUSTOMER_VALUES,
    NEXT_BEST_ACTIONS,
)
from holdfast.transformations.tables.silver import CONSENT_STATE, IDENTITY_MAP
from holdfast.transformations.tables.vocabulary import Purpose

TREATED: Final = (CUSTOMER_360, CUSTOMER_SEGMENTS, NEXT_BEST_ACTIONS)
REALISED: Final = (CHURN_SCORES, CUSTOMER_VALUES, CUSTOMER_ORDERS)
ALLOWED: Final = (CONSENT_STATE, IDENTITY_MAP)
_ERRORS: Final = ("score_error", "value_error")  # measures of past scores
_AMOUNTS: Final = ("cost_amount", "cost_amount_alike", "value_error")
_NAMED: Final = 5  # alarms that are named


@dataclass(frozen=True)
class Scope:
    """The day of past scores that are evaluated, None where no horizon has ended, and the currency
    of decisions, in which amounts are.
    """

    past: date | None
    currency: str | None


def find_scope(ctx: Context) -> Scope:
    """The newest day of published scores whose horizon has ended, and the money of decisions."""
    has_ended = F.date_add("as_of", F.col("horizon_days")) <= F.lit(ctx.as_of)
    is_ours = F.col("horizon_days") == F.lit(ctx.settings.outcome.horizon_days)
    newest = ctx.read(CUSTOMER_VALUES).filter(has_ended & is_ours).agg(F.max("as_of").alias("day"))
    money = ctx.read(NEXT_BEST_ACTIONS).agg(F.max("currency").alias("currency"))
    found = newest.crossJoin(money).collect()[0]
    return Scope(found["day"], found["currency"])


def sum_groups(ctx: Context, scope: Scope) -> pd.DataFrame:
    """Cells of `audit`: sums over those who may be counted, by attribute, word and stratum."""
    people = _read_people(ctx, scope)
    attributes = attributes_of_customers(ctx.read(ATTRIBUTES), ctx.read(IDENTITY_MAP))
    consent = read_consent(ctx)
    for purpose in dict.fromkeys((Purpose.ANALYTICS, Purpose(ctx.settings.fairness.purpose))):
        attributes = consent.filter_rows(attributes, purpose)
    values = NOW if scope.past is None else (*NOW, *PAST)
    return pd.DataFrame(sum_by_group(people, attributes, values).toPandas())


def _read_people(ctx: Context, scope: Scope) -> DataFrame:
    segments = ctx.read(CUSTOMER_SEGMENTS).filter(F.col("as_of") == F.lit(ctx.as_of))
    tiers = segments.select("customer_id", "value_tier")
    people = present_treatment(ctx.read(CUSTOMER_360), tiers, ctx.read(NEXT_BEST_ACTIONS))
    if scope.past is None:
        return people
    values = ctx.read(CUSTOMER_VALUES).filter(F.col("currency") == F.lit(scope.currency))
    sources, days = (ctx.read(CHURN_SCORES), values), ctx.settings.outcome.horizon_days
    errors = past_errors(*sources, ctx.read(CUSTOMER_ORDERS), scope.past, days)
    return people.join(errors, ["customer_id"], how="left")


def compare_groups(ctx: Context, cells: pd.DataFrame) -> list[Finding]:
    """All comparisons of the cells."""
    conf = ctx.settings.fairness
    share, amount = conf.smallest_share, conf.smallest_amount
    measures = [
        Measure("churn_probability", "churn_probability", share),
        Measure("high_risk_share", "high_risk", share, is_share=True),
        Measure("action_share", "action", share, is_share=True),
        Measure("action_share_alike", "action", share, is_share=True, is_alike=True),
        Measure("cost_amount", "cost", amount, scale="cost"),
        Measure("cost_amount_alike", "cost", amount, is_alike=True, scale="cost"),
    ]
    if f"{PAST[0]}_count" in cells.columns:
        measures.append(Measure("score_error", "score_error", share))
        measures.append(Measure("value_error", "value_error", amount, scale="expected"))
    return audit(cells, measures, Rule(conf.least_customers, conf.false_alarms, conf.coverage))


def as_row(ctx: Context, finding: Finding, scope: Scope) -> dict[str, Any]:
    """A row of gold.fairness_audits."""
    one, is_error = finding.compared, finding.measure in _ERRORS
    ratio = None if is_error or one.others_estimate <= 0 else one.estimate / one.others_estimate
    return {
        "attribute": finding.attribute,
        "word": finding.word,
        "measure": finding.measure,
        "scored_on": scope.past if is_error else ctx.as_of,
        "customers": one.customers,
        "estimate": one.estimate,
        "low": one.low,
        "high": one.high,
        "other_customers": one.others,
        "other_estimate": one.others_estimate,
        "difference": one.difference,
        "difference_low": one.difference_low,
        "difference_high": one.difference_high,
        "ratio": ratio,
        "p_value": finding.p_value,
        "is_alarm": finding.is_alarm,
        "currency": scope.currency if finding.measure in _AMOUNTS else None,
    }


def report_findings(ctx: Context, findings: Sequence[Finding]) -> None:
    """Say what was compared, and in red which groups are not alike."""
    groups = {(one.attribute, one.word) for one in findings}
    if not groups:
        least = ctx.settings.fairness.least_customers
        ctx.echo(
            f"no attribute has two groups of {least} customers: nothing is compared. Are the ids "
            "in audit/<source> those of the source?"
        )
        return
    alarms = sorted((one.p_value, place) for place, one in enumerate(findings) if one.is_alarm)
    ctx.echo(
        f"{len(groups)} groups of {len({name for name, _ in groups})} attributes, "
        f"{len(findings)} comparisons: {len(alarms)} that chance does not explain"
    )
    if alarms:
        named = ", ".join(_name(findings[place]) for _, place in alarms[:_NAMED])
        more = f" and {len(alarms) - _NAMED} more" if len(alarms) > _NAMED else ""
        ctx.echo(f"Groups are not treated alike: {named}{more}", is_alarm=True)


def _name(finding: Finding) -> str:
    one = finding.compared
    figures = f"{one.estimate:.3g}, others {one.others_estimate:.3g}"
    return f"{finding.measure} of {finding.attribute} {finding.word} ({figures})"
