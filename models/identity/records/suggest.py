"""A first guess at the fields of a table, from what columns are called and what they hold."""

import re
from typing import Final

import pandas as pd

from holdfast.models.identity.records.fields import Field

_SAMPLE: Final = 2_000  # values of each column that are looked at
_MOSTLY: Final = 0.8  # of the values, at least, look like the kind
_FEW: Final = 60  # different values of a category, at most

# What a column is called, in the order in which it is asked; words of its name, joined by spaces.
_NAMES: Final = (
    ("full_name", r"(full|whole|customer|person|contact) ?name|name"),
    ("first_name", r"(first|given|fore) ?(name)?|forename|vorname|prenom"),
    ("last_name", r"(last|sur|family) ?(name)?|nachname|nom"),
    ("email", r".*e ?mail.*"),
    ("phone", r".*(phone|mobile|telephone|tel)( number)?|cell"),
    ("date", r".*(birth ?(date|day)|date of birth|dob|born).*"),
    ("postcode", r".*(post ?code|zip|zip ?code|postal ?code|plz).*"),
    ("number", r".*((street|house|building|unit|flat) ?(number|no|num|nr)|po ?box).*"),
    ("id", r".*(ssn|social ?security|soc ?sec|passport|tax ?id|national ?id|licen[cs]e|loyalty).*"),
    ("address", r".*(address|street|addr).*"),
    ("place", r".*(city|town|suburb|place|village|municipality|county|birth ?place).*"),
    ("category", r".*(sex|gender|state|country|occupation|middle ?initial|title|race).*"),
)
_LOOKS: Final = (
    ("email", r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    ("date", r"\d{4}[-/.]?\d{2}[-/.]?\d{2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}"),
    ("phone", r"\+?\(?\d[\d ().-]{7,}\d"),
)


def suggest_fields(records: pd.DataFrame) -> list[Field]:
    """Fields that tell people apart, in the order of the table's columns.

    A column whose name says nothing is taken by what it holds; one that holds a different value in
    each row, lists, or one value only, is left out.
    """
    found: list[Field] = []
    for name in map(str, records.columns):
        values = records[name].dropna().head(_SAMPLE)
        kind = _guess_kind(name, values) if len(values) else ""
        taken = {field.kind for field in found}
        is_once = kind in ("first_name", "last_name", "full_name")
        if kind and not (is_once and kind in taken):
            found.append(Field(name, kind))
    kinds = {field.kind for field in found}
    if {"first_name", "last_name"} & kinds:  # a full name would say the same again
        found = [field for field in found if field.kind != "full_name"]
    return found


def suggest_record_id(records: pd.DataFrame) -> str | None:
    """The first column that is known and different in each record and is called an id or key."""
    for name in map(str, records.columns):
        is_called_so = re.search(r"(^|_| )(id|key|uid|uuid|number|no)$", name.lower())
        values = records[name]
        if is_called_so and values.notna().all() and values.astype(str).is_unique:
            return name
    return None


def _guess_kind(name: str, values: "pd.Series[str]") -> str:
    texts = values.map(str)
    different = texts.nunique()
    if different < 2 or isinstance(values.iloc[0], list | dict):
        return ""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|[_\W]+", " ", name).strip().lower()
    for kind, pattern in _NAMES:
        if re.fullmatch(pattern, words):
            return "" if kind == "id" and different < len(texts) / 10 else kind
    for kind, pattern in _LOOKS:
        if texts.str.fullmatch(pattern).mean() >= _MOSTLY and different > _FEW:
            return kind
    return ""
