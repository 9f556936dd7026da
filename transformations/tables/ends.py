"""Instants at which something came to an end, as versions tell them: `Upsert.ends`."""

from pyspark.sql import Column
from pyspark.sql import functions as F


def is_sooner(theirs: Column, mine: Column) -> Column:
    """Theirs is the earlier end, or the first there is; never null."""
    return F.coalesce(theirs < mine, theirs.isNotNull() & mine.isNull())
