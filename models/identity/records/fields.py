"""The fields of a record table: what kind each is, and what that means for two records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

PERSONAL: Final = "personal"
HOUSEHOLD: Final = "household"
LEVELS: Final = (PERSONAL, HOUSEHOLD)


@dataclass(frozen=True)
class Kind:
    """What fields of a kind have in common.

    `near` counts the levels of agreement below equality, 0 (differ) among them; those from
    `agrees` on speak for agreement. `identifies`: the records of one person mostly agree. `level`:
    whether members of a household differ (personal) or agree (household) on it. `is_home`: equal
    values mean one home.
    """

    near: int
    agrees: int = 1
    identifies: bool = False
    level: str = HOUSEHOLD
    is_home: bool = False


KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "first_name": Kind(6, agrees=2, identifies=True, level=PERSONAL),
        "last_name": Kind(6, agrees=2, identifies=True),
        "full_name": Kind(6, agrees=2, identifies=True, level=PERSONAL),  # read as first and last
        "date": Kind(5, agrees=3, identifies=True, level=PERSONAL),
        "id": Kind(3, identifies=True),  # families lend each other their numbers
        "email": Kind(3),
        "phone": Kind(1, is_home=True),
        "address": Kind(4, is_home=True),
        "number": Kind(2),
        "postcode": Kind(3, is_home=True),
        "place": Kind(4),
        "category": Kind(1),
    }
)


@dataclass(frozen=True)
class Field:
    """A column of the table, what it holds (a key of KINDS), and whether members of a household
    differ on it; the kind says so where nothing is given.
    """

    name: str
    kind: str
    level: str = ""

    @property
    def is_personal(self) -> bool:
        """Members of a household differ on it."""
        return (self.level or KINDS[self.kind].level) == PERSONAL


class FieldsError(ValueError):
    """Fields that cannot be compared; the message says which and what to write instead."""


def check_fields(fields: Sequence[Field], columns: Sequence[str]) -> None:
    """All that is wrong with the fields of a table of such columns, in one error."""
    wrong = [
        f"{field.name}: the table has no such column; it has {', '.join(columns)}"
        for field in fields
        if field.name not in columns
    ]
    wrong += [
        f"{field.name}: there is no kind {field.kind!r}; kinds are {', '.join(KINDS)}"
        for field in fields
        if field.kind not in KINDS
    ]
    wrong += [
        f"{field.name}: level is {field.level!r}; say {PERSONAL} or {HOUSEHOLD}"
        for field in fields
        if field.level and field.level not in LEVELS
    ]
    names = [field.name for field in fields]
    wrong += [
        f"{name}: named twice; leave one"
        for name in sorted({n for n in names if names.count(n) > 1})
    ]
    kinds = [field.kind for field in fields]
    wrong += [
        f"{kind}: {kinds.count(kind)} fields are of this kind; leave the best one"
        for kind in ("first_name", "last_name", "full_name")
        if kinds.count(kind) > 1
    ]
    if "full_name" in kinds and {"first_name", "last_name"} & set(kinds):
        wrong.append("full_name: it repeats the first and last name; leave one of the two out")
    if not fields:
        wrong.append("no field is given; name at least one column and its kind")
    if wrong:
        raise FieldsError("The fields do not fit the table.\n" + "\n".join(wrong))
