"""Any wide table with a label as what the churn model is fitted on.

The features are the table's numbers and flags. Cut-offs come from a column of days. Where there is
none, customers are divided by a hash over made-up days, a horizon apart, so that nobody is answered
for by a model that has seen them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from holdfast.models.churn.dataset import LABEL, is_taken

MADE_UP_DAYS: Final = 6
FIRST_MADE_UP: Final = date(2000, 1, 1)
_LEFT, _STAYED = ("yes", "true", "1", "1.0", "y"), ("no", "false", "0", "0.0", "n")


class TableError(ValueError):
    """A table that cannot be learnt from, with what is wrong in words."""


@dataclass(frozen=True, eq=False)
class LabelledTable:
    """`rows` have customer_id, as_of, churned (1.0, 0.0, or null where it is not known) and the
    `features` as doubles; `left_out` are columns that could not be taken for one.
    """

    rows: DataFrame
    features: tuple[str, ...]
    left_out: tuple[str, ...]


def label_table(
    table: DataFrame,
    label: str,
    customer: str,
    day: str | None,
    horizon_days: int,
    features: Sequence[str] = (),
) -> LabelledTable:
    """The table in the shape of `fit`. Without `features` they are all numbers and flags but those
    whose name says something else to it.

    Raises TableError for a column that is not there or is named as a feature and no number.
    """
    used = [label, customer, *([day] if day else []), *features]
    if absent := [name for name in used if name not in table.columns]:
        raise TableError(f"there is no column {', '.join(absent)}")
    others = [name for name in table.columns if name not in (label, customer, day)]
    features = tuple(dict.fromkeys(features))
    if clash := [name for name in features if is_taken(name)]:
        raise TableError(f"rename {', '.join(clash)}: no feature may be called so")
    free = [name for name in others if not is_taken(name)]
    numbers = [name for name in free if _is_number(table.schema[name].dataType)]
    if odd := [name for name in features if name not in numbers]:
        raise TableError(f"{', '.join(odd)} is no number and no flag")
    chosen = tuple(features or numbers)
    if dotted := [name for name in chosen if "." in name or "`" in name]:
        raise TableError(f"rename {', '.join(dotted)}: no dot and no backtick in a feature")
    if not chosen:
        raise TableError("no column is a number or a flag")
    on = F.col(f"`{day}`").try_cast("date") if day else _make_up_day(customer, horizon_days)
    rows = table.select(
        F.col(f"`{customer}`").cast("string").alias("customer_id"),
        on.alias("as_of"),
        read_label(F.col(f"`{label}`")).alias(LABEL),
        *(F.col(f"`{name}`").cast("double").alias(name) for name in chosen),
    )
    left_out = () if features else tuple(name for name in others if name not in chosen)
    return LabelledTable(rows, chosen, left_out)


def read_label(value: Column) -> Column:
    """1.0 for who left, 0.0 for who stayed, null for unknown and for any other word."""
    word = F.lower(F.trim(value.cast("string")))
    return F.when(word.isin(*_LEFT), 1.0).when(word.isin(*_STAYED), 0.0)


def _is_number(kind: T.DataType) -> bool:
    return isinstance(kind, T.NumericType | T.BooleanType)


def _make_up_day(customer: str, horizon_days: int) -> Column:
    key = F.col(f"`{customer}`").cast("string")
    place = F.pmod(F.xxhash64(F.lit("day"), key), F.lit(MADE_UP_DAYS))
    days = [FIRST_MADE_UP + timedelta(days=horizon_days * step) for step in range(MADE_UP_DAYS)]
    return F.element_at(F.array(*(F.lit(one) for one in days)), place.cast("int") + 1)
