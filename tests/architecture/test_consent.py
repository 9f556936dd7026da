"""Every job that uses what is known of people applies the newest consent on top."""

from collections.abc import Iterable

from holdfast.jobs.pipeline import PIPELINE
from holdfast.jobs.runtime.runs.job import Job
from holdfast.transformations.tables.gold import TABLES as GOLD
from holdfast.transformations.tables.silver import CONSENT_STATE, IDENTITY_MAP
from holdfast.transformations.tables.table import Column, Overwrite, Table

SCORES = {
    table.name
    for table in GOLD
    if table.short_name in ("churn_scores", "churn_reasons", "churn_signs", "customer_values")
}


def careless(jobs: Iterable[Job]) -> list[str]:
    """Jobs that read features or scores without the two tables that say who allowed it."""
    return [
        job.name
        for job in jobs
        if any(_is_personal(edge) for edge in job.reads)
        and not {CONSENT_STATE, IDENTITY_MAP} <= set(job.reads)
    ]


def _is_personal(edge: object) -> bool:
    return isinstance(edge, Table) and (edge.layer == "features" or edge.name in SCORES)


def planted(*reads: Table) -> Job:
    return Job("planted", lambda ctx: None, reads)


def test_every_job_that_reads_features_or_scores_reads_consent() -> None:
    assert careless(PIPELINE.jobs) == []


def test_scores_are_tables_that_exist() -> None:
    assert len(SCORES) == 4


def test_a_careless_job_is_caught() -> None:
    feature = Table(
        "features.planted",
        "One row.",
        "Planted.",
        (Column("id", IDENTITY_MAP["party_id"].type, "An id."),),
        keys=("id",),
        write=Overwrite(),
    )
    assert careless([planted(feature)]) == ["planted"]
    assert careless([planted(feature, CONSENT_STATE)]) == ["planted"]
    assert careless([planted(feature, CONSENT_STATE, IDENTITY_MAP)]) == []
    assert careless([planted(CONSENT_STATE)]) == []
    assert careless([planted(*(table for table in GOLD if table.name in SCORES))]) == ["planted"]
