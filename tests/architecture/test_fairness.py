"""What people are that no decision may depend on is known to the audit alone."""

from collections.abc import Iterable

from holdfast.jobs.pipeline import PIPELINE
from holdfast.jobs.runtime.runs.job import Job, Layer
from holdfast.transformations.features.registry import FEATURES
from holdfast.transformations.features.stream import FACTS
from holdfast.transformations.tables.audit import ATTRIBUTES
from holdfast.transformations.tables.gold import CUSTOMER_360
from holdfast.transformations.tables.silver import TURNING

READER, WRITER = "audit_fairness", "standardise"


def readers(jobs: Iterable[Job]) -> set[str]:
    """Jobs that may see a table of the layer, as it is now or was published."""
    return {
        job.name
        for job in jobs
        for edge in (*job.reads, *job.previous)
        if edge == Layer(ATTRIBUTES.layer) or getattr(edge, "layer", "") == ATTRIBUTES.layer
    }


def test_attributes_are_read_by_the_audit_and_written_by_standardise() -> None:
    assert readers(PIPELINE.jobs) == {READER}
    assert {job.name for job in PIPELINE.jobs if ATTRIBUTES in job.writes} == {WRITER}


def test_nothing_but_the_report_waits_for_what_the_audit_says() -> None:
    (audits,) = PIPELINE[READER].writes
    assert not [job.name for job in PIPELINE.jobs if audits in job.reads]
    assert [job.name for job in PIPELINE.jobs if audits in job.previous] == ["report"]


def test_no_feature_and_no_state_is_made_of_attributes() -> None:
    assert ATTRIBUTES not in {*FACTS, *TURNING}
    assert not [one.name for one in FEATURES if ATTRIBUTES in one.tables]


def test_a_curious_job_is_caught() -> None:
    def planted(**edges: object) -> Job:
        return Job("planted", lambda ctx: None, **edges)  # type: ignore[arg-type]  # edges by name

    assert readers([planted(reads=(ATTRIBUTES,))]) == {"planted"}
    assert readers([planted(previous=(ATTRIBUTES,))]) == {"planted"}
    assert readers([planted(reads=(Layer("audit"),))]) == {"planted"}
    assert readers([planted(reads=(CUSTOMER_360,))]) == set()
