"""Whether groups of people are scored and treated alike, in sentences."""

from typing import Any, Final

from holdfast.jobs.stages.report import formatting
from holdfast.jobs.stages.report.model import ReportData

_SHOWN: Final = 5  # alarms named
_NAMES: Final = {
    "churn_probability": "risk",
    "high_risk_share": "share at high risk",
    "action_share": "share treated",
    "action_share_alike": "share treated of equal risk and value",
    "cost_amount": "spend on each",
    "cost_amount_alike": "spend on each of equal risk and value",
    "score_error": "risk beyond what came",
    "value_error": "value beyond what came",
}


def describe_fairness(data: ReportData) -> str:
    """One sentence; where nothing could be compared how to make it so."""
    if data.fairness.empty:
        return (
            "Whether groups of people are treated alike is not known: a file in audit/ that says "
            "what they are (age, sex, region ...) would show it."
        )
    alarms = data.fairness[data.fairness["is_alarm"].astype(bool)]
    if alarms.empty:
        names = ", ".join(sorted(set(data.fairness["attribute"])))
        return (
            f"By {names} groups are scored and treated alike: none of "
            f"{formatting.count(len(data.fairness))} comparisons lies beyond chance."
        )
    ranked = alarms.sort_values(["p_value", "attribute", "word", "measure"], kind="stable")
    named = "; ".join(_compare(row) for row in ranked.head(_SHOWN).itertuples())
    more = f"; and {len(alarms) - _SHOWN} more" if len(alarms) > _SHOWN else ""
    return (
        f"Beyond chance, not all groups are scored and treated alike: {named}{more} "
        "(gold.fairness_audits)."
    )


def _compare(row: Any) -> str:
    def show(value: float) -> str:
        is_money = isinstance(row.currency, str)
        return formatting.money(value, row.currency) if is_money else formatting.percent(value)

    attribute = row.attribute.replace("_", " ")
    return (
        f"{_NAMES[row.measure]} of {attribute} {row.word} {show(row.estimate)}, of others "
        f"{show(row.other_estimate)}"
    )
