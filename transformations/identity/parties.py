"""Everybody: parties that exports of people list, and those that facts alone name."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from holdfast.transformations.states import select_standing
from holdfast.transformations.tables.vocabulary import ANONYMOUS

_COLUMNS = ("party_id", "party_kind", "event_at", "available_at")


def all_parties(parties: DataFrame, fact_parties: DataFrame) -> DataFrame:
    """party_id, party_kind, event_at and available_at of every party that is somebody: of
    silver.parties but those withdrawn or anonymous, and of silver.fact_parties.
    """
    listed = select_standing(parties).filter(F.col("party_kind") != F.lit(ANONYMOUS))
    return listed.select(*_COLUMNS).unionByName(fact_parties.select(*_COLUMNS))
