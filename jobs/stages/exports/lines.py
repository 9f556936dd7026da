"""Profiles as lines of a file: CSV as RFC 4180 has it, or JSON lines.

A CSV is opened in spreadsheets, which take text that begins like a formula for one (OWASP, CSV
Injection): such a cell gets an apostrophe in front, which spreadsheets read as "this is text".
Numbers, dates and flags are checked to be what they say, and stay as they are.
"""

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

_LIVE: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_FLAGS: Final = ("true", "false")


def make_inert(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_LIVE) or text.lstrip().startswith(_LIVE) else text


def check_value(name: str, kind: str, text: str | None) -> str | None:
    """The text of a value of a type. Raises ValueError where it is of another."""
    is_fit = (
        text is None
        or kind == "string"
        or (kind == "number" and _NUMBER.fullmatch(text))
        or (kind == "date" and _DATE.fullmatch(text))
        or (kind == "boolean" and text in _FLAGS)
    )
    if not is_fit:
        raise ValueError(f"{name} is a {kind} at the destination, and the outbox holds {text!r}")
    return text


def csv_line(cells: Sequence[str | None]) -> bytes:
    """A record: cells with commas, quotes or line breaks in quotes, quotes doubled, ended by CRLF;
    None is an empty cell.
    """
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(["" if c is None else c for c in cells])
    return line.getvalue().encode()


def csv_cells(
    ids: Mapping[str, str | None], values: Mapping[str, str | None], shape: Mapping[str, str]
) -> list[str | None]:
    """The cells of a profile; what is text is made inert."""
    texts = {name for name, kind in shape.items() if kind == "string"} | set(ids)
    return [
        make_inert(text) if text is not None and name in texts else text
        for name, text in (*ids.items(), *values.items())
    ]


def json_line(
    ids: Mapping[str, str | None], values: Mapping[str, str | None], shape: Mapping[str, str]
) -> bytes:
    """An object of a profile: the ids that it has, and every property, null where it has none."""
    found: dict[str, Any] = {name: text for name, text in ids.items() if text is not None}
    found |= {name: _as_json(shape[name], text) for name, text in values.items()}
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _as_json(kind: str, text: str | None) -> str | float | bool | None:
    if text is None or kind in ("string", "date"):
        return text
    if kind == "boolean":
        return text == "true"
    return float(text) if "." in text or "e" in text.lower() else int(text)
