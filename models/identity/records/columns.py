"""The values of a field, read once: normal forms as numbers, how rare each is, its letters."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from holdfast.models.arrays import Ints
from holdfast.models.identity.records.fields import KINDS, Field
from holdfast.models.identity.records.strings import encode, soundex
from holdfast.transformations.identity.comparison import Comparison
from holdfast.transformations.ingest.normal_form import latin_form, normal_form

RARITIES: Final = 4  # levels of equality: as frequent as shared values are on average, or rarer
NO_HOUSE: Final = np.empty(0, dtype=np.int64)
_STEP: Final = 4.0  # times rarer from one level to the next
_DAY_FIRST: Final = re.compile(r"(\d{1,2})\D(\d{1,2})\D(\d{4})")
_FORMS: Final[Mapping[str, str]] = {"place": "city", "number": "address"}
_HEARD: Final = ("first_name", "last_name")
_CODE: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, eq=False)
class Column:
    """A field of all records.

    `codes` numbers each record's value, -1 where it is unknown; the rest is by value: its normal
    form as it is written (`forms`) and in Latin letters (`texts`), `counts` of records, `rarity`
    (0 to RARITIES - 1), `letters` and `lengths` as `encode` gives them, and `sounds` of names.
    `homes`, of an address beside a house number, numbers each record's pair of both, with
    `home_counts` of records and `home_rarity`.
    """

    field: Field
    codes: Ints
    forms: tuple[str, ...]
    texts: tuple[str, ...]
    counts: Ints
    rarity: Ints
    letters: Ints
    lengths: Ints
    sounds: Ints
    homes: Ints
    home_counts: Ints
    home_rarity: Ints

    @property
    def near(self) -> int:
        """Levels below equality."""
        return KINDS[self.field.kind].near

    @property
    def home_from(self) -> int:
        """Level from which on two values are one home: a street with a few slips is."""
        return self.near - 1 if self.field.kind == "address" else self.near

    @property
    def known(self) -> int:
        """Records that have a value."""
        return int(self.counts.sum())

    @property
    def comparison(self) -> Comparison:
        """The field as the linkage model knows it."""
        kind = KINDS[self.field.kind]
        levels = kind.near + RARITIES * (2 if len(self.home_counts) else 1)
        return Comparison(
            self.field.name,
            levels,
            kind.near,
            is_personal=self.field.is_personal,
            identifies=kind.identifies,
            agrees=kind.agrees,
        )

    def of_records(self, records: Ints) -> "Column":
        """The column of some records: values occur as often as they do there."""
        codes = self.codes[records]
        counts = np.bincount(codes[codes >= 0], minlength=len(self.texts))
        homes = self.homes[records] if len(self.homes) else self.homes
        home_counts = np.bincount(homes[homes >= 0], minlength=len(self.home_counts))
        return replace(
            self,
            codes=codes,
            counts=counts,
            rarity=rarity_of(counts, usual_count(counts)),
            homes=homes,
            home_counts=home_counts,
            home_rarity=rarity_of(home_counts, usual_count(home_counts)),
        )

    def with_counts(self, of_record: Ints, usual: float) -> "Column":
        """The column of records whose values occur as often in a table of more records."""
        counts = np.ones(len(self.texts), dtype=np.int64)
        known = self.codes >= 0
        counts[self.codes[known]] = of_record[known]
        return replace(self, counts=counts, rarity=rarity_of(counts, usual))

    def exact_counts(self) -> list[Ints]:
        """Numbers of records by value, of the values at each level of equality in turn."""
        own = [self.counts[self.rarity == step] for step in range(RARITIES)]
        if not len(self.home_counts):
            return own
        return own + [self.home_counts[self.home_rarity == step] for step in range(RARITIES)]


def read_column(field: Field, values: "pd.Series[str]", country: str, house: Ints) -> Column:
    """Read a field. `house` numbers each record's house number where the field is the address that
    goes with it, and is empty elsewhere.
    """
    coded = pd.Categorical(values.where(values.notna(), None).astype("string"))
    forms = [_read_form(field.kind, str(value), country) for value in coded.categories]
    return _build(field, coded, forms, house)


def read_forms(field: Field, forms: "pd.Series[str]") -> Column:
    """A field whose values are normal forms already."""
    coded = pd.Categorical(forms.where(forms.notna(), None).astype("string"))
    reader = _read_date if field.kind == "date" else str
    return _build(field, coded, [reader(form) for form in coded.categories], NO_HOUSE)


def read_counts_only(field: Field, counts: Ints) -> Column:
    """A field of which is known how many records have each value, and no record."""
    none = NO_HOUSE
    rarity = rarity_of(counts, usual_count(counts))
    letters = none.reshape(0, 1)
    return Column(field, none, (), (), counts, rarity, letters, none, none, none, none, none)


def _build(field: Field, coded: pd.Categorical, forms: Sequence[str], house: Ints) -> Column:
    written, of_form = np.unique(np.array(forms, dtype=object).astype(str), return_inverse=True)
    raw = np.asarray(coded.codes, dtype=np.int64)
    codes = np.where(raw >= 0, of_form[raw] if len(forms) else -1, -1).astype(np.int64)
    if len(written) and written[0] == "":
        codes, written = np.maximum(codes - 1, -1), written[1:]
    counts = np.bincount(codes[codes >= 0], minlength=len(written))
    latin = tuple(latin_form(text) or text for text in written.tolist())
    letters, lengths = encode([text.replace(" ", "") for text in latin])
    is_heard = field.kind in _HEARD
    heard = np.array([soundex(text) if is_heard else "" for text in latin], dtype=str)
    _, sounds = np.unique(heard, return_inverse=True)
    homes, home_counts = _pair(codes, house) if len(house) else (codes[:0], counts[:0])
    return Column(
        field,
        codes,
        tuple(written.tolist()),
        latin,
        counts,
        rarity_of(counts, usual_count(counts)),
        letters,
        lengths,
        sounds.astype(np.int64),
        homes,
        home_counts,
        rarity_of(home_counts, usual_count(home_counts)),
    )


def _pair(codes: Ints, house: Ints) -> tuple[Ints, Ints]:
    both = (codes >= 0) & (house >= 0)
    key = codes[both] * (int(house.max(initial=0)) + 1) + house[both]
    _, number, counts = np.unique(key, return_inverse=True, return_counts=True)
    homes = np.full(len(codes), -1, dtype=np.int64)
    homes[both] = number
    return homes, counts


def usual_count(counts: Ints) -> float:
    """How many records have the value that two unrelated ones share, on average."""
    return float((counts.astype(float) ** 2).sum()) / max(1.0, float(counts.sum()))


def rarity_of(counts: Ints, usual: float) -> Ints:
    """How rare values are: 0 as frequent as those that two unrelated records share on average."""
    steps = np.ceil(np.log(max(usual, 1.0) / np.maximum(counts, 1)) / np.log(_STEP))
    return np.asarray(np.clip(steps, 0, RARITIES - 1), dtype=np.int64)


def _read_form(kind: str, value: str, country: str) -> str:
    reader = _READERS.get(kind)
    if reader:
        return reader(value)
    form = normal_form(_FORMS.get(kind, kind), value, country) or ""
    if kind == "phone" and not form:  # no number that can exist: its digits still say something
        return re.sub(r"\D", "", value)
    return form


def _read_date(value: str) -> str:
    """Year, month and day as digits, without asking whether such a day can be: a typo must stay
    near to the day that was meant.
    """
    text = value.strip()
    turned = _DAY_FIRST.match(text)
    if turned:
        return f"{turned[3]}{int(turned[1]):02}{int(turned[2]):02}"
    return re.sub(r"\D", "", text)[:8]


def _read_code(value: str) -> str:
    return _CODE.sub("", value.lower())


def _read_category(value: str) -> str:
    return normal_form("city", value, "") or ""


_READERS: Final[Mapping[str, Callable[[str], str]]] = {
    "date": _read_date,
    "id": _read_code,
    "category": _read_category,
}
