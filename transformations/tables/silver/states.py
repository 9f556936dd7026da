"""What was so for a time: states of facts that changed, and the personal values of parties."""

from typing import Final

from holdfast.transformations.tables.columns import (
    AVAILABLE_AT,
    INSTANT,
    PARTY,
    RUN,
    SOURCE,
    STRING,
    key,
)
from holdfast.transformations.tables.table import Column, Scd2, Table

STANDING: Final = "standing"
ENDED: Final = "ended"
WITHDRAWN: Final = "withdrawn"

_VALID: Final = (
    Column("valid_from", INSTANT, "Start of the interval.", nullable=False),
    Column("valid_to", INSTANT, "End of the interval; null while it lasts."),
)

FACT_STATES: Final = Table(
    "silver.fact_states",
    "One row per state of a fact over an interval.",
    "Of facts with several versions or an end; any other stands as its table says. An interval "
    "begins when its version was made, or at the later end that it announced.",
    (
        Column("fact_table", STRING, "Table of the fact: orders, tickets ...", nullable=False),
        key("fact_id", "The fact's key in its table."),
        PARTY,
        SOURCE,
        Column(
            "status",
            STRING,
            f"{STANDING}, {ENDED} (cancelled, removed, solved) or {WITHDRAWN} (its version was set "
            "aside).",
            nullable=False,
        ),
        Column(
            "reason",
            STRING,
            "Of a withdrawn fact `filtered:<filter>`, or `quarantined:` and the rules broken.",
        ),
        Column("dated_value", STRING, "What a ticket's priority or a statement's state was."),
        AVAILABLE_AT,
        RUN,
        *_VALID,
    ),
    keys=("fact_table", "fact_id", "valid_from"),
    write=Scd2(),
    subject="party_id",
)

PARTY_VALUES: Final = Table(
    "silver.party_values",
    "One row per personal value of a party over an interval in which it was the newest.",
    "By token; what a newer version of the record leaves blank ends, and may come back.",
    (
        PARTY,
        Column("kind", STRING, "Kind of the value, as in silver.pii_vault.", nullable=False),
        Column("token", STRING, "Token of the value in silver.pii_vault.", nullable=False),
        RUN,
        *_VALID,
    ),
    keys=("party_id", "kind", "token", "valid_from"),
    write=Scd2(of=("party_id",)),
    subject="party_id",
)
