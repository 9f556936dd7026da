"""Phone numbers as ITU-T E.164 writes them, by the numbering plans of Google's libphonenumber."""

import re
from functools import lru_cache
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumber, ValidationResult

from holdfast.transformations.sources.countries import ALIASES

EXTENSION: Final = "x"  # between a number and the extension behind it
_AS_DOUBLE: Final = re.compile(r"(?<=\d{7})\.0\s*$")  # a number that a program kept as a double
_LONG: Final = 11  # digits from which a number without a plus may have its country code


def read_phone(text: str, country: str) -> str | None:
    """Digits with the country code and no plus, `x` and the extension behind them where there is
    one; null where no such number can exist, so that nothing is equal by a guess.

    `country` is where a number without a country code belongs: a region of ISO 3166 (`DK`) or a
    calling code (`45`); empty or unknown: nowhere.
    """
    region, text = _region_of(country), _AS_DOUBLE.sub("", text)
    number = _parse(text, region)
    if number is None and not text.strip().startswith("+"):
        digits = phonenumbers.normalize_digits_only(text)
        if digits.startswith("00"):
            number = _parse(f"+{digits[2:]}", None)
        elif len(digits) >= _LONG and (whole := _parse(f"+{digits}", None)):
            number = whole if phonenumbers.is_valid_number(whole) else None
    if number is None:
        return None
    own = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)[1:]
    return f"{own}{EXTENSION}{number.extension}" if number.extension else own


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
