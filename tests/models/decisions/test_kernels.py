"""What Spark decides is what the arrays say."""

from dataclasses import replace
from random import Random

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from holdfast.models.allocation.frames import CustomersInFrame
from holdfast.models.decisions.choices import choose_actions, choose_in_table
from holdfast.models.decisions.limits import list_uses
from holdfast.models.decisions.options import find_options, list_options
from holdfast.models.decisions.parity import Parity, count_groups
from holdfast.models.decisions.plan import plan_actions
from tests.models.decisions.decided import Case, draw_case, explore, list_people, plan


def by_customer(table: pa.Table) -> list[dict[str, object]]:
    return sorted(table.to_pylist(), key=lambda row: row["customer_id"])


def decide_in_spark(spark: SparkSession, case: Case, options: pa.Table) -> pa.Table:
    """As the job does where customers are many: the plan over the frame."""
    frame = spark.createDataFrame(options).localCheckpoint(eager=True)
    others = frame.filter("not is_explored")
    parity = Parity(count_groups(others) if case.alike else {}, case.most_points)
    limits = replace(case.limits, parity=parity)
    rest = CustomersInFrame(list_uses(others, limits), limits.names_of_plan, 2)
    explored = options.filter(options["is_explored"])
    made = plan_actions(explored, rest, limits, case.exploration)
    return choose_actions(frame, case.terms.plays, limits, made.plan).toArrow()


@pytest.mark.slow
def test_fifty_cases_are_decided_through_spark_as_without_it(spark: SparkSession) -> None:
    dice, treated = Random(11), 0
    for number in range(50):
        case = draw_case(dice, most_people=100)
        if not case.people:
            continue
        explore(dice, case.people, case.exploration.share)
        people = list_people(case)
        options = list_options(people, case.terms)
        frame = spark.createDataFrame(people).repartition(3)
        assert by_customer(find_options(frame, case.terms).toArrow()) == by_customer(options)
        made = plan(case, options)
        alone = choose_in_table(options, case.terms.plays, made.limits, made.plan)
        treated += sum(action != "none" for action in alone["action"].to_pylist())
        if number % 5 == 0 and case.plays:
            found = decide_in_spark(spark, case, options)
        else:
            frame = spark.createDataFrame(options).repartition(3)
            chosen = choose_actions(frame, case.terms.plays, made.limits, made.plan)
            found = chosen.toArrow()
        assert by_customer(found) == by_customer(alone)
    assert treated > 50
