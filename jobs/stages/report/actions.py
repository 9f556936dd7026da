"""What to do now: the plays of the plan, what binds it, whom teams call, and who is left alone."""

from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
from pyspark.sql import functions as F

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.stages.report import formatting
from holdfast.jobs.stages.report.bars import Bar
from holdfast.jobs.stages.report.model import ReportData
from holdfast.jobs.stages.report.parts import collect_part, count_rows
from holdfast.models.decisions.parity import SHARE_OF
from holdfast.transformations.decisions.sentences import ALONE
from holdfast.transformations.tables.gold import (
    ALLOCATIONS,
    CALL_QUEUE,
    FAIRNESS_AUDITS,
    NEXT_BEST_ACTIONS,
)
from holdfast.transformations.tables.vocabulary import LEFT_ALONE, NO_PLAY

ACTION_TABLES: Final = (NEXT_BEST_ACTIONS, CALL_QUEUE, ALLOCATIONS, FAIRNESS_AUDITS)
_CALLS: Final = 10
_PLAYS: Final = 10  # shown by name
_SUMS: Final = ("customers", "cost_amount", "value_amount", "value_low_amount", "value_high_amount")
_LIMITS: Final = {"budget": "Budget", "low_value": "Spend on low value"}


@dataclass(frozen=True)
class Actions:
    """Everything the section on actions shows."""

    title: str
    certificate: str
    plays: list[dict[str, str]]
    limits: list[dict[str, str]]
    calls: list[dict[str, str]]
    alone: list[Bar]


def load_actions(ctx: Context) -> dict[str, pd.DataFrame]:
    """The parts `plan`, `alone`, `limits`, `calls` and `fairness` of the day."""
    actions, calls, limits, audits = map(ctx.read_published, ACTION_TABLES)
    of_day = F.col("as_of") == F.lit(ctx.as_of)
    treated = actions.filter(F.col("action") != F.lit(NO_PLAY))
    plan = treated.groupBy("title", "channel", "team", "currency").agg(
        count_rows("customers"),
        F.count_if("is_explored").alias("explored"),
        *(F.sum(name).alias(name) for name in _SUMS[1:]),
    )
    alone = (
        actions.filter(F.col("action") == F.lit(NO_PLAY))
        .groupBy("left_alone_because")
        .agg(count_rows("customers"))
    )
    return {
        "plan": collect_part("plan", plan),
        "alone": collect_part("alone", alone),
        "limits": collect_part("limits", limits.filter(of_day)),
        "calls": collect_part("calls", calls.filter(F.col("place") <= F.lit(_CALLS))),
        "fairness": collect_part("fairness", audits.filter(of_day)),
    }


def describe_actions(data: ReportData) -> Actions | None:
    """The section; None where nothing was decided."""
    if data.limits.empty:
        return None
    plan = data.plan.sort_values(["value_amount", "title"], ascending=[False, True])
    return Actions(
        _title(plan),
        f"{_certificate(data.limits)} {_explored(plan)}".strip(),
        [_play(row) for row in _shorten(plan).itertuples()],
        [_limit(row) for row in data.limits.sort_values("limit_name").itertuples()],
        [_call(row) for row in data.calls.sort_values(["team", "place"]).itertuples()],
        _alone(data.alone),
    )


def _title(plan: pd.DataFrame) -> str:
    if plan.empty:
        return "Nothing to do: no play is expected to earn more than it costs"
    gain = formatting.money(plan["value_amount"].sum(), plan["currency"].iloc[0])
    people = formatting.customers(plan["customers"].sum())
    return f"What to do now: {people}, {gain} expected beyond the cost"


def _certificate(limits: pd.DataFrame) -> str:
    """How near the plan is to the best there can be, and what holds it back."""
    one = limits.iloc[0]
    binding = [_name(row.limit_name) for row in limits.itertuples() if row.is_binding]
    held = f" What holds it back: {', '.join(binding)}." if binding else " No limit holds it back."
    gap = f"{100 * one['gap_share']:.2f}"
    if gap == "0.00":
        return f"No plan within the limits is worth more than this one.{held}"
    return f"No plan within the limits can be worth more than {gap} % more than this one.{held}"


def _explored(plan: pd.DataFrame) -> str:
    """How many got their play by lot, which is how effects are learnt."""
    drawn = plan["explored"].sum()
    who = formatting.customers(drawn)
    return f"{who} got a play by lot, to learn what plays change." if drawn else ""


def _shorten(plan: pd.DataFrame) -> pd.DataFrame:
    """The plays that gain most, and all others in one row."""
    rest = plan.iloc[_PLAYS:]
    if len(rest) < 2:
        return plan
    one = {"title": f"{len(rest)} more plays", "channel": "", "team": None}
    sums = {name: rest[name].sum() for name in _SUMS}
    more = pd.DataFrame([{**one, "currency": rest["currency"].iloc[0], **sums}])
    return pd.concat([plan.iloc[:_PLAYS], more], ignore_index=True)


def _play(row: Any) -> dict[str, str]:
    def money(value: Any) -> str:
        return formatting.money(value, row.currency)

    return {
        "title": row.title,
        "how": f"{row.channel}, {row.team.replace('_', ' ')}" if row.team else row.channel,
        "customers": formatting.count(row.customers),
        "cost": money(row.cost_amount),
        "value": money(row.value_amount),
        "interval": f"{money(row.value_low_amount)} to {money(row.value_high_amount)}",
    }


def _limit(row: Any) -> dict[str, str]:
    is_money, is_share = row.limit_name in _LIMITS, row.limit_name.startswith(SHARE_OF)

    def show(value: Any) -> str:
        if formatting.is_missing(value):
            return formatting.DASH
        if is_share:
            return formatting.points(value / 100)
        return formatting.money(value, row.currency) if is_money else formatting.count(value)

    one = row.currency if is_money else "point" if is_share else "customer"
    price = f"{row.shadow_price_value:,.2f} {row.currency} for one more {one}"
    return {
        "name": _name(row.limit_name),
        "used": show(row.used_value),
        "limit": show(row.limit_value),
        "price": price if row.is_binding else formatting.DASH,
    }


def _call(row: Any) -> dict[str, str]:
    return {
        "team": _name(row.team),
        "place": formatting.count(row.place),
        "customer": str(row.customer_id),
        "title": row.title,
        "saved": formatting.money(row.saved_amount, row.currency),
        "explanation": row.explanation,
    }


def _alone(alone: pd.DataFrame) -> list[Bar]:
    counts = alone.set_index("left_alone_because")["customers"]
    longest = float(counts.max()) if len(counts) else 1.0
    return [
        Bar(
            ALONE[word], float(counts[word]) / longest, formatting.count(counts[word]), kind="quiet"
        )
        for word in LEFT_ALONE
        if word in counts.index
    ]


def _name(code: str) -> str:
    text = _LIMITS.get(code, code).replace("_", " ")
    return text[:1].upper() + text[1:]
