"""Gold: what people and programs outside read. Public: names and types change only with notice."""

from typing import Final

from holdfast.transformations.tables.columns import (
    AS_OF,
    BOOL,
    CURRENCY,
    CUSTOMER,
    DATE,
    HORIZON,
    IDENTITY_RUN,
    INSTANT,
    INT,
    LONG,
    MEASURE,
    RUN,
    SHARE,
    STRING,
    money,
    probability,
)
from holdfast.transformations.tables.table import Append, Column, Overwrite, ReplaceWhere, Table

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
        Column("model_band", STRING, "high, medium, early or none, cut on the probability."),
        Column(
            "rule_band",
            STRING,
            "high, medium, early or none, by the written rules.",
            nullable=False,
        ),
        Column("rule_hits", STRING, "Rules that fired, comma-separated."),
        Column("risk_band", STRING, "The more severe of both bands.", nullable=False),
        Column("score_basis", STRING, "model, p_alive or rules.", nullable=False),
        *_MODEL,
        IDENTITY_RUN,
        RUN,
    ),
    keys=("as_of", "customer_id", "horizon_days"),
    write=ReplaceWhere(),
    subject="customer_id",
)

CHURN_REASONS: Final = Table(
    "gold.churn_reasons",
    "One row per customer, day, horizon and rank of reason.",
    "Exact contributions of the churn model by group of reasons, with the evidence behind them.",
    (
        AS_OF,
        CUSTOMER,
        HORIZON,
        Column(
            "reason_rank",
            INT,
            "1 is the strongest.",
            nullable=False,
            unit="rank",
            check="reason_rank between 1 and 3",
        ),
        Column(
            "reason",
            STRING,
            "Group of reasons: price, feature, service, quality, engagement, recency, value.",
            nullable=False,
        ),
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
        Column("evidence_value", MEASURE, "Its value."),
        Column("evidence_baseline", MEASURE, "The customer's own past, or the median of all."),
        RUN,
    ),
    keys=("as_of", "customer_id", "horizon_days", "reason_rank"),
    write=ReplaceWhere(),
    subject="customer_id",
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
        money("expected_amount", "Expected net revenue."),
        money("low_amount", "Lower end of the 90 % interval."),
        money("high_amount", "Upper end."),
        Column("expected_orders", MEASURE, "Expected orders.", unit="orders"),
        probability("alive_probability", "Probability of being still a customer (BG/NBD)."),
        Column("value_basis", STRING, "boosted, bg_nbd or past_rate.", nullable=False),
        Column(
            "is_extrapolated",
            BOOL,
            "The horizon is longer than any that could be backtested.",
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

CUSTOMER_360: Final = Table(
    "gold.customer_360",
    "One row per current customer.",
    "Everyone, scored or not, as of the last published run.",
    (
        CUSTOMER,
        AS_OF,
        Column(
            "score_status",
            STRING,
            "scored, too_new, no_purchase, inactive, excluded, no_consent or objected.",
            nullable=False,
        ),
        Column("first_order_on", DATE, "Day of the first order."),
        Column("last_order_on", DATE, "Day of the last order."),
        Column("orders", INT, "Orders so far.", nullable=False, unit="orders"),
        Column("days_since_last_order", INT, "Days from the last order to as_of.", unit="days"),
        Column("currency", STRING, "ISO 4217 code of the amounts."),
        money("historic_amount", "Net revenue so far, after refunds.", nullable=True, signed=True),
        money("average_order_amount", "Mean net order value.", nullable=True),
        Column("main_channel", STRING, "Channel of most orders."),
        Column("acquired_through", STRING, "Channel that first brought the person."),
        probability("churn_probability", "See churn_scores."),
        Column("risk_band", STRING, "See churn_scores."),
        Column("top_reason", STRING, "Strongest reason for leaving."),
        money("expected_90d_amount", "Expected revenue, 90 days.", nullable=True),
        money("expected_365d_amount", "Expected revenue, 365 days.", nullable=True),
        money("value_at_risk_amount", "churn_probability x expected_365d_amount.", nullable=True),
        Column(
            "parties", INT, "Source records behind the customer.", nullable=False, unit="records"
        ),
        probability("identity_confidence", "Lowest membership probability of its records."),
        IDENTITY_RUN,
        RUN,
    ),
    keys=("customer_id",),
    write=Overwrite(),
    subject="customer_id",
)

CUSTOMER_KEYS: Final = Table(
    "gold.customer_keys",
    "One row per source record.",
    "Which customer each source's own id belongs to.",
    (
        Column("party_id", STRING, "`<source>:<id>`.", nullable=False),
        Column("source", STRING, "Source.", nullable=False),
        Column("source_id", STRING, "The source's own id.", nullable=False),
        Column("party_kind", STRING, "customer, guest, profile, user, device or household."),
        CUSTOMER,
        probability("probability", "Confidence of the membership.", nullable=False),
        RUN,
    ),
    keys=("party_id",),
    write=Overwrite(),
    subject="party_id",
)

CUSTOMER_ORDERS: Final = Table(
    "gold.customer_orders",
    "One row per order.",
    "Orders with their customer, to join in BI without Python.",
    (
        Column("order_id", STRING, "The order.", nullable=False),
        CUSTOMER,
        Column("ordered_on", DATE, "Day of the order.", nullable=False),
        Column("ordered_at", INSTANT, "Instant of the order (UTC).", nullable=False),
        Column("channel", STRING, "web, app, pos, subscription or store.", nullable=False),
        CURRENCY,
        money("net_amount", "Net amount."),
        money("discount_amount", "Discounts."),
        money("refund_amount", "Refunded so far."),
        Column("is_cancelled", BOOL, "Cancelled.", nullable=False),
        RUN,
    ),
    keys=("order_id",),
    write=Overwrite(),
    subject="customer_id",
)

CUSTOMER_REDIRECTS: Final = Table(
    "gold.customer_redirects",
    "One row per id ever published.",
    "Leads every customer id to its current one.",
    (
        CUSTOMER,
        Column("current_customer_id", LONG, "The id to use now; null if the customer is gone."),
        RUN,
    ),
    keys=("customer_id",),
    write=Overwrite(),
    subject="customer_id",
)

CALENDAR: Final = Table(
    "gold.calendar",
    "One row per day.",
    "Days with their week, month, quarter and year.",
    (
        Column("day", DATE, "The day.", nullable=False),
        Column("year", INT, "Year.", nullable=False, unit="year"),
        Column("quarter", INT, "Quarter, 1 to 4.", nullable=False, unit="quarter"),
        Column("month", INT, "Month, 1 to 12.", nullable=False, unit="month"),
        Column("month_name", STRING, "English name.", nullable=False),
        Column("iso_week", INT, "ISO week.", nullable=False, unit="week"),
        Column("weekday", INT, "1 is Monday.", nullable=False, unit="day"),
        Column("is_month_start", BOOL, "First day of a month.", nullable=False),
    ),
    keys=("day",),
    write=Overwrite(),
)

OUTBOX: Final = Table(
    "gold.outbox",
    "One row per changed payload for a destination.",
    "Only what changed since it was last queued; consent is checked again when the row is written.",
    (
        Column("destination", STRING, "Where it goes.", nullable=False),
        CUSTOMER,
        RUN,
        Column("purpose", STRING, "Consent purpose it was checked for.", nullable=False),
        Column(
            "payload", STRING, "Flat JSON: ids, scores and bands, never an address.", nullable=False
        ),
        Column("payload_hash", STRING, "Hash of the payload.", nullable=False),
        Column("idempotency_key", STRING, "Same key, same message.", nullable=False),
        Column("operation", STRING, "upsert or clear.", nullable=False),
    ),
    keys=("destination", "customer_id", "run_number"),
    write=Append(),
    subject="customer_id",
)

DECISION_LOG: Final = Table(
    "gold.decision_log",
    "One row per decision about a customer.",
    "What was decided, by which policy, how likely.",
    (
        RUN,
        CUSTOMER,
        AS_OF,
        Column("policy", STRING, "Policy and its version.", nullable=False),
        Column("action", STRING, "What was decided.", nullable=False),
        probability(
            "propensity", "Probability with which the policy chooses this action.", nullable=False
        ),
        Column("destination", STRING, "Where it went."),
        Column("reason", STRING, "Reason acted on."),
    ),
    keys=("run_number", "customer_id", "policy"),
    write=Append(),
    subject="customer_id",
)

PUBLISHED_RUNS: Final = Table(
    "gold.published_runs",
    "One row per table of a published run.",
    "The manifest: the last complete state, written in one commit.",
    (
        RUN,
        AS_OF,
        Column("published_at", INSTANT, "When the run was published.", nullable=False),
        Column("table_name", STRING, "The table.", nullable=False),
        Column("table_version", LONG, "Its Delta version.", nullable=False, unit="version"),
        Column("digest", STRING, "sha256 of the version's commit file, where files can be seen."),
        Column("is_written_by_run", BOOL, "This run wrote it.", nullable=False),
    ),
    keys=("run_number", "table_name"),
    write=Append(),
    survives_abandon=True,
)

TABLES: Final = (
    CHURN_SCORES,
    CHURN_REASONS,
    CUSTOMER_VALUES,
    CUSTOMER_360,
    CUSTOMER_KEYS,
    CUSTOMER_ORDERS,
    CUSTOMER_REDIRECTS,
    CALENDAR,
    OUTBOX,
    DECISION_LOG,
    PUBLISHED_RUNS,
)
