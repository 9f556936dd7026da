"""What a column of an unknown export is: its type, its personal kind and its role, from its name
and some values.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from holdfast.transformations.sources.contract import NULLS

_ANY: Final = re.compile(r"[^a-z0-9]+")
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WHOLE: Final = re.compile(r"-?(0|[1-9]\d*)")
_POINT: Final = re.compile(r"-?(\d+(\.\d+)?|\d{1,3}(,\d{3})+\.\d+)")
_COMMA: Final = re.compile(r"-?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*")
# Patterns of dates as Spark writes them, with what they match. Where day and month could be either,
# the first that all values fit is taken, and that is said.
_DATES: Final = (
    ("dd.MM.yyyy", r"(0[1-9]|[12]\d|3[01])\.(0[1-9]|1[0-2])\.\d{4}"),
    ("dd/MM/yyyy", r"(0[1-9]|[12]\d|3[01])/(0[1-9]|1[0-2])/\d{4}"),
    ("MM/dd/yyyy", r"(0[1-9]|1[0-2])/(0[1-9]|[12]\d|3[01])/\d{4}"),
    ("M/d/yyyy", r"(1[0-2]|[1-9])/([12]\d|3[01]|[1-9])/\d{4}"),
    ("d/M/yyyy", r"([12]\d|3[01]|[1-9])/(1[0-2]|[1-9])/\d{4}"),
)
_TIMES: Final = (
    ("", ""),
    (" HH:mm", r" \d\d:\d\d"),
    (" HH:mm:ss", r" \d\d:\d\d:\d\d"),
    (" H:mm", r" \d{1,2}:\d\d"),
)
DATE_FORMATS: Final = {
    day + time: re.compile(day_text + time_text)
    for day, day_text in _DATES
    for time, time_text in _TIMES
}
# An id is text, whatever it is made of: it may begin with a zero, and nobody adds ids up.
_ID: Final = re.compile(
    r"(^|_)(id|no|nr|number|code|sku|key|uid|uuid|ref|zip|phone|stockcode|invoice)$"
)
_PERSONAL: Final = {
    "email": r"e_?mail(_address)?",
    "phone": r"(tele)?phone(_number)?|mobile|cell",
    "first_name": r"first_?name|given_name|forename",
    "last_name": r"last_?name|surname|family_name",
    "full_name": r"(full|customer|contact|client|billing|shipping)?_?name",
    "address": r"(street|address)(_?(1|line_?1|line|street))?",
    "city": r"city|town",
    "postcode": r"(post(al)?_?code|zip(_?code)?|post_?code)",
    "birth_date": r"(birth_?(date|day)|date_of_birth|dob)",
    "ip": r"(client_|browser_)?ip(_address)?",
    "device": r"(anonymous|device|cookie)_?id",
    "text": r"comments?|notes?|body|message|feedback|review_?text",
}
_LONG: Final = 60  # characters from which a description is somebody's words, not a product's name
_PEOPLE: Final = "customer|client|user|account|household|member|shopper|buyer|contact|person"
_ROLES: Final = {
    "order": r"(order|invoice|basket|receipt|transaction|bill)(_?(id|no|nr|number|name|code))?",
    "line": r"(order_|line_)?(line|item)(_item)?_?(id|no|nr|number)",
    "party": rf"({_PEOPLE}|profile|subscriber|guest)(_?(id|no|nr|number|key|code))?",
    "at": r"(order(ed)?|invoice|transaction|purchased?|sale|created?|placed|processed|sold)"
    r"_?(at|on|date|time|datetime|timestamp|day)?|date|datetime|timestamp|day",
    "version": r"(last_)?(updated?|modified|changed?)(_?(at|on|date|time|datetime))?",
    "net": r"net(_?(amount|sales|price|total|value))?|sub_?total(_price)?|line_?total|sales_?value"
    r"|revenue|amount|total(_?(price|amount|value|paid))?",
    "price": r"(unit_?|item_?|sale_?)?price",
    "quantity": r"quantity|qty|units",
    "product": r"(product|sku|stock_?code|article|item|variant)(_?(id|no|nr|code|number|sku))?",
    "currency": r"currency(_?code)?",
    "discount": r"(total_?)?discounts?(_?(amount|total|value))?",
    "tax": r"(total_?)?(tax|vat)(es)?(_?(amount|total))?",
    "cancelled": r"cancell?ed(_?(at|on|date|time))?",
    "id": r"id|uid|uuid|key",
}


@dataclass(frozen=True)
class Guess:
    """What a column seems to be. `role` is a key of _ROLES or empty, `personal` a kind or empty."""

    path: str
    type: str
    role: str
    personal: str
    has_gaps: bool
    date_format: str = ""


def name_of(path: str) -> str:
    """A column name for a mapping: lower case, words parted by underscores."""
    return _ANY.sub("_", _CAMEL.sub("_", path).lower()).strip("_") or "column"


def guess_column(path: str, values: Sequence[str], decimal: str) -> Guess:
    """One column from its path and the text of its values, empty where there is none."""
    given = [value.strip() for value in values if value.strip() not in ("", *NULLS)]
    name = name_of(path)
    role = next((role for role, names in _ROLES.items() if re.fullmatch(names, name)), "")
    personal = "" if role == "party" else _guess_personal(name, given)
    is_text = bool(_ID.search(name)) or role in ("order", "line", "party", "product") or personal
    kind, date_format = ("string", "") if is_text else _guess_type(given, decimal)
    return Guess(path, kind, role, personal, len(given) < len(values), date_format)


def guess_decimal(values: Mapping[str, Sequence[str]]) -> str:
    """The sign before the fraction of numbers: a comma where some have one and none has a point."""
    texts = [text.strip() for given in values.values() for text in given]
    commas = any("," in text and _COMMA.fullmatch(text) for text in texts)
    points = any(
        "." in text and _POINT.fullmatch(text) and not _COMMA.fullmatch(text) for text in texts
    )
    return "," if commas and not points else "."


def could_be_either(date_format: str, values: Iterable[str]) -> bool:
    """Whether days and months of all values may have changed places."""
    swapped = date_format.translate(str.maketrans("dM", "Md"))
    other = DATE_FORMATS.get(swapped)
    given = [value.strip() for value in values if value.strip()]
    return other is not None and all(other.fullmatch(value) for value in given)


def _guess_personal(name: str, given: Sequence[str]) -> str:
    addresses = sum(1 for value in given if _EMAIL.fullmatch(value))
    if given and addresses * 2 > len(given):
        return "email"
    if name.endswith("description") and max(map(len, given), default=0) > _LONG:
        return "text"
    words = name.split("_")
    ends = [name, "_".join(words[-2:]), words[-1]]
    for kind, names in _PERSONAL.items():
        of_kind = ends[:1] if kind == "full_name" else ends  # a product has a name, too
        if any(re.fullmatch(names, end) for end in of_kind):
            return kind
    return ""


def _guess_type(given: Sequence[str], decimal: str) -> tuple[str, str]:
    """The narrowest type that all values have, and the pattern of dates that are not ISO 8601."""

    def fits(pattern: re.Pattern[str]) -> bool:
        return bool(given) and all(pattern.fullmatch(value) for value in given)

    if given and {value.lower() for value in given} <= {"true", "false"}:
        return "boolean", ""
    if fits(_WHOLE):
        return "bigint", ""
    if fits(_COMMA if decimal == "," else _POINT):
        return "decimal(18,4)", ""
    if fits(_DAY):
        return "date", ""
    if fits(_INSTANT):
        return "timestamp", ""
    found = next((name for name, pattern in DATE_FORMATS.items() if fits(pattern)), "")
    return ("timestamp", found) if found else ("string", "")
