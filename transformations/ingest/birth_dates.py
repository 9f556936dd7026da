"""Birth dates as ISO 8601 writes them, whatever order of day, month and year they came in."""

import re
import unicodedata
from datetime import date
from typing import Final

_PARTS: Final = re.compile(r"(\d+)([-/. ])(\d+)\2(\d+)(?:[ t].*)?")
_COMPACT: Final = re.compile(r"(\d{4})(\d\d)(\d\d)")
# What systems write where they know none: the first and last days of their calendars.
_NOBODYS: Final = frozenset({"1900-01-01", "1970-01-01", "9999-12-31"})
# Before it a year stands for none: tills write 0000, calendars begin 1 or 1753, loyalty programmes
# write 1004.
_FIRST_YEAR: Final = 1800


def read_birth_date(text: str) -> str | None:
    """The day as YYYY-MM-DD; null where it is none, or where day and month could be either."""
    digits = "".join(
        str(unicodedata.decimal(letter, letter)) for letter in unicodedata.normalize("NFKC", text)
    )
    plain = digits.strip().lower()
    if compact := _COMPACT.fullmatch(plain):
        return _write(*map(int, compact.groups()))
    if not (parts := _PARTS.fullmatch(plain)):
        return None
    first, middle, last = (int(parts[at]) for at in (1, 3, 4))
    if len(parts[1]) == 4:
        return _write(first, middle, last)
    if len(parts[4]) != 4:
        return None
    day_first, month_first = _write(last, middle, first), _write(last, first, middle)
    if parts[2] == "." or month_first is None or day_first == month_first:
        return day_first
    return month_first if day_first is None else None


def _write(year: int, month: int, day: int) -> str | None:
    try:
        written = date(year, month, day).isoformat()
    except ValueError:
        return None
    return None if year < _FIRST_YEAR or written in _NOBODYS else written
