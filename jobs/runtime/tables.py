"""Every contract there is, those of the configured sources among them."""

from collections.abc import Sequence

from holdfast.transformations.sources import Source
from holdfast.transformations.tables import features, gold, ops, silver
from holdfast.transformations.tables.table import Table


def bronze_tables(sources: Sequence[Source]) -> list[Table]:
    """The raw tables of the sources, one an export."""
    return [raw.table for source in sources for raw in source.tables]


def fixed_tables() -> list[Table]:
    """The tables that every root has, whatever its sources."""
    from holdfast.transformations.features.registry import SNAPSHOTS

    return [*silver.TABLES, SNAPSHOTS, *features.TABLES, *gold.TABLES, *ops.TABLES]


def every_table(sources: Sequence[Source]) -> list[Table]:
    """Raw tables first, then silver, features, gold and ops."""
    return [*bronze_tables(sources), *fixed_tables()]
