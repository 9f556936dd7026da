"""What records can be blocked by: parts of their fields, alone and two together."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from holdfast.models.arrays import Ints
from holdfast.models.identity.records.columns import Column
from holdfast.models.identity.records.strings import soundex

Part = Callable[[str], str]


@dataclass(frozen=True, eq=False)
class Key:
    """Records with equal `codes` are compared; -1 is compared with nobody. `fields` are those it is
    made of, `parts` the names of the single keys that it is, whose `texts` are by code.
    """

    name: str
    fields: frozenset[str]
    codes: Ints
    parts: tuple[str, ...]
    texts: tuple[str, ...] = ()


def list_keys(columns: Sequence[Column]) -> list[Key]:
    """Every key there is: each part of each field, names in either order, and two of those that
    are of different fields.
    """
    single = _list_single(columns)
    pairs = (
        _combine(one, other)
        for one, other in combinations(single, 2)
        if not one.fields & other.fields
    )
    return [*single, *pairs]


def write_keys(
    columns: Sequence[Column], parts: Sequence[tuple[str, ...]]
) -> Iterator[tuple[str, list[str | None]]]:
    """Name of each key of such parts, and its text of every record, null where it has none."""
    single = {
        key.name: [key.texts[code] if code >= 0 else None for code in key.codes.tolist()]
        for key in _list_single(columns)
    }
    for names in parts:
        rows = zip(*(single[name] for name in names), strict=True)
        yield (
            name_key(*names),
            [None if None in row else "|".join(map(str, row)) for row in rows],
        )


def _list_single(columns: Sequence[Column]) -> list[Key]:
    return [*(key for column in columns for key in _parts(column)), *_names(columns)]


def _parts(column: Column) -> Iterator[Key]:
    for suffix, part in _PARTS.get(column.field.kind, {}).items():
        texts = np.array([part(text) for text in column.texts] or [""], dtype=object).astype(str)
        values, number = np.unique(texts, return_inverse=True)
        number = np.where(values[number] == "", -1, number)
        codes = np.where(column.codes >= 0, number[column.codes], -1)
        name = column.field.name + suffix
        yield Key(name, frozenset({column.field.name}), codes, (name,), tuple(values.tolist()))


def _names(columns: Sequence[Column]) -> Iterator[Key]:
    kinds = {column.field.kind: column for column in columns}
    if not {"first_name", "last_name"} <= set(kinds):
        return
    first, last = kinds["first_name"], kinds["last_name"]
    both = np.flatnonzero((first.codes >= 0) & (last.codes >= 0))
    texts = [
        "|".join(sorted((first.texts[one], last.texts[other])))
        for one, other in zip(first.codes[both].tolist(), last.codes[both].tolist(), strict=True)
    ]
    codes = np.full(len(first.codes), -1, dtype=np.int64)
    values, codes[both] = np.unique(np.array(texts, dtype=str), return_inverse=True)
    fields = frozenset({first.field.name, last.field.name})
    name = name_names(first.field.name, last.field.name)
    yield Key(name, fields, codes, (name,), tuple(values.tolist()))


def _combine(one: Key, other: Key) -> Key:
    both = (one.codes >= 0) & (other.codes >= 0)
    codes = np.where(both, one.codes * (int(other.codes.max(initial=0)) + 1) + other.codes, -1)
    parts = (one.name, other.name)
    return Key(name_key(*parts), one.fields | other.fields, codes, parts)


def name_key(*parts: str) -> str:
    """The name of a key of such parts."""
    return " + ".join(parts)


def name_names(first: str, last: str) -> str:
    """The key of both names, whichever comes first."""
    return f"{first} and {last} in either order"


def _longest_word(text: str) -> str:
    return max(text.split(), key=len, default="")


MAILBOX: Final = " before @"  # of an e-mail, what stands there
_WHOLE: Final[Mapping[str, Part]] = {"": lambda text: text}
_HALVES: Final[Mapping[str, Part]] = {
    " 1st half": lambda text: text[: len(text) // 2],
    " 2nd half": lambda text: text[len(text) // 2 :],
}
_NAME: Final[Mapping[str, Part]] = {
    **_WHOLE,
    " sound": soundex,
    " 3 letters": lambda text: text[:3],
}
_WORD: Final[Mapping[str, Part]] = {**_WHOLE, " longest word": _longest_word}
_PARTS: Final[Mapping[str, Mapping[str, Part]]] = {
    "first_name": {**_NAME, " initial": lambda text: text[:1]},
    "last_name": _NAME,
    "date": {
        **_WHOLE,
        " year, month": lambda text: text[:6],
        " month, day": lambda text: text[4:8],
        " year": lambda text: text[:4],
    },
    "postcode": {**_WHOLE, " area": lambda text: text[: max(2, len(text) - 3)]},
    "place": _WORD,
    "address": _WORD,
    "number": _WHOLE,
    "id": {**_WHOLE, **_HALVES},
    "phone": {**_WHOLE, **_HALVES},
    "email": {**_WHOLE, MAILBOX: lambda text: text.partition("@")[0]},
}
