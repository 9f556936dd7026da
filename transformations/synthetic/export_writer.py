"""What a vendor's system writes: lines of its exports with the day on which each became available,
and whose record each of its ids is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from json import dumps
from typing import Any

import numpy as np

from holdfast.transformations.synthetic.exports import BY_KEY
from holdfast.transformations.synthetic.retailer import Flags, Ints, Texts
from holdfast.transformations.synthetic.shapes import YEN


@dataclass(frozen=True, eq=False)
class ExportLines:
    """Lines of the export `key` in the order written, and the day each became available."""

    key: str
    day: Ints
    lines: Sequence[str]


@dataclass(frozen=True, eq=False)
class PartyRecords:
    """Ids of parties as their source's mapping makes them, and each one's person by place in the
    block.
    """

    party_id: Sequence[str]
    person: Ints


@dataclass(frozen=True, eq=False)
class TrueStates:
    """What facts of one silver table come to in the end: standing, ended or withdrawn."""

    table: str
    fact_id: Sequence[str]
    status: Texts


@dataclass(frozen=True, eq=False)
class TrueEmails:
    """The e-mail that each party's record holds in the end; empty for none."""

    party_id: Sequence[str]
    email: Texts


@dataclass(frozen=True)
class SystemExports:
    """Everything one or more systems write about the people of a block, and what is true of it in
    the end where that was said otherwise before.
    """

    exports: Sequence[ExportLines]
    parties: Sequence[PartyRecords] = ()
    states: Sequence[TrueStates] = ()
    emails: Sequence[TrueEmails] = ()


def csv_lines(key: str, day: Ints, columns: Sequence[Texts]) -> ExportLines:
    """Rows of a CSV export, one column per field of its header. Raises ValueError where they differ
    in number.
    """
    if len(columns) != len(BY_KEY[key].columns):
        raise ValueError(f"{key} has {len(BY_KEY[key].columns)} columns, not {len(columns)}")
    return ExportLines(key, day, [",".join(row) for row in rows_of(*columns)])


def json_lines(key: str, day: Ints, rows: Iterable[object]) -> ExportLines:
    """Rows of a JSON export, one object per line."""
    return ExportLines(key, day, [dumps(row) for row in rows])


def keep_lines(export: ExportLines, is_kept: Flags) -> ExportLines:
    """Those lines of an export that are kept."""
    lines = [export.lines[place] for place in np.flatnonzero(is_kept).tolist()]
    return ExportLines(export.key, np.asarray(export.day)[is_kept], lines)


def party_records(prefix: str, ids: Texts, person: Ints) -> PartyRecords:
    """Records of `person`; `prefix` is `<source>:` and what its mapping puts before the id."""
    return PartyRecords([f"{prefix}{one}" for one in ids.tolist()], person)


def true_states(table: str, prefix: str, ids: Texts, status: Texts | str) -> TrueStates:
    """States of the facts that a mapping names `<prefix><id>`."""
    held = repeat_text(status, ids) if isinstance(status, str) else status
    return TrueStates(table, [f"{prefix}{one}" for one in ids.tolist()], held)


def true_emails(prefix: str, ids: Texts, email: Texts) -> TrueEmails:
    """What the records of the parties `<prefix><id>` hold."""
    return TrueEmails([f"{prefix}{one}" for one in ids.tolist()], email)


def concat_lines(exports: Iterable[ExportLines]) -> dict[str, ExportLines]:
    """By export all its lines, in the order given; exports without a line are left out."""
    by_key: dict[str, list[ExportLines]] = {}
    for export in exports:
        if len(export.lines):
            by_key.setdefault(export.key, []).append(export)
    return {
        key: ExportLines(
            key,
            np.concatenate([np.asarray(part.day) for part in parts]),
            list(chain.from_iterable(part.lines for part in parts)),
        )
        for key, parts in by_key.items()
    }


def concat_records(records: Iterable[PartyRecords]) -> PartyRecords:
    """All records, in the order given."""
    parts = list(records)
    return PartyRecords(
        list(chain.from_iterable(part.party_id for part in parts)),
        np.concatenate([part.person for part in parts]).astype(np.int64),
    )


def rows_of(*columns: Ints | Flags | Texts) -> Iterable[tuple[Any, ...]]:
    """Columns as rows of plain Python values."""
    return zip(*(column.tolist() for column in columns), strict=True)


def number_ids(first: int, step: int, number: Ints) -> Texts:
    """Ids of one system: its own numbers, equal to nobody else's."""
    return np.char.mod("%d", first + step * number.astype(np.int64))


def format_money(minor: Ints, currency: Texts | None = None) -> Texts:
    """Minor units as an amount with the decimals of its currency, dollars where none is given."""
    cents = np.char.mod("%.2f", minor / 100)
    if currency is None:
        return cents
    return np.where(currency == YEN, np.char.mod("%d", minor), cents)


def repeat_text(value: str, like: Texts | Ints) -> Texts:
    """One text on every row."""
    return np.full(len(like), value)
