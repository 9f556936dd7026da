"""The manifest of a run: each table at the version it leaves behind."""

from typing import Any

from holdfast.jobs.runtime.runs.ledger import Ledger
from holdfast.jobs.runtime.runs.records import Run
from holdfast.jobs.runtime.storage.catalog import Catalog


def manifest_rows(ledger: Ledger, run: Run, catalog: Catalog) -> list[dict[str, Any]]:
    """Rows of gold.published_runs, by table."""
    written = {name for row in ledger.done(run).values() for name in row.written_versions}
    return [
        {
            "run_number": run.number,
            "as_of": run.as_of or run.opened_at.date(),
            "published_at": run.opened_at,
            "table_name": name,
            "table_version": version,
            "digest": catalog.commit_digest(name, version),
            "is_written_by_run": name in written,
        }
        for name, version in sorted(ledger.versions_of(run).items())
    ]
