"""DuckDB with its Delta extension."""

from importlib.util import find_spec
from pathlib import Path

import duckdb


def load_delta(connection: duckdb.DuckDBPyConnection) -> None:
    """The Delta extension from its wheel: nothing is fetched."""
    found = find_spec("duckdb_extension_delta")
    assert found is not None and found.origin is not None
    extension = next(Path(found.origin).parent.rglob("delta.duckdb_extension"))
    connection.execute(f"LOAD '{extension}'")
    connection.execute("SET TimeZone = 'UTC'")
