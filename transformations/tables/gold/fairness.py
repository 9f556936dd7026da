"""Whether groups of people are scored and treated alike."""

from typing import Final

from holdfast.transformations.tables.audit import ATTRIBUTE, WORD
from holdfast.transformations.tables.columns import (
    AS_OF,
    BOOL,
    DATE,
    LONG,
    MEASURE,
    RUN,
    STRING,
    probability,
    vocabulary,
)
from holdfast.transformations.tables.table import Column, ReplaceWhere, Table
from holdfast.transformations.tables.vocabulary import FAIRNESS_MEASURES


def _figure(name: str, doc: str) -> Column:
    return Column(name, MEASURE, doc, nullable=False, unit="measure")


FAIRNESS_AUDITS: Final = Table(
    "gold.fairness_audits",
    "One row per day, attribute, group and measure.",
    "How each group of people is scored and treated, beside all others of whom the attribute is "
    "known. Nobody is named, and groups of fewer than fairness.least_customers are left out. "
    "churn_probability, high_risk_share: of those scored; action_share, cost_amount: of those the "
    "plan could treat, cost 0 for those left alone, and the same beside others of equal risk band "
    "and value tier (_alike); of past scores whose horizon has ended, score_error: probability "
    "less what came (1: left), and value_error: expected less realised net revenue.",
    (
        AS_OF,
        ATTRIBUTE,
        WORD,
        vocabulary("measure", "What is compared", FAIRNESS_MEASURES),
        Column(
            "scored_on", DATE, "Day of the scores: as_of, or that of past ones.", nullable=False
        ),
        Column("customers", LONG, "Customers of the group.", nullable=False, unit="customers"),
        _figure("estimate", "Share or mean of the group; in the strata of _alike, as weighted."),
        _figure("low", "Lower end of its interval (fairness.coverage)."),
        _figure("high", "Upper end."),
        Column("other_customers", LONG, "All others.", nullable=False, unit="customers"),
        _figure("other_estimate", "Theirs."),
        _figure("difference", "Estimate less theirs."),
        _figure("difference_low", "Lower end of its interval."),
        _figure("difference_high", "Upper end."),
        Column(
            "ratio",
            MEASURE,
            "Estimate per theirs, of shares and costs: below 0.8 is what the four-fifths rule "
            "calls adverse; null where theirs is 0.",
            unit="ratio",
        ),
        probability(
            "p_value",
            "How often chance parts them as far, adjusted for all comparisons of the day (Holm).",
            nullable=False,
        ),
        Column(
            "is_alarm",
            BOOL,
            "p_value is below fairness.false_alarms, and the difference large enough to matter.",
            nullable=False,
        ),
        Column("currency", STRING, "ISO 4217 code of amounts, null of shares."),
        RUN,
    ),
    keys=("as_of", "attribute", "word", "measure"),
    write=ReplaceWhere(),
)
