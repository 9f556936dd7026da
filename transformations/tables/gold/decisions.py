"""What to do for each customer, what it is expected to change, and within which limits."""

from typing import Final

from holdfast.transformations.tables.columns import (
    AS_OF,
    BOOL,
    CURRENCY,
    CUSTOMER,
    DATE,
    HORIZON,
    IDENTITY_RUN,
    INT,
    MEASURE,
    RUN,
    SHARE,
    STRING,
    money,
    probability,
    vocabulary,
)
from holdfast.transformations.tables.table import Append, Column, Overwrite, ReplaceWhere, Table
from holdfast.transformations.tables.vocabulary import (
    EFFECT_BASES,
    LEFT_ALONE,
    LIFECYCLES,
    PLAY_CHANNELS,
    VALUE_TIERS,
)


def _effect(name: str, doc: str, *, nullable: bool = False) -> Column:
    check = f"{name} between -1 and 1"
    return Column(name, SHARE, doc, nullable=nullable, unit="probability", check=check)


_PLAY: Final = Column("play", STRING, "Id of the play, as docs/plays.md has it.", nullable=False)

ACTION_EFFECTS: Final = Table(
    "gold.action_effects",
    "One row per customer and play.",
    "What a play would change, of the plays that a customer may be offered on as_of: the ten worth "
    "most. Money is margin over the horizon, in the currency that decisions are made in.",
    (
        CUSTOMER,
        _PLAY,
        AS_OF,
        HORIZON,
        Column("team", STRING, "The team that does it; null where a system sends it."),
        Column("is_matching", BOOL, "The play answers the customer's driver.", nullable=False),
        _effect("effect", "Change of the probability to order in the horizon."),
        _effect("effect_low", "Lower end of its 90 % interval."),
        _effect("effect_high", "Upper end."),
        vocabulary("basis", "What the effect follows from", EFFECT_BASES),
        money("margin_amount", "Expected margin gained, before costs.", signed=True),
        money("cost_amount", "Expected cost of contact and offer."),
        money("value_amount", "Expected gain: margin less cost.", signed=True),
        CURRENCY,
        RUN,
    ),
    keys=("customer_id", "play"),
    write=Overwrite(),
    subject="customer_id",
)

NEXT_BEST_ACTIONS: Final = Table(
    "gold.next_best_actions",
    "One row per current customer.",
    "The play decided on for the customer, or none, and why.",
    (
        CUSTOMER,
        AS_OF,
        Column("action", STRING, "Id of the play; none: leave alone.", nullable=False),
        Column("title", STRING, "Title of the play; null of none."),
        vocabulary("channel", "Through which", PLAY_CHANNELS, nullable=True),
        Column("team", STRING, "The team that does it; null where a system sends it."),
        Column("is_done_by_people", BOOL, "A person does it.", nullable=False),
        Column("offer_ends_on", DATE, "Last day of the offer; null without one that ends."),
        vocabulary(
            "left_alone_because",
            "Why the action is none, the first that holds",
            LEFT_ALONE,
            nullable=True,
        ),
        _effect("effect", "See action_effects; null of none.", nullable=True),
        _effect("effect_low", "See action_effects.", nullable=True),
        _effect("effect_high", "See action_effects.", nullable=True),
        money("value_amount", "Expected gain: margin less cost.", nullable=True, signed=True),
        money("value_low_amount", "At effect_low.", nullable=True, signed=True),
        money("value_high_amount", "At effect_high.", nullable=True, signed=True),
        money("saved_amount", "Expected margin kept, before costs.", nullable=True, signed=True),
        money("cost_amount", "Expected cost of contact and offer.", nullable=True),
        Column(CURRENCY.name, STRING, "ISO 4217 code of the amounts.", check=CURRENCY.check),
        probability("propensity", "See decision_log."),
        Column("is_explored", BOOL, "Drawn by lot.", nullable=False),
        Column("explanation", STRING, "Why, in a sentence from known facts.", nullable=False),
        Column(
            "justification",
            STRING,
            "What makes the treatment differ from that of others: value tier, limits.",
            nullable=False,
        ),
        IDENTITY_RUN,
        RUN,
    ),
    keys=("customer_id",),
    write=Overwrite(),
    subject="customer_id",
)

