"""Why a row is refused: the names of the rules it breaks, kept beside it in one column."""

from collections.abc import Sequence
from typing import Final

from pyspark.sql import Column
from pyspark.sql import functions as F

REASONS: Final = "_reasons"
# What becomes of a row that is not used: refused by rules, or left out by a filter of that name.
QUARANTINED: Final = "quarantined"
FILTERED: Final = "filtered:"
NO_ITEMS: Final = "no_items"  # the filter that takes a record without the items it is spread into


def collect_reasons(rules: Sequence[Column]) -> Column:
    """An array of the rules' names; each of `rules` is a name where its rule is
    broken, else null.
    """
    return F.array_compact(F.array(*rules).cast("array<string>"))


def has_reasons() -> Column:
    """Whether a row with `_reasons` is refused."""
    return F.size(REASONS) > 0
