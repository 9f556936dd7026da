"""Which settings make a job run again."""

import pytest

from holdfast.jobs.runtime.config import settings
from holdfast.jobs.runtime.runs.fingerprint import fingerprint, today
from holdfast.jobs.runtime.runs.job import Job

JOB = Job("build_features", lambda ctx: None)


def fingerprint_under(*overrides: str) -> str:
    """The fingerprint of a job on equal input under settings."""
    found = settings.load("local", list(overrides)).as_dict()
    return fingerprint(JOB, {"silver.orders": 3}, None, found, [])


@pytest.mark.parametrize(
    "override",
    ["run.currency=EUR", "run.time_zone=Europe/Berlin", "outcome.horizon_days=365", "churn.seed=8"],
)
def test_a_setting_that_tables_depend_on_makes_a_job_run_again(override: str) -> None:
    assert fingerprint_under(override) != fingerprint_under()


@pytest.mark.parametrize(
    "override",
    ["run.root=elsewhere", "run.lease_minutes=5", "spark.memory=3g", "report.top_customers=9"],
)
def test_a_setting_that_no_table_depends_on_does_not(override: str) -> None:
    assert fingerprint_under(override) == fingerprint_under()


def test_today_is_a_day_of_its_zone() -> None:
    """Twenty-six hours lie between these two."""
    assert today("Pacific/Kiritimati") > today("Etc/GMT+12")
