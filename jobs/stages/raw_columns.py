"""The columns that a raw file says it has, beside those that its mapping declares."""

import json
from collections.abc import Set
from typing import Final

from holdfast.jobs.runtime.config.errors import InputError
from holdfast.jobs.stages import raw_text
from holdfast.transformations.sources.contract import RawTable, Reading

_NO_TEXT: Final = frozenset("\0\ufffd")  # what other encodings look like, read as UTF-8


def check_header(header: str, title: str, raw: RawTable) -> None:
    """Raises InputError where a declared column stands twice in the `header` of a CSV; `title`
    names the file.
    """
    declared = {name for column in raw.in_file for name in column.paths}
    twice = [
        n for n in raw_text.find_repeated_names(header, raw.reading.delimiter) if n in declared
    ]
    if twice:
        raise InputError(
            f"{title}: {', '.join(twice)} stands in its header twice.",
            cure="Correct the export: nothing says which of the columns is meant.",
        )


def check_lines(first: str, title: str) -> None:
    """Raises InputError where the `first` line of a file of JSON lines begins an array, of which
    only the first object would be read.
    """
    if first.lstrip().startswith("["):
        raise InputError(
            f"{title} holds one JSON array.",
            cure="Write one object per line, as `jq -c '.[]'` does.",
        )


def find_undeclared(title: str, actual: Set[str], raw: RawTable, header: str = "") -> str:
    """The `actual` columns that the mapping neither declares nor knows as not wanted, parted by
    commas. Raises InputError where a declared one is missing; a renamed column stops with both
    names.
    """
    tops = [(column.top_in(actual), column) for column in raw.in_file]
    missing = sorted({top for top, c in tops if top not in actual and not c.optional})
    extra = sorted(actual - {top for top, _ in tops})
    if missing:
        raise InputError(
            f"{title}: missing column {', '.join(missing)}"
            + (f"; the file has {', '.join(extra)} instead" if extra else ""),
            cure=_describe_reading(header, raw.reading)
            or f"Correct the export, or the names in sources/{raw.source}/{raw.name}.yml; "
            "`optional: true` at a column that not every file has.",
        )
    return ",".join(name for name in extra if name not in raw.not_loaded)


def _describe_reading(header: str, reading: Reading) -> str:
    """What the mapping should say of how a CSV is written, where its header looks like none."""
    if _NO_TEXT & set(header):
        return "The file is no UTF-8: name its `encoding`, such as windows-1252 or UTF-16."
    others = [sign for sign in raw_text.DELIMITERS if sign in header]
    if not others or reading.delimiter in header:
        return ""
    sign = json.dumps(max(others, key=header.count))  # in quotes that YAML reads a tab in
    return f"Its fields are parted by something else: write `delimiter: {sign}` in the mapping."
