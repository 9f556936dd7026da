"""How likely each customer is to leave, why, and what each is worth."""

from collections.abc import Sequence
from typing import Final

from holdfast.transformations.tables.columns import (
    AS_OF,
    BOOL,
    CURRENCY,
    CUSTOMER,
    HORIZON,
    IDENTITY_RUN,
    INT,
    MEASURE,
    RUN,
    SHARE,
    STRING,
    money,
    one_of,
    probability,
)
from holdfast.transformations.tables.table import Column, ReplaceWhere, Table
from holdfast.transformations.tables.vocabulary import REASON_GROUPS, REASONS, SCORE_BASES

_MODEL: Final = (
    Column(
        "model_name",
        STRING,
        "Registered model that scored the row, or the fallback's name.",
        nullable=False,
    ),
    Column(
        "model_version", INT, "Its version; null for a fallback without a model.", unit="version"
    ),
)
_EVIDENCE_VALUE: Final = Column("evidence_value", MEASURE, "Its value.")


def _ranked(
    word: str, doc: str, ranks: tuple[str, int], words: Sequence[str], *found: Column
) -> Table:
    """Reasons or signs of a customer by rank, each with its evidence; `ranks` says what 1 is and
    how many there are at most, `found` what their contribution, share and evidence are.
    """
    rank, (first, most) = f"{word}_rank", ranks
    check = f"{rank} between 1 and {most}"
    return Table(
        f"gold.churn_{word}s",
        f"One row per customer, day, horizon and rank of {word}.",
        doc,
        (
            AS_OF,
            CUSTOMER,
            HORIZON,
            Column(rank, INT, first, nullable=False, unit="rank", check=check),
            Column(word, STRING, one_of(words), nullable=False),
            *found,
            RUN,
        ),
        keys=("as_of", "customer_id", "horizon_days", rank),
        write=ReplaceWhere(),
        subject="customer_id",
    )


CHURN_SCORES: Final = Table(
    "gold.churn_scores",
    "One row per customer, day and horizon.",
    "Probability that an active customer places no order in the horizon.",
    (
        AS_OF,
        CUSTOMER,
        HORIZON,
        probability(
            "churn_probability",
            "Calibrated probability of no order in the horizon; null under rules only.",
        ),
        Column(
            "risk_band",
            STRING,
            "high, medium, early or none, cut on the probability; one higher where a rule of "
            "rule_alarms lifts. The rule_band where there is no probability.",
            nullable=False,
        ),
        Column(
            "rule_band",
            STRING,
            "high, medium, early or none, by the written rules: evidence beside the probability.",
            nullable=False,
        ),
        Column(
            "rule_hits",
            STRING,
            "Names of the written rules that fired (idle_high, browsing ...), comma-separated.",
        ),
        Column(
            "rule_alarms",
            STRING,
            "Those of rule_hits whose customers left more often on the held-out cut-off than their "
            "probabilities said, comma-separated.",
        ),
        Column("score_basis", STRING, one_of(SCORE_BASES), nullable=False),
        *_MODEL,
        IDENTITY_RUN,
        RUN,
    ),
    keys=("as_of", "customer_id", "horizon_days"),
    write=ReplaceWhere(),
    subject="customer_id",
)

CHURN_REASONS: Final = _ranked(
    "reason",
    "Why a customer would leave, by what shows it, with the strongest piece of evidence.",
    ("1 is the likeliest.", 3),
    REASONS,
    Column(
        "contribution",
        SHARE,
        "Weight of all evidence for the reason, in log-odds; null if unclear.",
        unit="log-odds",
    ),
    probability(
        "share_probability",
        "How likely it is among price, feature, service and quality; null for others.",
    ),
    Column("evidence", STRING, "The feature that speaks most for it; null if unclear."),
    _EVIDENCE_VALUE,
    Column("evidence_baseline", MEASURE, "What is usual among those who stay."),
)

CHURN_SIGNS: Final = _ranked(
    "sign",
    "What the probability of leaving rests on: exact contributions of the model by group.",
    ("1 is the strongest.", len(REASON_GROUPS)),
    REASON_GROUPS,
    Column(
        "contribution",
        SHARE,
        "Contribution to the log-odds of leaving.",
        nullable=False,
        unit="log-odds",
    ),
    Column(
        "share_probability",
        SHARE,
        "Share of the positive contributions.",
        nullable=False,
        unit="share",
        check="share_probability between 0 and 1",
    ),
    Column("evidence", STRING, "The strongest feature of the group.", nullable=False),
    _EVIDENCE_VALUE,
    Column("evidence_baseline", MEASURE, "The customer's own past, or the median of all."),
)

CUSTOMER_VALUES: Final = Table(
    "gold.customer_values",
    "One row per customer, day and horizon.",
    "Expected net revenue of the horizon with a 90 % interval.",
    (
        AS_OF,
        CUSTOMER,
        HORIZON,
        CURRENCY,
        money(
            "expected_amount",
            "Expected net revenue; where value_if_stays_amount is known "
            "(1 - churn_probability) x value_if_stays_amount.",
        ),
        money("low_amount", "Lower end of the 90 % interval."),
        money("high_amount", "Upper end."),
        money(
            "value_if_stays_amount",
            "Expected net revenue if the customer orders in the horizon; of customers with a "
            "churn_probability of the same horizon.",
            nullable=True,
        ),
        Column("expected_orders", MEASURE, "Expected orders.", unit="orders"),
        probability(
            "alive_probability",
            "Probability of being still a customer (MBG/NBD: one-time buyers can have left).",
        ),
        Column(
            "value_basis",
            STRING,
            "past_rate, bg_nbd, boosted_rate (trees that correct the own past rate) or boosted "
            "(trees that correct BG/NBD).",
            nullable=False,
        ),
        Column(
            "is_extrapolated",
            BOOL,
            "The horizon is longer than the one that was backtested: stretched by the purchase "
            "model, amount and interval untested. Keep such rows out of budgets.",
            nullable=False,
        ),
        *_MODEL,
        IDENTITY_RUN,
        RUN,
    ),
    keys=("as_of", "customer_id", "horizon_days"),
    write=ReplaceWhere(),
    subject="customer_id",
)
