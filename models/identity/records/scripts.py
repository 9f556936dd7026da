"""Scripts that tell how far two spellings can be compared."""

import unicodedata
from typing import Final

# Scripts that write no space between last and first name, by how Unicode names their signs.
_UNSPACED: Final = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")
# Scripts whose letters have one reading each; that of others (Chinese characters in Japan, Arabic
# without its vowels) is a guess.
_READ: Final = ("LATIN", "GREEK", "CYRILLIC")


def is_unspaced(text: str) -> bool:
    """All signs are of scripts that write no space within a name."""
    return not text.isascii() and all(_is_of(sign, _UNSPACED) for sign in text)


def is_guessed(text: str) -> bool:
    """Some letter is of a script whose reading in Latin is a guess."""
    return not text.isascii() and any(sign.isalpha() and not _is_of(sign, _READ) for sign in text)


def _is_of(sign: str, scripts: tuple[str, ...]) -> bool:
    return unicodedata.name(sign, "").startswith(scripts)
