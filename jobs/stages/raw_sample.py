"""The first rows of a file that no mapping reads yet, as text, and how the file is written."""

import csv
import json
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from holdfast.jobs.runtime.config.errors import InputError
from holdfast.jobs.stages.raw_columns import check_lines
from holdfast.jobs.stages.raw_text import (
    DELIMITERS,
    TITLES,
    first_line,
    names_of,
    open_file,
    read_text,
)

ROWS: Final = 1_000
_ENDINGS: Final = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".parquet": "parquet",
}


@dataclass(frozen=True)
class Sample:
    """Some rows of a file: values of each column as text, empty where there is none; `lists` are
    columns that hold lists, `reading` the keys of a mapping that say how a CSV is written, where it
    is not the usual way.
    """

    format: str
    values: Mapping[str, list[str]]
    lists: list[str]
    reading: Mapping[str, str]


def read_sample(path: Path) -> Sample:
    """The first rows of a CSV, JSON lines or Parquet file, packed or not. Raises InputError where
    it is none of these or holds no row.
    """
    ending = path.with_suffix("").suffix if path.suffix.lower() == ".gz" else path.suffix
    kind = _ENDINGS.get(ending.lower(), "")
    if not kind or not path.is_file():
        raise InputError(
            f"{path} is no file of CSV, JSON lines or Parquet."
            if path.exists()
            else f"There is no file {path}.",
            cure=f"Name one that ends in {', '.join(_ENDINGS)}; text may be packed (.gz).",
        )
    try:
        rows, reading = _read(path, kind)
    except (OSError, EOFError, ValueError) as error:
        raise InputError(
            f"{path} cannot be read: {error}.", cure="Send the file again, or name another one."
        ) from error
    if not rows:
        raise InputError(f"{path} has no rows.", cure="Name a file that has some.")
    flat = [dict(_flatten(row)) for row in rows]
    names = dict.fromkeys(name for row in flat for name in row)
    lists = [n for n in names if any(isinstance(row.get(n), list) for row in flat)]
    values = {n: [_text(row.get(n)) for row in flat] for n in names if n not in lists}
    return Sample(kind, values, lists, reading)


def _read(path: Path, kind: str) -> tuple[list[dict[str, Any]], dict[str, str]]:
    if kind == "parquet":
        batch = next(pq.ParquetFile(path).iter_batches(ROWS), None)
        return batch.to_pylist() if batch is not None else [], {}
    encoding = _encoding_of(path)
    if kind == "jsonl":
        check_lines(first_line(partial(open_file, path)), str(path))
    with read_text(partial(open_file, path), encoding) as lines:
        if kind == "jsonl":
            return list(_objects(islice(lines, ROWS))), {}
        first = list(islice((line for line in lines if line.strip()), TITLES))
        if any("\0" in line for line in first):
            raise ValueError("it is no text in UTF-8, Windows-1252 or UTF-16")
        many = (line for line in first if len(names_of(line, _delimiter_of(line))) > 1)
        header = next(many, first[0] if first else "")  # a title above it has one field
        delimiter, rest = _delimiter_of(header), first[first.index(header) + 1 :] if first else []
        reading = {} if delimiter == "," else {"delimiter": delimiter}
        if encoding != "UTF-8":
            reading["encoding"] = encoding
        records = _records(header, chain(rest, lines), delimiter)
        return list(islice(records, ROWS)), reading


def _delimiter_of(line: str) -> str:
    return max(DELIMITERS, key=line.count)


def _objects(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """What each line holds; lines that are no JSON object tell nothing of the others."""
    for line in lines:
        with suppress(ValueError):
            found = json.loads(line)
            if isinstance(found, dict):
                yield found


def _records(header: str, lines: Iterable[str], delimiter: str) -> Iterator[dict[str, str]]:
    names = names_of(header, delimiter)
    for fields in csv.reader(lines, delimiter=delimiter):
        if fields:
            yield dict(zip(names, fields, strict=False))


def _encoding_of(path: Path) -> str:
    """UTF-8 or UTF-16; where the beginning of the file is neither, what Windows writes in western
    Europe.
    """
    with open_file(path) as raw:
        if raw.read(2) in (BOM_UTF16_LE, BOM_UTF16_BE):
            return "UTF-16"
    with read_text(partial(open_file, path), "utf-8") as text:
        start = "".join(islice(text, ROWS))
    return "windows-1252" if "\ufffd" in start else "UTF-8"


def _flatten(row: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Each value of nested fields with the path that leads to it."""
    for name, value in row.items():
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