CALL_QUEUE: Final = Table(
    "gold.call_queue",
    "One row per customer whom a team takes on.",
    "Those of next_best_actions that people do, for each team in the order of what is saved; never "
    "more than the team's capacity.",
    (
        Column("team", STRING, "The team.", nullable=False),
        Column("place", INT, "1 comes first.", nullable=False, unit="rank", check="place > 0"),
        CUSTOMER,
        AS_OF,
        _PLAY,
        Column("title", STRING, "Its title.", nullable=False),
        vocabulary("channel", "Through which", PLAY_CHANNELS),
        money("saved_amount", "Expected margin kept, before costs.", signed=True),
        CURRENCY,
        Column("explanation", STRING, "Why, in a sentence from known facts.", nullable=False),
        RUN,
    ),
    keys=("team", "place"),
    write=Overwrite(),
    subject="customer_id",
)

ALLOCATIONS: Final = Table(
    "gold.allocations",
    "One row per day and limit.",
    "What the plan of a day may use of each limit and uses, and the certificate of the plan: no "
    "plan within the limits is worth more than bound_amount.",
    (
        AS_OF,
        Column(
            "limit_name",
            STRING,
            "budget, low_value, a team, or how far a group's treated share is from that of all.",
            nullable=False,
        ),
        Column(
            "limit_value",
            MEASURE,
            "At most so much; null: unlimited.",
            unit="money, customers or percentage points",
        ),
        Column(
            "used_value",
            MEASURE,
            "So much is used.",
            nullable=False,
            unit="money, customers or percentage points",
        ),
        Column(
            "shadow_price_value",
            MEASURE,
            "Gain by one more unit of the limit.",
            nullable=False,
            unit="currency per unit",
        ),
        Column("is_binding", BOOL, "One more unit would be used.", nullable=False),
        money("plan_amount", "Expected gain of the plan.", signed=True),
        money("bound_amount", "No plan can be worth more.", signed=True),
        Column(
            "gap_share",
            SHARE,
            "Bound less plan, as share of the bound.",
            nullable=False,
            unit="share",
        ),
        CURRENCY,
        RUN,
    ),
    keys=("as_of", "limit_name"),
    write=ReplaceWhere(),
)

DECISION_LOG: Final = Table(
    "gold.decision_log",
    "One row per run and customer decided about.",
    "What was decided for whom, by which policy, and how likely that was: all of next_best_actions "
    "but those who never bought.",
    (
        RUN,
        CUSTOMER,
        AS_OF,
        Column(
            "policy",
            STRING,
            "Versions of catalogue, effects and solver.",
            nullable=False,
        ),
        Column("action", STRING, "Id of the play, or none.", nullable=False),
        probability(
            "propensity",
            "Probability with which the policy chooses this action for the customer; null where "
            "is_repaired.",
        ),
        vocabulary("channel", "Through which", PLAY_CHANNELS, nullable=True),
        money("cost_amount", "Expected cost.", nullable=True),
        Column(CURRENCY.name, STRING, "ISO 4217 code of the cost.", check=CURRENCY.check),
        Column("is_explored", BOOL, "Drawn by lot.", nullable=False),
        Column(
            "is_repaired",
            BOOL,
            "Taken or left to keep a limit, not by lot or price: leave it out of off-policy "
            "estimates.",
            nullable=False,
        ),
        vocabulary("left_alone_because", "Why the action is none", LEFT_ALONE, nullable=True),
        Column("reason", STRING, "Driver acted on, as customer_segments has it."),
        vocabulary("lifecycle", "Stage on the day", LIFECYCLES, nullable=True),
        vocabulary("value_tier", "Value tier on the day", VALUE_TIERS, nullable=True),
        probability("leave_probability", "To place no order in the horizon if left alone."),
        Column("options", STRING, "Plays that a lot could fall on, comma-separated; null of none."),
    ),
    keys=("run_number", "customer_id"),
    write=Append(),
    subject="customer_id",
)
