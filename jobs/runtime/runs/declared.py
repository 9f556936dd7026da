"""A job reads and writes what it declares, so that the graph is true."""

from collections.abc import Sequence

from holdfast.jobs.runtime.runs.job import Edge, Job, Layer
from holdfast.jobs.runtime.storage.store import StoreError
from holdfast.transformations.tables.table import Table


def check_declared(job: Job, table: Table, declared: Sequence[Edge]) -> None:
    """Raises StoreError where a table is not among the edges that a job declared."""
    layers = {edge.name for edge in declared if isinstance(edge, Layer)}
    if table not in declared and table.layer not in layers:
        raise StoreError(
            f"{job.name} uses {table.name} without declaring it.",
            cure="Name it in the job's reads, writes or previous.",
        )
