"""The real jobs, each by what it declares."""

import pytest

from holdfast.jobs.pipeline import PIPELINE
from holdfast.jobs.runtime.runs.job import Job
from holdfast.transformations.tables.table import Table


@pytest.mark.parametrize("job", PIPELINE.jobs, ids=lambda job: job.name)
def test_a_job_is_no_input_of_itself(job: Job) -> None:
    """Else its own output would make the next run do it again; `previous` is for that."""
    own = [edge for edge in job.reads if edge in job.writes]
    assert all(isinstance(edge, Table) and edge.shared for edge in own), own
