"""Every file in jobs is one job of its name, and the pipeline names each."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from holdfast.jobs.pipeline import PIPELINE
from holdfast.jobs.runtime.runs.job import Job
from tests.architecture.rule import REPOSITORY

NO_JOBS = {"__init__", "pipeline"}


def files() -> set[str]:
    """Names of the files that must each be a job."""
    return {path.stem for path in Path(REPOSITORY / "jobs").glob("*.py")} - NO_JOBS


def strays(names: Iterable[str], jobs: Iterable[Job]) -> Iterator[str]:
    """Files without a job in the pipeline, and jobs that do not stand in a file of their name."""
    stands_in = {job.name: job.run.__module__.rpartition(".")[2] for job in jobs}
    yield from (
        f"jobs/{name}.py has no job in the pipeline" for name in set(names) - set(stands_in)
    )
    yield from (
        f"job {name} stands in {module}.py" for name, module in stands_in.items() if name != module
    )


def test_every_file_is_the_job_it_is_named_after() -> None:
    assert not list(strays(files(), PIPELINE.jobs))


def test_a_forgotten_and_a_misnamed_job_are_caught() -> None:
    assert list(strays({*files(), "forgotten"}, PIPELINE.jobs)) == [
        "jobs/forgotten.py has no job in the pipeline"
    ]
    misnamed = Job("planted", PIPELINE["publish"].run)
    assert list(strays({"planted"}, [misnamed])) == ["job planted stands in publish.py"]
