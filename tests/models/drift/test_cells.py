"""Cells of a feature, and customers counted in them."""

from datetime import date

import numpy as np
import pytest
from pyspark.sql import SparkSession

from holdfast.models.drift.cells import (
    BINS,
    CELLS,
    count_cells,
    find_edges,
    place_in_cells,
    sample_values,
)

DAYS, TODAY = [date(2026, 1, 1), date(2026, 2, 1)], date(2026, 5, 1)


def test_continuous_values_fall_into_cells_of_equally_many() -> None:
    values = np.random.default_rng(1).normal(size=10_000)
    counts = np.bincount(place_in_cells(values, find_edges(values)), minlength=CELLS)
    assert counts[0] == counts[-1] == counts[-2] == 0
    assert counts[1 : BINS + 1].tolist() == pytest.approx([500] * BINS, abs=2)


def test_each_of_few_values_has_a_cell_of_its_own_and_what_was_never_seen_has_another() -> None:
    edges = find_edges(np.array([0.0] * 90 + [1.0] * 8 + [5.0] * 2))
    found = place_in_cells(np.array([0.0, 1.0, 5.0, -1.0, 6.0, np.nan, np.inf, -np.inf]), edges)
    assert len(set(found[:6])) == 6 and found[5] == CELLS - 1
    above, below = found[4], found[3]
    assert found[6:].tolist() == [above, below]


@pytest.mark.parametrize("values", [[], [np.nan] * 9, [np.inf, -np.inf, np.nan], [7.0] * 9])
def test_there_are_cells_where_nothing_can_be_cut(values: list[float]) -> None:
    edges = find_edges(np.array(values, dtype=float))
    assert np.isfinite(edges).all()
    places = place_in_cells(np.array([7.0, np.nan, np.inf]), edges)
    assert places[1] == CELLS - 1 and (places < CELLS).all()


def test_no_customer_is_in_both_halves_and_all_are_counted_on_every_day(
    spark: SparkSession,
) -> None:
    people = range(BINS - 2)  # each has a cell of its own
    rows = [(day, i, float(i)) for day in (*DAYS, TODAY) for i in people if (day, i) != (TODAY, 3)]
    rows += [(date(2025, 1, 1), 1, 1.0), (TODAY, 99, None)]
    frame = spark.createDataFrame(rows, "as_of date, customer_id long, who double")
    edges = {"who": np.sort(np.array([-0.5, *map(float, people)]))}
    one, other = (
        count_cells(frame.repartition(ways), edges, DAYS, TODAY)["who"] for ways in (1, 3)
    )
    own = one.days[:, 1 : len(people) + 1]
    assert own.tolist() == np.ones((2, len(people))).tolist()
    assert one.today[1 : len(people) + 1].sum() == len(people) - 1 and one.today[-1] == 1
    before, now = one.half_before > 0, one.half_today > 0
    assert not (before & now).any() and one.half_before.max() == 1
    assert before.sum() + now[:-1].sum() in (len(people), len(people) - 1)
    assert 3 < before.sum() < len(people) - 3
    assert (one.half_before == other.half_before).all() and (one.days == other.days).all()


def test_a_sample_is_the_same_over_any_partitioning(spark: SparkSession) -> None:
    rows = [(TODAY, i, float(i % 7)) for i in range(40)]
    frame = spark.createDataFrame(rows, "as_of date, customer_id long, visits double")
    one, other = (sample_values(frame.repartition(n), ["visits"], 15)["visits"] for n in (1, 3))
    assert one.tolist() == other.tolist() and len(one) == 15
