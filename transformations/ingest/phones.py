"""Phone numbers as ITU-T E.164 writes them, by the numbering plans of Google's libphonenumber."""

import re
from functools import lru_cache
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumber, ValidationResult

from holdfast.transformations.sources.countries import ALIASES

EXTENSION: Final = "x"  # between a number and the extension behind it
_AS_DOUBLE: Final = re.compile(r"(?<=\d{7})\.0\s*$")  # a number that a program kept as a double
_NOTE: Final = re.compile(r"\d\W*([^\W\d_].*)$", re.DOTALL)  # letters behind a digit, and the rest
_DIGIT: Final = re.compile(r"\d")
_LONG: Final = 11  # digits from which a number without a plus may have its country code


def read_phone(text: str, country: str) -> str | None:
    """Digits with the country code and no plus, `x` and the extension behind them where there is
    one; null where no such number can exist, so that nothing is equal by a guess.

    `country` is where a number without a country code belongs: a region of ISO 3166 (`DK`) or a
    calling code (`45`); empty or unknown: nowhere. A note behind the number is left out.
    """
    region, text = _region_of(country), _AS_DOUBLE.sub("", text)
    number = _read(text, region)
    if (note := _NOTE.search(text)) and not (number and number.extension):
        # letters may be digits of a keypad (1-800-FLOWERS), where they complete the number
        bare = _read(text[: note.start(1)], region)
        if bare is not None and phonenumbers.is_valid_number(bare):
            number = None if _DIGIT.search(note[1]) else bare
    if number is None:
        return None
    own = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)[1:]
    return f"{own}{EXTENSION}{number.extension}" if number.extension else own


def _read(text: str, region: str | None) -> PhoneNumber | None:
    """The number by the plan of its region, or by the country code with which it begins although
    it has no plus: the plans of DE, ID and XK allow numbers as long as one with its code.
    """
    number = _parse(text, region)
    if text.strip().startswith("+"):
        return number
    digits = phonenumbers.normalize_digits_only(text)
    if number is None and digits.startswith("00"):
        return _parse(f"+{digits[2:]}", None)
    if len(digits) >= _LONG and (number is None or _keeps_its_code(number, digits)):
        whole = _parse(f"+{digits}", None)
        return whole if whole and phonenumbers.is_valid_number(whole) else number
    return number


def _keeps_its_code(number: PhoneNumber, digits: str) -> bool:
    """Whether the country code with which the digits begin was read as part of the number."""
    is_all = phonenumbers.national_significant_number(number) == digits
    return is_all and digits.startswith(str(number.country_code))


def _parse(text: str, region: str | None) -> PhoneNumber | None:
    """The number that the text says, if it can exist: one that still begins with a trunk prefix was
    written for another country, and one digit repeated stands for no number.
    """
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    # as written, unlike national_number, with the zeros in front of it
    own = phonenumbers.national_significant_number(number)
    if len(set(own)) == 1:
        return None
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return None
    has_trunk = own.startswith("0") and not phonenumbers.is_valid_number(number)
    return None if has_trunk else number


@lru_cache
def _region_of(country: str) -> str | None:
    code = country.strip().lstrip("+").upper()
    region = (
        phonenumbers.region_code_for_country_code(int(code))
        if code.isdecimal()
        else ALIASES.get(code, code)
    )
    return region if region in phonenumbers.SUPPORTED_REGIONS else None
