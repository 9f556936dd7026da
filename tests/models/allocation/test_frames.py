"""A frame's plan is that of the same pairs in memory, to the last bit."""

import numpy as np
import pytest
from pyspark.sql import SparkSession

from holdfast.models.allocation import CustomersInFrame, CustomersInMemory, allocate
from holdfast.models.allocation import plan as plans
from tests.models.allocation.problems import Problem, Row, draw_problem, list_choices

USES = ("cost", "calls", "visits", "spread")


def draw_cases() -> Problem:
    """Fifty kinds of customers in one base, each kind from a problem of its own."""
    cases = [draw_problem(seed, 40) for seed in range(50)]
    rows: list[Row] = [
        (1000 * number + customer, play, value, uses)
        for number, case in enumerate(cases)
        for customer, play, value, uses in case.rows
    ]
    order = np.random.default_rng(0).permutation(len(rows))
    amounts = np.sum([case.amounts for case in cases], axis=0)
    return Problem([rows[at] for at in order], tuple(amounts.tolist()))


def test_a_frame_gives_the_plan_of_the_same_pairs_in_memory(
    spark: SparkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "SAMPLE", 1000)
    problem = draw_cases()
    flat = [(customer, play, value, *uses) for customer, play, value, uses in problem.rows]
    frame = spark.createDataFrame(flat, ["customer_id", "play", "value", *USES]).repartition(2)
    customers = CustomersInFrame(frame, USES, partitions=3)
    held = CustomersInMemory(problem.pairs)
    expected = allocate(held, problem.limits)
    plan = allocate(customers, problem.limits)
    assert plan.certificate == expected.certificate
    found = customers.choose(plan.rule).toPandas().set_index("customer_id")
    ids, _, is_repaired = held.choose(expected.rule)
    assert sorted(found.index) == ids.tolist()
    chosen = found["play"].dropna().astype(int).to_dict()
    assert chosen == list_choices(held, expected)
    assert problem.is_kept_by(chosen)
    assert found["is_repaired"].reindex(ids).tolist() == is_repaired.tolist()


def test_a_frame_without_rows_has_an_empty_plan(spark: SparkSession) -> None:
    empty = spark.createDataFrame([], "customer_id long, play int, value double, cost double")
    customers = CustomersInFrame(empty, ["cost"], partitions=1)
    plan = allocate(customers, Problem([], (5.0,)).limits)
    assert customers.choose(plan.rule).toPandas().empty
    assert plan.certificate.value == plan.certificate.bound == 0.0
