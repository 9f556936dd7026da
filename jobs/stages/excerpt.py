"""The first rows of raw files as files of their own, on which a mapping can be tried."""

import gzip
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from io import BytesIO, TextIOWrapper
from itertools import islice
from pathlib import Path, PurePosixPath

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import SparkSession

from holdfast.jobs.stages import archives, hadoop_files, raw_text
from holdfast.jobs.stages.raw_entries import Entry, Listing
from holdfast.jobs.stages.raw_inspection import open_raw
from holdfast.jobs.stages.raw_listing import is_remote, list_source, local_path
from holdfast.jobs.stages.raw_look import Wanted
from holdfast.jobs.stages.raw_text import Opener
from holdfast.transformations.sources.contract import RawTable, Reading, Source


def cut_sources(
    sources: Sequence[Source], folder: Path, rows: int, spark: SparkSession | None = None
) -> list[Source]:
    """The sources over files that hold the first `rows` rows of theirs, under the same names and of
    the same time in `folder`. A file that cannot be read is copied as it is. `spark` reads those of
    other file systems.
    """
    return [_cut_source(source, folder / source.name, rows, spark) for source in sources]


def cut_content(rows: int, opened: Opener, format: str, reading: Reading) -> bytes:
    """The first rows of what a file holds."""
    if format == "parquet":
        return _cut_parquet(opened, rows)
    with TextIOWrapper(opened(), reading.encoding, "surrogateescape", newline="") as lines:
        first = _first_records(lines, rows) if format == "csv" else islice(lines, rows)
        return "".join(first).encode(reading.encoding, "surrogateescape")


def _cut_source(source: Source, folder: Path, rows: int, spark: SparkSession | None) -> Source:
    listing = list_source(source, spark)
    found = [(raw, entry) for raw in source.tables for entry in listing.files[raw.name]]
    if is_remote(source.folder):
        assert spark is not None
        _cut_remote(spark, listing, found, folder, rows)
        return replace(source, folder=str(folder))
    for raw, entry in found:
        path, place = Path(listing.base + entry.name), _place(folder, raw, entry)
        _cut_file(path, place, raw, rows)
        if not raw.is_table:
            shutil.copystat(archives.find_archive(path) or path, place)
    own = local_path(source.folder)
    return replace(source, folder=str(folder / own.name if own.is_file() else folder))


def _place(folder: Path, raw: RawTable, entry: Entry) -> Path:
    """Where a file's first rows lie: those of a member of an archive as if it lay beside it, unless
    the mapping names the archive.
    """
    is_inside = entry.archive and not raw.files.lower().endswith(archives.ENDING)
    place = folder / (PurePosixPath(entry.name).name if is_inside else entry.name)
    place.parent.mkdir(parents=True, exist_ok=True)
    return place


def _cut_file(path: Path, place: Path, raw: RawTable, rows: int) -> None:
    if raw.is_table:
        from deltalake import DeltaTable  # of the extra `local`

        _write_table(place, DeltaTable(path).to_pyarrow_dataset().head(rows))
        return
    try:
        opened = partial(open_raw, raw, path)
        _write(place, cut_content(rows, opened, raw.format, raw.reading))
    except (OSError, EOFError, pa.ArrowException):
        shutil.copyfile(path, place)


def _cut_remote(
    spark: SparkSession,
    listing: Listing,
    found: Sequence[tuple[RawTable, Entry]],
    folder: Path,
    rows: int,
) -> None:
    wanted: dict[str, list[Wanted]] = {}
    for raw, entry in found:
        if raw.is_table:
            table = spark.read.format("delta").load(listing.base + entry.name)
            _write_table(_place(folder, raw, entry), table.limit(rows).toArrow())
        else:
            one = Wanted(entry.member, entry.name, replace(raw, targets=()))
            wanted.setdefault(entry.content, []).append(one)
    cut = hadoop_files.cut_each(spark, wanted, partial(cut_content, rows))
    for raw, entry in found:
        if not raw.is_table:
            place = _place(folder, raw, entry)
            place.write_bytes(cut[entry.content, entry.member])
            os.utime(place, (entry.written / 1e6, entry.written / 1e6))


def _write(place: Path, content: bytes) -> None:
    """Packed where its name says so."""
    is_packed = place.suffix.lower() == raw_text.PACKED
    place.write_bytes(gzip.compress(content) if is_packed else content)


def _write_table(place: Path, rows: pa.Table) -> None:
    from deltalake import write_deltalake  # of the extra `local`

    write_deltalake(place, rows)


def _first_records(lines: Iterable[str], rows: int) -> Iterator[str]:
    """The header and `rows` lines below it, and those that the last record goes on with."""
    is_open = False
    for number, line in enumerate(lines):
        if number > rows and (not is_open or number > rows + raw_text.LONGEST):
            return
        is_open ^= line.count('"') % 2 == 1
        yield line


def _cut_parquet(opened: Opener, rows: int) -> bytes:
    with opened() as content:
        file = pq.ParquetFile(content)
        batches = list(islice(file.iter_batches(rows), 1))
        cut = BytesIO()
        pq.write_table(pa.Table.from_batches(batches, file.schema_arrow), cut)
    return cut.getvalue()
