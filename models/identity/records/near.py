"""How near two different values of one kind are, as a level from 0 (they differ) upwards."""

import re
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from scipy.sparse import csr_matrix

from holdfast.models.arrays import Flags, Ints
from holdfast.models.identity.records.columns import Column
from holdfast.models.identity.records.nicknames import FORMAL
from holdfast.models.identity.records.scripts import is_guessed, is_unspaced
from holdfast.models.identity.records.strings import edit_distance
from holdfast.transformations.ingest.phones import EXTENSION

_NO_DIGIT: Final = re.compile(r"[^0-9]")
UNKNOWN: Final = -1
SHORT_FORM, SWAPPED = 2, 5  # levels of a name; the second is of two fields


def near_level(column: Column, left: Ints, right: Ints) -> Ints:
    """Levels of pairs of different values, numbered as in the column."""
    kind = column.field.kind
    if kind == "category" or not len(left):
        return np.zeros(len(left), dtype=np.int64)
    edits = edit_distance(column.letters, column.lengths, left, right)
    return np.asarray(_LEVELS[kind](column, left, right, edits), dtype=np.int64)


def _name(column: Column, left: Ints, right: Ints, edits: Ints) -> Ints:
    """1 alike or of one sound, 2 a short form, 3 two slips, 4 one slip."""
    short, long = _lengths(column, left, right)
    alike = (2 * edits <= long) | (column.sounds[left] == column.sounds[right])
    is_form = _begins(column, left, right, short) | _are_forms(column, left, right)
    level = np.select(
        [(edits <= 1) & (short >= 3), (edits == 2) & (short >= 5), is_form, alike],
        [4, 3, SHORT_FORM, 1],
        0,
    )
    # of names of two or three signs one is no slip: siblings share the other; a homophone may be
    unspaced = np.array([is_unspaced(form) for form in column.forms])
    level[unspaced[left] & unspaced[right] & (edits > 0)] = 0
    return _doubt_guesses(column, left, right, level)


def _doubt_guesses(column: Column, left: Ints, right: Ints, level: Ints) -> Ints:
    """Levels of texts: what is hardly alike in two scripts, one of which is read by a guess, is
    unknown.
    """
    is_latin = np.array([form.isascii() for form in column.forms])
    guessed = np.array([is_guessed(form) for form in column.forms])
    is_guess = (is_latin[left] != is_latin[right]) & (guessed[left] | guessed[right])
    return np.where(is_guess & (level <= 1), UNKNOWN, level)


def _date(column: Column, left: Ints, right: Ints, edits: Ints) -> Ints:
    """1 of one year, 2 two slips, or month and day or year and month agree, 3 day and month turned,
    4 one slip.
    """
    one, other = column.letters[left], column.letters[right]
    if column.letters.shape[1] < 8:
        return np.where(edits == 1, 4, 0)
    same = one[:, :8] == other[:, :8]
    year = same[:, :4].all(axis=1)
    close = same[:, 4:].all(axis=1) | same[:, :6].all(axis=1) | (edits == 2)
    months, days = (one[:, 4:6], other[:, 4:6]), (one[:, 6:8], other[:, 6:8])
    turned = year & (months[0] == days[1]).all(axis=1) & (months[1] == days[0]).all(axis=1)
    return np.select([turned, edits == 1, close, year], [3, 4, 2, 1], 0)


def _postcode(column: Column, left: Ints, right: Ints, edits: Ints) -> Ints:
    """1 of one area, which is all but the last three signs, 2 one slip."""
    short, _ = _lengths(column, left, right)
    area = _begins(column, left, right, np.maximum(2, short - 3))
    return np.select([edits == 1, area], [2, 1], 0)


