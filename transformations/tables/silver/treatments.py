"""What was sent to customers or done for them, or not, and by which chance."""

from typing import Final

from holdfast.transformations.tables.columns import (
    CURRENCY,
    FACT,
    PARTY,
    SHARE,
    STRING,
    exact_money,
    key,
    vocabulary,
)
from holdfast.transformations.tables.table import Column, Table, Upsert
from holdfast.transformations.tables.vocabulary import (
    ASSIGNMENTS,
    NO_PLAY,
    OFFER_KINDS,
    TREATMENT_CHANNELS,
)

TREATMENTS: Final = Table(
    "silver.treatments",
    "One row per thing sent to or done for a customer, or per time one was left alone in an "
    "experiment.",
    "From the logs of a CRM, or a file written by hand; event_at is when it was sent or done.",
    (
        key("treatment_id", "The treatment."),
        PARTY,
        *FACT,
        Column(
            "play",
            STRING,
            f"Id of the play, or the campaign's name where no play has it; {NO_PLAY}: left alone.",
            nullable=False,
        ),
        vocabulary(
            "channel",
            "By which it came, null for those left alone",
            TREATMENT_CHANNELS,
            nullable=True,
        ),
        CURRENCY,
        exact_money(
            "cost_amount",
            "What the contact cost, without what its offer gives away; null where the source does "
            "not say.",
            nullable=True,
        ),
        Column("experiment", STRING, "Name of the experiment, null outside of any."),
        vocabulary(
            "assignment",
            "How it fell to the customer, drawn by a known chance or chosen without one; unknown "
            "where the source's propensity is none",
            ASSIGNMENTS,
        ),
        Column(
            "propensity",
            SHARE,
            "Chance with which this customer got this play, or was left alone, when it was drawn.",
            unit="probability",
            check="propensity > 0 and propensity <= 1",
        ),
        vocabulary("offer_kind", "What was offered with it", OFFER_KINDS, nullable=True),
        Column(
            "offer_share",
            SHARE,
            "Depth of the offer as a share of the price, 0.1 for ten per cent.",
            unit="share",
            check="offer_share between 0 and 1",
        ),
        exact_money("offer_amount", "Depth of the offer as an amount.", nullable=True),
    ),
    keys=("treatment_id",),
    write=Upsert(mutable=("cost_amount", "assignment", "propensity")),
    cluster_by=("event_at",),
    subject="party_id",
)
