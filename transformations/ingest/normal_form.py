"""Normal forms of personal values: what matching compares, in whatever script they are written.

Sources: Unicode Standard Annex 15 (normal forms), the Unicode Character Database (case folding,
categories), RFC 5321 and RFC 5891 for e-mail.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

from anyascii import anyascii

from holdfast.transformations.ingest.birth_dates import read_birth_date
from holdfast.transformations.ingest.phones import read_phone

_STREETS: Final = {
    "street": "st",
    "avenue": "ave",
    "road": "rd",
    "boulevard": "blvd",
    "drive": "dr",
    "lane": "ln",
    "court": "ct",
    "apartment": "apt",
    "place": "pl",
}
# Letters of one script that are written for each other, none of which Unicode takes apart: Latin
# ones by what stands under the stroke, the rest as other keyboards of the script type them.
_LETTERS: Final = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "\u0131": "i"}
    | {"æ": "ae", "œ": "oe", "þ": "th", "\u0451": "\u0435"}  # dotless i, Cyrillic yo
    | {"ک": "ك", "ی": "ي", "ى": "ي", "ة": "\u0647"}
)
_MARKED_BELOW: Final = 0x400  # Latin and Greek lie below: there a mark makes no other letter
# What forms and programs write where nothing is known.
_NOTHING: Final = frozenset(
    {"n a", "nan", "nil", "none", "null", "undefined", "unknown", "anonymous", "guest", "customer"}
)
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_TAG: Final = re.compile(r"(?<=[^@])\+[^@]*@")
# As mail programs write addresses: behind a name in brackets, or as a link.
_WRAPPED: Final = re.compile(r"[^<>]*<(?:mailto:)*([^<>]+)>|(?:mailto:)+([^<>]+)")
_AS_DOUBLE: Final = re.compile(r"(?<=^\d{4})\.0$|(?<=^\d{5})\.0$|(?<=^\d{6})\.0$")
_NOT_ASCII_WORD: Final = re.compile(r"[^a-z0-9]+")


def normal_form(kind: str, value: str, country: str) -> str | None:
    """The form of a value in which equal ones are equal; null where it has none.

    E-mail: lower case, plus-tags dropped. Phone: as `read_phone` says, `country` being that of
    numbers written without one. Names, cities and addresses: letters and digits of every script,
    without case, punctuation, and the marks that people leave out: accents of Latin and Greek,
    vowel points of Hebrew and Arabic; words for nothing are nothing. Postcodes: letters and digits.
    Birth dates: YYYY-MM-DD.
    """
    if kind == "phone":
        return read_phone(value, country)
    return _READERS[kind](value) or None if kind in _READERS else None


def latin_form(form: str) -> str | None:
    """The Latin spelling of a normal form in another script; null where the form is Latin.

    It is a reading of the letters, by which different names can agree and one name can be spelt in
    several ways: evidence beside the form, never in its place.
    """
    if form.isascii():
        return None
    words = (_NOT_ASCII_WORD.sub("", anyascii(word).lower()) for word in form.split(" "))
    return " ".join(filter(None, words)) or None


def _email(value: str) -> str | None:
    address = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", value).strip().lower())
    if written := _WRAPPED.fullmatch(address):
        address = (written[1] or written[2]).strip()
    if not _EMAIL.fullmatch(address):
        return None
    own, _, host = _TAG.sub("@", address).partition("@")
    if host.isascii() and "xn--" in host:
        with suppress(UnicodeError):  # no international name: it stands as it was written
            host = host.encode("ascii").decode("idna")
    return f"{own}@{host}"


def _name(value: str) -> str:
    words = _words(value)
    return "" if words in _NOTHING else words


def _address(value: str) -> str:
    return " ".join(_STREETS.get(word, word) for word in _name(value).split())


def _postcode(value: str) -> str:
    return _name(_AS_DOUBLE.sub("", value)).replace(" ", "").upper()


def _code(value: str) -> str:
    return value.strip(" ").lower()


def _words(value: str) -> str:
    if value.isascii():
        return " ".join(_NOT_ASCII_WORD.sub(" ", value.lower()).split())
    folded = unicodedata.normalize("NFKC", value).casefold()
    bare = _without_marks(unicodedata.normalize("NFKD", folded))
    letters = unicodedata.normalize("NFKC", bare).translate(_LETTERS)
    return " ".join("".join(map(_plain, letters)).split())


def _without_marks(decomposed: str) -> str:
    """Without the marks that people leave out of a name; a mark of any other script is part of its
    letter, as the vowels of Hindi and Thai are and the voicing of Japanese.
    """
    kept, base = [], ""
    for letter in decomposed:
        if not _is_mark(letter):
            base = letter
        elif _is_point(letter) or ("\u0300" <= letter <= "\u036f" and _takes_accents(base)):
            continue
        kept.append(letter)
    return "".join(kept)


def _takes_accents(base: str) -> bool:
    return not base.isalnum() or ord(base) < _MARKED_BELOW


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter).startswith("M")


def _is_point(letter: str) -> bool:
    """Vowel points of Hebrew and Arabic, and what chooses among shapes of one letter."""
    code = ord(letter)
    return (
        0x591 <= code <= 0x5C7
        or 0x610 <= code <= 0x61A
        or 0x64B <= code <= 0x65F
        or code == 0x670
        or 0xFE00 <= code <= 0xFE0F
        or 0xE0100 <= code <= 0xE01EF
    )


def _plain(letter: str) -> str:
    """A letter, mark or digit as it is compared; nothing for what has no width, else a space."""
    category = unicodedata.category(letter)
    if category == "Nd":
        return str(unicodedata.decimal(letter))
    if category == "Cf" or letter == "\u0640":  # Arabic stretches words by it
        return ""
    is_apostrophe = "\u02b0" <= letter <= "\u02ff"
    return letter if category[0] in "LMN" and not is_apostrophe else " "


_READERS: Final[Mapping[str, Callable[[str], str | None]]] = {
    "email": _email,
    **dict.fromkeys(("first_name", "last_name", "full_name", "city"), _name),
    "address": _address,
    "postcode": _postcode,
    "birth_date": read_birth_date,
    "device": _code,
}
FORMED: Final = ("phone", *_READERS)  # kinds of values that have a normal form