def _words(column: Column, left: Ints, right: Ints, edits: Ints) -> Ints:
    """1 shares a word, 2 one has all words of the other, 3 a few slips."""
    table = _word_table(column.texts)
    sizes = np.asarray(table.sum(axis=1)).ravel()
    shared = np.asarray(table[left].multiply(table[right]).sum(axis=1)).ravel()
    short, _ = _lengths(column, left, right)
    slips = edits <= np.minimum(4, short // 4)
    within = (shared > 0) & (shared >= np.minimum(sizes[left], sizes[right]))
    if column.field.kind == "address":  # another number is another house, or another flat
        digits = np.array([_NO_DIGIT.sub("", text) for text in column.texts])
        _, house = np.unique(digits, return_inverse=True)
        slips &= house[left] == house[right]
    level = np.select([slips, within, shared > 0], [3, 2, 1], 0)
    return _doubt_guesses(column, left, right, level)


def _code(column: Column, left: Ints, right: Ints, edits: Ints) -> Ints:
    """1 two slips, 2 one slip."""
    return np.select([edits == 1, edits == 2], [2, 1], 0)


def _email(column: Column, left: Ints, right: Ints, edits: Ints) -> Ints:
    """1 the same before the @, 2 one or two slips."""
    local = np.array([text.partition("@")[0] for text in column.texts])
    _, number = np.unique(local, return_inverse=True)
    return np.select([edits <= 2, number[left] == number[right]], [2, 1], 0)


def _phone(column: Column, left: Ints, right: Ints, edits: Ints) -> Ints:
    """0: another digit is another phone, as neighbours in an office have them; unknown where one
    names an extension of the other.
    """
    boards = np.array([text.partition(EXTENSION)[0] for text in column.texts])
    _, board = np.unique(boards, return_inverse=True)
    has_extension = np.array([EXTENSION in text for text in column.texts])
    is_open = (board[left] == board[right]) & ~(has_extension[left] & has_extension[right])
    return np.where(is_open, UNKNOWN, 0 * edits)


def _number(column: Column, left: Ints, right: Ints, edits: Ints) -> Ints:
    """1 one slip, in a number of more than one digit."""
    short, _ = _lengths(column, left, right)
    return np.asarray((edits == 1) & (short >= 2), dtype=np.int64)


def _lengths(column: Column, left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """The shorter and the longer length."""
    one, other = column.lengths[left], column.lengths[right]
    return np.minimum(one, other), np.maximum(one, other)


def _begins(column: Column, left: Ints, right: Ints, length: Ints) -> Flags:
    """Whether so many first letters are the same."""
    same = column.letters[left] == column.letters[right]
    beyond = np.arange(column.letters.shape[1])[None, :] >= length[:, None]
    return np.asarray((same | beyond).all(axis=1) & (length > 0))


def _are_forms(column: Column, left: Ints, right: Ints) -> Flags:
    """Whether two names can stand for one whole name."""
    if column.field.kind == "last_name":
        return np.zeros(len(left), dtype=np.bool_)
    formal = [FORMAL.get(text) for text in column.texts]
    listed = np.array([names is not None for names in formal])
    found = listed[left] & listed[right]
    for at in np.flatnonzero(found).tolist():
        one, other = formal[left[at]], formal[right[at]]
        found[at] = bool(one and other and one & other)
    return np.asarray(found, dtype=np.bool_)


def _word_table(texts: tuple[str, ...]) -> csr_matrix:
    """One row per text, one column per word: 1 where the text has it."""
    words: dict[str, int] = {}
    rows, columns = [], []
    for row, text in enumerate(texts):
        for word in dict.fromkeys(text.split()):
            rows.append(row)
            columns.append(words.setdefault(word, len(words)))
    size = (len(texts), max(1, len(words)))
    return csr_matrix((np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=size)


_LEVELS: Final[Mapping[str, Callable[[Column, Ints, Ints, Ints], Ints]]] = {
    "first_name": _name,
    "last_name": _name,
    "date": _date,
    "postcode": _postcode,
    "place": _words,
    "address": _words,
    "id": _code,
    "email": _email,
    "phone": _phone,
    "number": _number,
}
