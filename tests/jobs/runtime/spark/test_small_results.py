"""Identity under a limit on what any job may give the driver: records, pairs and groups stay in
Spark.
"""

from collections.abc import Iterator
from typing import Final

import pytest
from pyspark.sql import DataFrame, SparkSession

from bench.records.retail import COLUMNS, SCHEMA, records
from holdfast.jobs.stages.identity import assign_customers, households
from holdfast.models.identity import resolution
from holdfast.models.identity.matching import IdentityConfig
from holdfast.transformations.tables.silver import IDENTITY_EVENTS, IDENTITY_MAP

LIMIT: Final = "256k"
SAMPLE: Final = 400  # people whom the driver sees, where it is 50,000 as it comes
_NAME: Final = "spark.driver.maxResultSize"
_BROADCAST: Final = "spark.sql.autoBroadcastJoinThreshold"


@pytest.fixture
def known(spark: SparkSession, monkeypatch: pytest.MonkeyPatch) -> Iterator[DataFrame]:
    """Some thousand records, and the limit while they are used."""
    table = records(600, seed=3)[list(COLUMNS)].astype(object)
    frame = spark.createDataFrame(table.where(table.notna(), None), SCHEMA).localCheckpoint()
    monkeypatch.setattr(resolution, "SAMPLE", SAMPLE)
    conf = spark.sparkContext._jsc.sc().conf()  # read anew for each stage
    conf.set(_NAME, LIMIT)
    spark.conf.set(_BROADCAST, "-1")  # small frames go to all workers through the driver, else
    yield frame
    spark.conf.unset(_BROADCAST)
    conf.remove(_NAME)


def test_records_are_resolved_where_they_could_not_be_collected(
    spark: SparkSession, known: DataFrame
) -> None:
    found = resolution.resolve_records(known, IdentityConfig())
    before, events = (spark.createDataFrame([], t.schema) for t in (IDENTITY_MAP, IDENTITY_EVENTS))
    assigned = assign_customers(found, before, events)
    members, customers = assigned.members.count(), assigned.customers.count()
    assert members == known.count() > 3_000
    assert 1_000 < customers == assigned.events.count() < 0.7 * members
    assert households(assigned).count() > 500
    for planted in (known, found.pairs):
        with pytest.raises(Exception, match="maxResultSize"):
            planted.toArrow()
