"""Upkeep of a root: small files joined, files of versions past their time deleted."""

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.runs.job import job
from holdfast.jobs.runtime.runs.upkeep import maintain_tables
from holdfast.transformations.features.registry import SNAPSHOTS
from holdfast.transformations.tables import features, gold, ops, silver
from holdfast.transformations.tables.audit import ATTRIBUTES

TABLES = (*silver.TABLES, ATTRIBUTES, SNAPSHOTS, *features.TABLES, *gold.TABLES, *ops.TABLES)


@job(uses_as_of=False, in_graph=False)
def maintain(ctx: Context) -> None:
    """OPTIMIZE and VACUUM what needs it: no row is read, none changes, nothing is published."""
    maintain_tables(ctx, TABLES)
