"""Columns that many contracts share, and short names for their types."""

from collections.abc import Sequence
from typing import Final

from pyspark.sql import types as T

from holdfast.transformations.tables.table import Column
from holdfast.transformations.tables.vocabulary import AMOUNT_DECIMALS, PersonalKind

STRING: Final = T.StringType()
LONG: Final = T.LongType()
INT: Final = T.IntegerType()
DATE: Final = T.DateType()
INSTANT: Final = T.TimestampType()
BOOL: Final = T.BooleanType()
BINARY: Final = T.BinaryType()
DOUBLE: Final = T.DoubleType()
MONEY: Final = T.DecimalType(18, AMOUNT_DECIMALS)
EXACT_MONEY: Final = T.DecimalType(18, 6)  # finer than any currency: millionths of an ad's click
SHARE: Final = T.DecimalType(9, 6)
MEASURE: Final = T.DecimalType(18, 4)

SOURCE: Final = Column(
    "source", STRING, "Instance name of the source the row came from.", nullable=False
)
PARTY: Final = Column(
    "party_id", STRING, "The source's own person: `<source>:<id>`.", nullable=False
)
RUN: Final = Column("run_number", LONG, "Number of the run that wrote the row.", nullable=False)
EVENT_AT: Final = Column("event_at", INSTANT, "When it happened (UTC).", nullable=False)
AVAILABLE_AT: Final = Column(
    "available_at",
    INSTANT,
    "When the business first could know: created or received, never updated (UTC).",
    nullable=False,
)
INGESTED_AT: Final = Column(
    "ingested_at", INSTANT, "When the row's first version was loaded (UTC).", nullable=False
)
CURRENCY: Final = Column(
    "currency", STRING, "ISO 4217 code.", nullable=False, check="length(currency) = 3"
)
AS_OF: Final = Column(
    "as_of", DATE, "The day D; nothing dated on or after it is seen.", nullable=False
)
CUSTOMER: Final = Column(
    "customer_id",
    LONG,
    "The person, a counter of the identity ledger.",
    nullable=False,
    check="customer_id > 0",
)
IDENTITY_RUN: Final = Column(
    "identity_run", LONG, "Run of the customer's newest identity row.", nullable=False
)
HORIZON: Final = Column(
    "horizon_days",
    INT,
    "Length of the outcome window.",
    nullable=False,
    unit="days",
    check="horizon_days > 0",
)

FACT: Final = (SOURCE, EVENT_AT, AVAILABLE_AT, INGESTED_AT, RUN)


def key(name: str, doc: str) -> Column:
    """An id that starts with its source's instance name, never null."""
    return Column(name, STRING, doc, nullable=False, scoped=True)


def reference(name: str, doc: str) -> Column:
    """An id of another table's row, scoped to the source, null when unknown."""
    return Column(name, STRING, doc, scoped=True)


def money(name: str, doc: str, *, nullable: bool = False, signed: bool = False) -> Column:
    """An amount in the row's currency; not below zero unless signed."""
    return Column(
        name,
        MONEY,
        doc,
        nullable=nullable,
        unit="currency",
        check=None if signed else f"{name} >= 0",
    )


def exact_money(name: str, doc: str, *, nullable: bool = False) -> Column:
    """An amount not below zero that is kept as the source gives it, finer than its currency."""
    check = f"{name} >= 0"
    return Column(name, EXACT_MONEY, doc, nullable=nullable, unit="currency", check=check)


def quantity(doc: str, *, nullable: bool = False) -> Column:
    """Goods by the piece or by weight."""
    return Column("quantity", MEASURE, doc, nullable=nullable, unit="units", check="quantity >= 0")


def probability(name: str, doc: str, *, nullable: bool = True) -> Column:
    """A number between 0 and 1 with six decimals."""
    return Column(
        name, SHARE, doc, nullable=nullable, unit="probability", check=f"{name} between 0 and 1"
    )


def token(name: str, kind: PersonalKind, doc: str) -> Column:
    """The vault token of a personal value."""
    return Column(name, STRING, doc, pii=kind)


def vocabulary(name: str, doc: str, words: Sequence[str], *, nullable: bool = False) -> Column:
    """A column that holds one of some words; `doc` says what of, its words follow."""
    text = f"{doc}: {one_of(words)}"
    return Column(name, STRING, text, nullable=nullable, words=tuple(words))


def one_of(words: Sequence[str]) -> str:
    """The doc of a column that holds one of some words: `a, b or c.`"""
    return f"{', '.join(words[:-1])} or {words[-1]}."
