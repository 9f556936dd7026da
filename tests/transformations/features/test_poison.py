"""Nothing dated or known on or after a day changes what was knowable on it: twins, one with a
future and one without.
"""

from random import Random
from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from holdfast.transformations.features.registry import FEATURES, NAMES
from holdfast.transformations.features.snapshots import snapshots
from holdfast.transformations.features.stream import FACTS, stream_events
from holdfast.transformations.tables.silver import FACT_STATES, IDENTITY_MAP
from tests.factories import rows
from tests.transformations.features import twins

TIMELESS = {"season_month"}  # the month of the cut-off: no event has a part in it
Found = dict[tuple[str, Any], dict[int, dict[str, Any]]]


@pytest.fixture(scope="module")
def found(spark: SparkSession) -> Found:
    """Snapshots by twin and day, then person: one pass over both worlds and both days."""
    old = twins.past(Random(1))
    worlds = {"clean": old, "poisoned": twins.poisoned(old, Random(2))}
    facts = {
        table: rows(
            spark,
            table,
            [
                twins.of_twin(table, row, twin)
                for twin, world in worlds.items()
                for row in world[table]
            ],
        )
        for table in old
    }
    number = {"clean": 0, "poisoned": 1000}
    identity_map = rows(
        spark,
        IDENTITY_MAP,
        [
            {"party_id": f"{twin}:{person}", "customer_id": number[twin] + person}
            for twin in worlds
            for person in twins.PEOPLE
        ],
    )
    days = [twins.D.date(), twins.LATER.date()]
    taken = snapshots(stream_events(facts), identity_map, days).withColumns(
        {
            "twin": F.when(F.col("customer_id") > 1000, "poisoned").otherwise("clean"),
            "person": F.col("customer_id") % 1000,
        }
    )
    answer: Found = {}
    for row in taken.collect():
        answer.setdefault((row["twin"], row["as_of"]), {})[row["person"]] = {
            name: row[name] for name in NAMES
        }
    return answer


def test_the_future_changes_no_feature_of_the_day(found: Found) -> None:
    clean, poisoned = (found[twin, twins.D.date()] for twin in ("clean", "poisoned"))
    assert len(clean) == len(twins.PEOPLE)
    changed = {
        name for person in clean for name in NAMES if clean[person][name] != poisoned[person][name]
    }
    assert changed == set()


def test_the_poison_reaches_every_feature_once_its_day_has_come(found: Found) -> None:
    clean, poisoned = (found[twin, twins.LATER.date()] for twin in ("clean", "poisoned"))
    changed = {
        name for person in clean for name in NAMES if clean[person][name] != poisoned[person][name]
    }
    assert changed == set(NAMES) - TIMELESS


def test_every_feature_says_something_before_the_poison(found: Found) -> None:
    on_day = found["clean", twins.D.date()].values()
    assert [
        f.name
        for f in FEATURES
        if len({row[f.name] for row in on_day}) == 1 and f.name not in TIMELESS
    ] == []


def test_every_fact_table_is_poisoned() -> None:
    old = twins.past(Random(1))
    assert set(old) == {*FACTS, FACT_STATES}
    bad = twins.poisoned(old, Random(2))
    cut = [state["valid_to"] for state in bad[FACT_STATES] if state["valid_to"] is not None]
    assert len([at for at in cut if twins.D <= at < twins.LATER]) > 100
    for table in FACTS:
        before = old[table]
        added = bad[table][len(before) :]
        assert any(row["event_at"] == twins.D for row in added)
        assert any(row["event_at"] < twins.D <= row["available_at"] for row in added)
        assert all(max(row["event_at"], row["available_at"]) < twins.LATER for row in added)
        if getattr(table.write, "mutable", ()):
            assert any(new.get("version_at") == twins.D for new in bad[table][: len(before)])
