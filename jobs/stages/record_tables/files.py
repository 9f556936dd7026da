"""Files of a record table: the table itself, its fields, and what was found."""

import json
import re
from pathlib import Path
from typing import Any, Final

import pandas as pd

from holdfast.jobs.runtime.config.errors import InputError
from holdfast.jobs.runtime.config.settings import read_yaml
from holdfast.models.identity.records.fields import KINDS, Field
from holdfast.models.identity.records.match import Matches
from holdfast.models.identity.records.suggest import suggest_fields, suggest_record_id

_ENDINGS: Final = (".parquet", ".csv", ".tsv", ".jsonl", ".ndjson", ".json")
_TABLES: Final = ("edges", "clusters", "households", "rules", "weights")
_PLAIN: Final = re.compile(r"[A-Za-z]\w*_\w*|[A-Za-z]\w{5,}")
_ABOVE: Final = (
    "# A first guess at the fields, as column: kind. Look at each; leave out what says nothing\n"
    f"# of a person. Kinds: {', '.join(KINDS)}.\n"
    "# `column: {kind: place, level: personal}` says that members of a household differ on it.\n"
)


def read_records(path: Path) -> pd.DataFrame:
    """A table of CSV, JSON lines, Parquet or Delta, every value as it is written. Raises InputError
    where it cannot be read.
    """
    if not path.exists():
        raise InputError(f"There is no file or table {path}.", cure="Name one that is there.")
    try:
        return _read(path)
    except (OSError, ValueError, pd.errors.ParserError) as error:
        raise InputError(
            f"{path} cannot be read: {error}.",
            cure=f"Name a Delta table or a file that ends in {', '.join(_ENDINGS)}.",
        ) from None


def _read(path: Path) -> pd.DataFrame:
    if (path / "_delta_log").is_dir():
        from deltalake import DeltaTable

        return DeltaTable(str(path)).to_pandas()
    kind = path.suffix.lower()
    if kind in (".csv", ".tsv"):
        separator = "\t" if kind == ".tsv" else None
        return pd.read_csv(
            path,
            sep=separator,
            engine="python",
            dtype=str,
            skipinitialspace=True,
            encoding="utf-8-sig",
        )
    if kind in (".jsonl", ".ndjson", ".json"):
        return pd.read_json(path, lines=True, dtype=False, convert_dates=False)
    return pd.read_parquet(path)


def read_fields(path: Path) -> tuple[str | None, list[Field], str]:
    """The column of ids, the fields and the country of a file of fields. Raises InputError where
    it is no such file.
    """
    cure = "`holdfast match RECORDS --suggest` writes a first one."
    if not path.is_file():
        raise InputError(f"There is no file of fields {path}.", cure=cure)
    known: Any = read_yaml(path)
    listed = known.get("fields") if isinstance(known, dict) else None
    if not isinstance(listed, dict) or not listed:
        raise InputError(f"{path} names no fields.", cure=cure)
    fields = []
    for name, said in listed.items():
        parts = {"kind": said} if isinstance(said, str) else said
        if (
            not isinstance(parts, dict)
            or not set(parts) <= {"kind", "level"}
            or "kind" not in parts
        ):
            raise InputError(
                f"{path}: {name}: {said!r} is no kind.",
                cure="Write `column: kind` or `column: {kind: place, level: personal}`.",
            )
        fields.append(Field(str(name), str(parts["kind"]), str(parts.get("level", ""))))
    return known.get("record_id"), fields, str(known.get("country") or "")


def guess_fields(records: pd.DataFrame) -> tuple[str | None, list[Field], str]:
    """The column of ids and the fields as they look. Raises InputError where none does."""
    fields = suggest_fields(records)
    if not fields:
        raise InputError(
            f"No column looks like a field of a person: {', '.join(map(str, records.columns))}.",
            cure="Write a file of fields: `fields:` and under it `column: kind`, kinds being "
            f"{', '.join(KINDS)}.",
        )
    return suggest_record_id(records), fields, ""


def suggest_text(records: pd.DataFrame) -> str:
    """The text of a first file of fields."""
    record_id, fields, _ = guess_fields(records)
    known = f"record_id: {_quote(record_id)}\n" if record_id else ""
    lines = "".join(f"  {_quote(field.name)}: {field.kind}\n" for field in fields)
    return f"{_ABOVE}{known}fields:\n{lines}"


def _quote(name: str) -> str:
    """A name as YAML reads it: as it is where it can be nothing else, such as a number or `no`."""
    return name if _PLAIN.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def write_matches(matches: Matches, folder: Path) -> None:
    """One Parquet file per table of what was found."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in _TABLES:
        getattr(matches, name).to_parquet(folder / f"{name}.parquet", index=False)
