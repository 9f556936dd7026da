"""The rows of new files, typed, each with whether it is stored and whether it repeats another."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from pyspark.sql import DataFrame

from holdfast.jobs.runtime.runs.context import Context
from holdfast.jobs.runtime.spark.cache import cache_frames
from holdfast.jobs.stages import raw_rows
from holdfast.jobs.stages.raw_file import RawFile
from holdfast.transformations.ingest import repeats
from holdfast.transformations.ingest.parse import parse_rows
from holdfast.transformations.sources.contract import RawTable
from holdfast.transformations.tables.ops import QUARANTINE

_FEW: Final = 100_000  # rows of a delivery whose hashes each task may hold


@contextmanager
def open_rows(
    ctx: Context, files: Sequence[RawFile], rows_in: Sequence[int], keys: DataFrame
) -> Iterator[list[tuple[RawTable, DataFrame]]]:
    """Rows of each raw table as `repeats.mark_said` gives them, parsed once within the block.
    `rows_in` are those of each file, `keys` what hashes are made with.
    """
    read = raw_rows.read_rows(ctx.spark, ctx.sources, files)
    ranked = repeats.rank_rows([(raw, parse_rows(rows, raw, keys)) for raw, rows in read])
    with cache_frames(frame for _, frame in ranked):
        said = _select_said(ctx, ranked, files, rows_in)
        with cache_frames(said.values()):  # after what they read, which is then read once
            yield repeats.mark_said(ranked, said)


def _select_said(
    ctx: Context, ranked: repeats.Typed, files: Sequence[RawFile], rows_in: Sequence[int]
) -> Mapping[str, DataFrame]:
    """By the name of each raw table that had rows before, those that say nothing new."""
    held = {raw.table: ctx.read_current(raw.table) for raw, _ in ranked if ctx.has(raw.table)}
    quarantine = ctx.read_current(QUARANTINE) if held else None
    found = {}
    for raw, frame in ranked:
        bronze = held.get(raw.table)
        if bronze is not None and quarantine is not None:
            bronze = repeats.drop_refused_by_load(bronze, quarantine, raw)
        rows = sum(rows for file, rows in zip(files, rows_in, strict=True) if file.is_of(raw))
        said = repeats.select_said(frame, raw, bronze, is_few=rows <= _FEW)
        if said is not None:
            found[raw.table.name] = said
    return found
