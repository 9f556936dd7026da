"""Effects of a history of 29 customers, counted and pooled by hand.

On 1 September ten got bonus points by a chance of a quarter and eight of them ordered within 90
days; ten were left alone by a chance of a half, and of them five ordered in time. All others say
nothing, each for a reason of its own. Nobody has a driver; each was expected to leave by .4.
"""

from datetime import date
from math import sqrt
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, cast

import pytest
from pyspark.sql import SparkSession
from scipy.stats import norm

from holdfast.jobs.runtime.config import settings
from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.stages.decisions import effects as stage
from holdfast.transformations.features.registry import SNAPSHOTS
from holdfast.transformations.tables.gold import CUSTOMER_SEGMENTS, PLAY_EFFECTS
from holdfast.transformations.tables.silver import (
    CONSENT_STATE,
    IDENTITY_MAP,
    ORDERS,
    TREATMENTS,
)
from tests.fixtures import shop as small

PLAY: Final = "points_bonus"
DRAWN_ON: Final = "2025-09-01"
TREATED, LEFT_ALONE = range(1, 11), range(11, 21)
OBJECTS: Final = 27
Rows = list[dict[str, Any]]


def treatment(i: int, play: str = PLAY, chance: float | None = 0.25, **other: Any) -> Any:
    assignment = "drawn" if chance else "chosen"
    about = {"treatment_id": f"crm:{i}", "party_id": f"crm:{i}", "experiment": "first"}
    drawn = {"play": play, "propensity": chance, "assignment": assignment}
    return {**about, **drawn, "event_at": DRAWN_ON, **other}


def treatments() -> Rows:
    return [
        *(treatment(i) for i in TREATED),
        *(treatment(i, "none", 0.5) for i in LEFT_ALONE),
        treatment(21, chance=None),  # somebody chose
        treatment(22, chance=1.0),  # nothing else could have been
        treatment(23, party_id="crm:999"),  # nobody's
        treatment(24, "summer_letter"),  # no play of the catalogue
        treatment(25, event_at="2025-10-04"),  # 90 days end on the day after the run's
        treatment(26, "none", 0.5, experiment="second"),  # an experiment without plays
        treatment(OBJECTS),
        treatment(28, event_at="2026-01-02"),  # of the future
        treatment(29, assignment="chosen"),  # a chance is said of what was not drawn
    ]


def orders() -> Rows:
    """In time on the last day of the horizon, too late on the day after, or after the run's."""
    days = dict.fromkeys((*range(1, 9), *range(11, 16)), "2025-11-29")
    late = {9: "2025-11-30", 10: "2026-01-05", **dict.fromkeys(range(16, 21), "2025-11-30")}
    return [
        {"order_id": f"shop:o{i}", "party_id": f"crm:{i}", "event_at": day, "ordered_on": day}
        for i, day in (days | late).items()
    ]


def label(i: int, day: str, lifecycle: str, alive: float) -> dict[str, Any]:
    on = {"customer_id": i, "as_of": date.fromisoformat(day)}
    return {**on, "lifecycle": lifecycle, "value_tier": "top", "alive_probability": alive}


@pytest.fixture(scope="module")
def effects(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    people = range(1, 30)
    before, after = "2025-08-01", "2025-09-02"
    snapshot = {"as_of": date.fromisoformat(before), "recency_days": 400.0}
    objection = {"purpose": "analytics", "channel": "all", "is_allowed": False}
    tables = [
        (IDENTITY_MAP, [{"party_id": f"crm:{i}", "customer_id": i} for i in people]),
        (CONSENT_STATE, [{"party_id": f"crm:{OBJECTS}", **objection}]),
        (ORDERS, orders()),
        (TREATMENTS, treatments()),
        (SNAPSHOTS, [{"customer_id": i, **snapshot} for i in people]),
        (
            CUSTOMER_SEGMENTS,
            [
                *(label(i, before, "active", 0.6) for i in people),
                *(label(i, after, "lapsed", 0.1) for i in people),
            ],
        ),
    ]
    root: Path = tmp_path_factory.mktemp("effects") / "root"
    runner = small.publish(spark, root, tables, ["estimate_effects"])
    return list(runner.store.read(PLAY_EFFECTS).collect())


def test_only_what_was_drawn_and_is_known_counts_in_the_cell_of_its_day(effects: list[Any]) -> None:
    counts = {
        (row.play, row.driver, row.lifecycle, row.value_tier): (row.treated, row.untreated)
        for row in effects
        if row.treated or row.untreated
    }
    assert counts == {(PLAY, "unknown", "active", "top"): (10, 10)}
    assert {(row.play, row.driver, row.as_of) for row in effects} == {(PLAY, "unknown", small.DAY)}


def test_the_cell_is_pooled_with_the_catalogue_as_by_hand(effects: list[Any]) -> None:
    """The catalogue says .04, worth 200 customers, and .002 of those who would stay are harmed; of
    ten customers of an arm a quarter of the variance is theirs, the rest that of the risk. The mean
    is that of five factors on the catalogue's doubt, by how likely they make what was seen.
    """
    risk, harm = 0.4, 0.002 * 0.6 / 0.4
    seen, expected = (0.8 - 0.5) / risk, 0.04 - harm
    stated = 4 * (1 - risk) / (risk * 200)
    of_arms = [0.25 * rate * (1 - rate) / 10 + 0.75 * 0.024 for rate in (0.8, 0.5)]
    noise = sum(of_arms) / risk**2
    doubts = [factor * stated for factor in (1, 0.3, 0.1, 0.03, 0.01)]
    likely = [norm.pdf(seen - expected, scale=sqrt(doubt + noise)) for doubt in doubts]
    weight = sum(p * d / (d + noise) for p, d in zip(likely, doubts, strict=True)) / sum(likely)
    keep = expected + weight * (seen - expected) + harm
    centre = expected + stated / (stated + noise) * (seen - expected) + harm
    reach = 1.644854 * sqrt(stated * noise / (stated + noise))
    cell = next(row for row in effects if row.basis == "cell")
    assert float(cell.leave_probability) == risk
    assert float(cell.treated_effective) == float(cell.untreated_effective) == 10
    assert float(cell.keep_share) == pytest.approx(keep, abs=1e-5)
    assert float(cell.keep_low_share) == pytest.approx(centre - reach, abs=1e-4)
    assert float(cell.keep_high_share) == pytest.approx(centre + reach, abs=1e-4)
    assert float(cell.effect) == pytest.approx(risk * keep - 0.002 * 0.6, abs=1e-5)


def test_without_any_log_nothing_is_read_and_the_job_says_so() -> None:
    said: list[str] = []
    values = settings.load("local").values
    ctx = SimpleNamespace(
        as_of=small.DAY,
        settings=values,
        version_of=lambda table: None,
        published_runs={1: date(2025, 10, 4), 2: None},
        echo=said.append,
    )
    assert stage.read_history(cast(Context, ctx), []) is None
    assert said == [
        "no play was drawn by chance on or before 2025-10-03: effects are the catalogue's"
    ]
