"""Which version of each table a published run left behind."""

from typing import Final

from holdfast.transformations.tables.columns import AS_OF, BOOL, INSTANT, LONG, RUN, STRING
from holdfast.transformations.tables.table import Append, Column, Table

PUBLISHED_RUNS: Final = Table(
    "gold.published_runs",
    "One row per table of a published run.",
    "The manifest: the last complete state, written in one commit.",
    (
        RUN,
        AS_OF,
        Column("published_at", INSTANT, "When the run was published.", nullable=False),
        Column("table_name", STRING, "The table.", nullable=False),
        Column("table_version", LONG, "Its Delta version.", nullable=False, unit="version"),
        Column("digest", STRING, "sha256 of the version's commit file, where files can be seen."),
        Column("is_written_by_run", BOOL, "This run wrote it.", nullable=False),
    ),
    keys=("run_number", "table_name"),
    write=Append(),
    survives_abandon=True,
)
