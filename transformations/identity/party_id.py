"""The halves of a party id, `<source>:<id>`: the source's own id may hold colons, its name none."""

from pyspark.sql import Column
from pyspark.sql import functions as F


def source_of(party_id: str) -> Column:
    """The instance name of the source, before the first colon."""
    return F.substring_index(party_id, ":", 1)


def source_id(party_id: str) -> Column:
    """The source's own id, everything after the first colon."""
    return F.expr(f"substr({party_id}, instr({party_id}, ':') + 1)")
