"""`holdfast sources check`: what mappings make of the first rows of each file, in a root that goes
away again.
"""

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from rich.console import Console

from holdfast.jobs.cli.bootstrap import make_runner
from holdfast.jobs.runtime.config import settings
from holdfast.jobs.runtime.config.places import resolve_root
from holdfast.jobs.runtime.config.sources import load_sources
from holdfast.jobs.runtime.runs.progress import Lines
from holdfast.jobs.runtime.runs.runner import Runner
from holdfast.jobs.runtime.spark import session
from holdfast.jobs.stages import raw_files
from holdfast.jobs.stages.excerpt import cut_sources
from holdfast.jobs.stages.raw_listing import any_remote
from holdfast.transformations.states import select_standing
from holdfast.transformations.tables.columns import INGESTED_AT, RUN
from holdfast.transformations.tables.ops import DQ_RESULTS, QUARANTINE
from holdfast.transformations.tables.silver import MAPPED
from holdfast.transformations.tables.table import Table

# Small and for once: nothing is compiled for it, and what is wrong is shown to its end.
_FOR_ONCE: Final = ("spark.codegen=false", "run.catalog=''", "run.stop_on_alarm=false")
_NAMED: Final = 10  # kinds of refusal that are listed
_OF_THE_ENGINE: Final = (INGESTED_AT.name, RUN.name, "row_hash")


def check_mappings(
    env: str,
    root: str,
    overrides: Sequence[str],
    mappings: str,
    only_source: str,
    path: str,
    rows: int,
    out: Console,
) -> bool:
    """Load the first rows of each file and say what became of them; True where each table that a
    mapping fills got some and every check passed. Raises InputError where there is no file.
    """
    named = [f"sources.folder={mappings}"] * bool(mappings)
    values = settings.load(env, [*overrides, *named, *_FOR_ONCE]).values
    place = resolve_root(root, values.run.root)
    found = load_sources(values.sources, place, only=only_source, path=path)
    raw_files.check_any(found, Path(place))
    out.print(f"The first {rows:,} rows of each file; nothing is written to {place}.")
    with TemporaryDirectory(prefix="holdfast-check-") as folder, _throwaway_key():
        spark = session.open_session(values.spark) if any_remote(found) else None
        cut = cut_sources(found, Path(folder) / "raw", rows, spark)
        runner = make_runner(values, folder, cut, Lines(console=out), force=False)
        runner.run(["ingest", "standardise"])
        checks = runner.store.read(DQ_RESULTS).orderBy("check_name", "subject").collect()
        lines = [check.detail for check in checks if check.check_name == "bronze_to_silver"]
        refused = _describe_refused(runner.store.read(QUARANTINE))
        filled = [line for table in MAPPED for line in _describe_table(runner, table)]
        out.print("\n".join(["", *lines, *refused, "", *filled]), highlight=False, soft_wrap=True)
    return bool(filled) and all(check.is_passed for check in checks)


@contextmanager
def _throwaway_key() -> Iterator[None]:
    """A key of this check alone, so that none is made for good and none is asked for."""
    given = os.environ.get("HOLDFAST_KEY")
    os.environ["HOLDFAST_KEY"] = secrets.token_hex(32)
    try:
        yield
    finally:
        del os.environ["HOLDFAST_KEY"]
        if given is not None:
            os.environ["HOLDFAST_KEY"] = given


def _describe_refused(quarantine: DataFrame) -> list[str]:
    """Kinds of refusal, the most frequent first, each with how many rows and its first place."""
    kinds = (
        quarantine.groupBy("source", "raw_table", "reasons")
        .agg(F.count("*").alias("rows"), F.min(F.struct("input", "line")).alias("first"))
        .orderBy(F.desc("rows"), "source", "raw_table", "reasons")
    )
    return [
        f"{row.source}/{row.raw_table}: {row.rows} refused, {row.reasons}; "
        f"the first in {row.first.input}{_at_line(row.first.line)}"
        for row in kinds.limit(_NAMED).collect()
    ]


def _at_line(line: int | None) -> str:
    return "" if line is None else f", line {line}"


def _describe_table(runner: Runner, table: Table) -> Iterator[str]:
    """How many rows stand in a table, what they come to, and the first of them."""
    if not runner.store.exists(table):
        return
    standing = runner.store.read(table)
    if "withdrawn_at" in standing.columns:
        standing = select_standing(standing)
    first = standing.orderBy(*table.keys).limit(1).collect()
    if not first:
        return
    yield f"{table.name}: {standing.count():,} rows{_describe_sums(standing)}; the first:"
    for name, value in first[0].asDict().items():
        if value is not None and name not in _OF_THE_ENGINE and not name.endswith("_first"):
            yield f"    {name:<22} {value}"


def _describe_sums(frame: DataFrame) -> str:
    """What a table's rows come to, by currency, to be compared with the export's own sum."""
    if "net_amount" not in frame.columns:
        return ""
    sums = frame.groupBy("currency").agg(F.sum("net_amount").alias("sum")).orderBy("currency")
    return "".join(f", net {row['sum']:,} {row.currency}" for row in sums.collect())
