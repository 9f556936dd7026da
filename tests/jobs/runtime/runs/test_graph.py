"""The graph follows from what jobs declare."""

import pytest

from holdfast.jobs.runtime.runs.graph import GraphError, Pipeline, find_edges, sort_jobs
from holdfast.jobs.runtime.runs.job import BRONZE, Job, TrainedModel
from holdfast.transformations.tables.features import LABELS
from holdfast.transformations.tables.gold import CHURN_SCORES, PUBLISHED_RUNS
from holdfast.transformations.tables.ops import MODEL_METRICS
from holdfast.transformations.tables.silver import ORDERS

MODEL = TrainedModel("model")


def made(name: str, reads: tuple[object, ...] = (), writes: tuple[object, ...] = ()) -> Job:
    return Job(name, lambda ctx: None, reads, writes)  # type: ignore[arg-type]  # edges of any kind


def test_a_job_waits_for_the_writers_of_what_it_reads() -> None:
    jobs = [
        made("score", (MODEL,), (CHURN_SCORES,)),
        made("train", (LABELS,), (MODEL,)),
        made("label", (ORDERS,), (LABELS,)),
        made("standardise", (BRONZE,), (ORDERS,)),
        made("ingest", (), (BRONZE,)),
    ]
    assert sort_jobs(find_edges(jobs)) == ["ingest", "standardise", "label", "train", "score"]
    assert find_edges(jobs)["score"] == {"train"}


def test_publish_waits_for_every_job() -> None:
    jobs = [
        made("a", (), (ORDERS,)),
        made("b", (), (LABELS,)),
        made("publish", (), (PUBLISHED_RUNS,)),
    ]
    assert find_edges(jobs)["publish"] == {"a", "b"}


def test_two_writers_of_one_table_are_an_error() -> None:
    with pytest.raises(GraphError, match=r"silver\.orders is written by a and by b"):
        find_edges([made("a", (), (ORDERS,)), made("b", (), (ORDERS,))])


def test_a_shared_log_may_have_many_writers_and_makes_no_edge() -> None:
    assert (
        find_edges(
            [made("a", (), (MODEL_METRICS,)), made("b", (MODEL_METRICS,), (MODEL_METRICS,))]
        )["b"]
        == frozenset()
    )


def test_a_cycle_is_an_error_that_names_it() -> None:
    with pytest.raises(GraphError, match="wait for each other"):
        find_edges([made("a", (ORDERS,), (LABELS,)), made("b", (LABELS,), (ORDERS,))])


def test_two_jobs_of_one_name_are_an_error() -> None:
    with pytest.raises(GraphError, match="two jobs are called a"):
        Pipeline((made("a"), made("a")))


def test_the_tables_are_those_that_jobs_name_and_the_ledgers_own() -> None:
    jobs = Pipeline((made("a", (BRONZE,), (LABELS,)), made("b", (LABELS, MODEL), (CHURN_SCORES,))))
    assert [table.name for table in jobs.tables] == [
        "features.labels",
        "gold.churn_scores",
        "ops.runs",
        "ops.job_runs",
    ]


def test_a_job_outside_the_graph_waits_for_nobody() -> None:
    aside = Job("aside", lambda ctx: None, (ORDERS,), in_graph=False)
    jobs = Pipeline((made("a", (), (ORDERS,)), aside))
    assert jobs.order == ["a"] and "aside" in jobs
