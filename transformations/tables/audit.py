"""Audit: what people are that no decision may depend on, held apart from all else that is known of
them.
"""

from typing import Final

from holdfast.transformations.tables.columns import FACT, PARTY, STRING
from holdfast.transformations.tables.table import Column, Table, Upsert

ATTRIBUTE: Final = Column(
    "attribute", STRING, "What it is: age, sex, income ..., in lower case.", nullable=False
)
WORD: Final = Column(
    "word", STRING, "What the person is, a group among others: 25-34.", nullable=False
)

ATTRIBUTES: Final = Table(
    "audit.attributes",
    "One row per source record of a person and attribute.",
    "From files under audit/<source>, of people as that source knows them; event_at is when the "
    "file was written. audit_fairness alone reads it: it is no feature, no score and no decision.",
    (PARTY, ATTRIBUTE, WORD, *FACT),
    keys=("party_id", "attribute"),
    write=Upsert(mutable=("word",)),
    subject="party_id",
)
