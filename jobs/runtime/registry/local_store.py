"""MLflow's database under a root, without importing MLflow, which takes seconds."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

# Columns of MLflow's schema that say where artifacts lie, as absolute paths.
_PLACES: Final = (
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("model_versions", "source"),
    ("model_versions", "storage_location"),
)


def read_alias(database: Path, name: str) -> int | None:
    """The version that MLflow's `champion` alias of a model names; None where there is none."""
    query = "select version from registered_model_aliases where name = ? and alias = 'champion'"
    with contextlib.suppress(sqlite3.Error), _opened(database) as open_:
        return next((int(version) for (version,) in open_.execute(query, [name])), None)
    return None


def relocate(database: Path, artifacts: Path) -> None:
    """Have the models of a root that was moved or copied lead to the artifacts that came with it,
    not to those of the place it came from: `artifacts` is the folder where they lie now.
    """
    made_here = "select distinct artifact_location from experiments where name like 'holdfast-%'"
    with contextlib.suppress(sqlite3.Error), _opened(database) as open_:
        for (before,) in open_.execute(made_here).fetchall():
            if before == str(artifacts):
                continue
            for table, column in _PLACES:
                moved = f"? || substr({column}, length(?) + 1)"
                where = f"{column} = ? or {column} like ? || '/%'"
                statement = f"update {table} set {column} = {moved} where {where}"
                open_.execute(statement, [str(artifacts), before, before, before])
        open_.commit()


@contextlib.contextmanager
def _opened(database: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(database)) as open_:
        yield open_
