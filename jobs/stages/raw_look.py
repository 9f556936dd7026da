"""What a new raw file says of itself before Spark reads it: its columns, how many rows it has."""

from dataclasses import asdict, dataclass
from typing import Any

import pyarrow.parquet as pq

from holdfast.jobs.runtime.config.errors import InputError
from holdfast.jobs.stages import raw_columns, raw_parquet, raw_text
from holdfast.jobs.stages.raw_text import Opener
from holdfast.transformations.sources.contract import RawTable


@dataclass(frozen=True)
class Look:
    """`header` is that of a CSV; `names` are all columns of a Parquet file, `shape` the
    declared ones with their types and `schema` those for Spark to read, as JSON; `refused` says why
    a file cannot be read at all. `rows` are counted without the parser; `is_text` is a file that is
    read by lines, `is_multiline` and `stray_line` are of `raw_text.TextFile`.
    """

    header: str = ""
    names: tuple[str, ...] = ()
    shape: tuple[tuple[str, str], ...] = ()
    schema: str = ""
    rows: int = 0
    is_text: bool = False
    is_multiline: bool = False
    stray_line: int | None = None
    refused: str = ""


@dataclass(frozen=True)
class Wanted:
    """A file, or a member of an archive: what it is called, and the raw table that reads it."""

    member: str
    title: str
    raw: RawTable


def look(opened: Opener, title: str, raw: RawTable) -> Look:
    """Look through what a file holds: text line by line, of Parquet the footer. Raises InputError
    where it is not what its mapping reads.
    """
    if raw.format == "parquet":
        return _look_at_footer(opened, title, raw)
    header = ""
    if raw.format == "jsonl":
        raw_columns.check_lines(raw_text.first_line(opened, raw.reading.encoding), title)
    else:
        declared = {path for column in raw.in_file for path in column.paths}
        header = raw_text.find_header(opened, raw.reading, declared)
    seen = raw_text.look_through(opened, raw.format, raw.reading, header)
    return Look(
        header=header,
        rows=seen.rows,
        is_text=not seen.is_multiline,
        is_multiline=seen.is_multiline,
        stray_line=seen.stray_line,
    )


def as_values(seen: Look) -> dict[str, Any]:
    """A look as JSON takes it."""
    return asdict(seen)


def from_values(values: dict[str, Any]) -> Look:
    """The look that `as_values` gave."""
    shape = tuple((name, kind) for name, kind in values["shape"])
    return Look(**{**values, "names": tuple(values["names"]), "shape": shape})


def _look_at_footer(opened: Opener, title: str, raw: RawTable) -> Look:
    try:
        with opened() as file:
            found = pq.ParquetFile(file)
            schema = raw_parquet.read_schema(found, raw, title)
            return Look(
                names=tuple(found.schema_arrow.names),
                shape=raw_parquet.list_kinds(found, schema),
                schema=schema.json(),
                rows=int(found.metadata.num_rows),
            )
    except InputError:
        raise
    except Exception as error:
        return Look(refused=str(error).splitlines()[0])
