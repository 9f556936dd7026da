"""The first rows of raw files as files of their own, on which a mapping can be tried."""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final, cast

import pyarrow as pa
import pyarrow.parquet as pq

from holdfast.jobs.stages import archives
from holdfast.jobs.stages.raw_listing import TEXT, list_source
from holdfast.jobs.stages.raw_text import opener_of
from holdfast.transformations.sources.contract import RawTable, Source

_LONGEST: Final = 200  # lines by which a record with an open quote may pass the last row


def cut_sources(sources: Sequence[Source], folder: Path, rows: int) -> list[Source]:
    """The sources over files that hold the first `rows` rows of theirs, under the same names and of
    the same time in `folder`. A file that cannot be read is copied as it is.
    """
    return [_cut_source(source, folder / source.name, rows) for source in sources]


def _cut_source(source: Source, folder: Path, rows: int) -> Source:
    listing = list_source(source)
    for raw in source.tables:
        for path in listing.files.get(raw.name, []):
            archive = archives.find_archive(path)
            is_inside = archive is not None and not raw.files.lower().endswith(archives.ENDING)
            place = folder / (path.name if is_inside else listing.name_of(path))
            place.parent.mkdir(parents=True, exist_ok=True)
            _cut_file(path, place, raw, rows)
            if not raw.is_table:
                shutil.copystat(archive or path, place)
    own = Path(source.folder)
    return replace(source, folder=str(folder / own.name if own.is_file() else folder))


def _cut_file(path: Path, place: Path, raw: RawTable, rows: int) -> None:
    if raw.is_table:
        _cut_table(path, place, rows)
    elif raw.format in TEXT:
        _cut_text(path, place, raw, rows)
    else:
        _cut_parquet(path, place, rows)


def _cut_text(path: Path, place: Path, raw: RawTable, rows: int) -> None:
    """Its bytes as they are, those that are no text among them."""
    is_csv = raw.format == "csv"
    try:
        with _open(path, "rt", raw) as lines, _open(place, "wt", raw) as cut:
            cut.writelines(_first_records(lines, rows) if is_csv else islice(lines, rows))
    except (OSError, EOFError):
        shutil.copyfile(path, place)


def _open(path: Path, mode: str, raw: RawTable) -> IO[str]:
    how: dict[str, Any] = {
        "encoding": raw.reading.encoding,
        "errors": "surrogateescape",
        "newline": "",
    }
    return cast(IO[str], opener_of(path)(path, mode, **how))


def _first_records(lines: Iterable[str], rows: int) -> Iterator[str]:
    """The header and `rows` lines below it, and those that the last record goes on with."""
    is_open = False
    for number, line in enumerate(lines):
        if number > rows and (not is_open or number > rows + _LONGEST):
            return
        is_open ^= line.count('"') % 2 == 1
        yield line


def _cut_parquet(path: Path, place: Path, rows: int) -> None:
    try:
        file = pq.ParquetFile(path)
        batches = list(islice(file.iter_batches(rows), 1))
        pq.write_table(pa.Table.from_batches(batches, file.schema_arrow), place)
    except pa.ArrowException:
        shutil.copyfile(path, place)


def _cut_table(path: Path, place: Path, rows: int) -> None:
    from deltalake import DeltaTable, write_deltalake  # of the extra `local`

    write_deltalake(place, DeltaTable(path).to_pyarrow_dataset().head(rows))
