"""How near two texts are, for arrays of pairs at once: edit distance with turned letters, sound,
shared words.

Sources: the restricted edit distance of Damerau 1964 in the recurrence of Wagner and Fischer 1974;
soundex as the US National Archives define it.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from holdfast.models.arrays import Ints

LONGEST: Final = 32  # letters of a text that are compared
_CHUNK: Final = 60_000  # pairs at a time, which fit a processor's cache
_SOUND: Final = dict(
    [(letter, "1") for letter in "bfpv"]
    + [(letter, "2") for letter in "cgjkqsxz"]
    + [(letter, "3") for letter in "dt"]
    + [("l", "4"), ("m", "5"), ("n", "5"), ("r", "6")]
)


def encode(texts: Sequence[str]) -> tuple[Ints, Ints]:
    """Code points of each text, one row per text, filled with 0, and the number of letters."""
    cut = [text[:LONGEST] for text in texts]
    lengths = np.array([len(text) for text in cut], dtype=np.int64)
    width = max(1, int(lengths.max(initial=1)))
    flat = np.array(cut, dtype=f"<U{width}") if cut else np.empty(0, dtype=f"<U{width}")
    return flat.view(np.uint32).reshape(len(cut), width).astype(np.int64), lengths


def edit_distance(letters: Ints, lengths: Ints, left: Ints, right: Ints) -> Ints:
    """Insertions, deletions, replacements and turns of neighbours from one text to the other.

    `left` and `right` number the rows of `letters`, as `encode` gives them.
    """
    distance = np.empty(len(left), dtype=np.int64)
    order = np.argsort(lengths[left] + lengths[right], kind="stable")  # alike long ones together
    narrow = _narrow(letters)
    for at in range(0, len(left), _CHUNK):
        rows = order[at : at + _CHUNK]
        distance[rows] = _distances(narrow, lengths, left[rows], right[rows])
    return distance


def _narrow(letters: Ints) -> np.ndarray:
    """The letters by numbers as small as they can be: only whether two are equal counts."""
    signs = np.unique(letters)
    kind = np.uint8 if len(signs) <= 256 else np.int32
    return np.searchsorted(signs, letters).astype(kind)


def _distances(letters: np.ndarray, lengths: Ints, left: Ints, right: Ints) -> Ints:
    ends, until = lengths[left], lengths[right]
    wide, high, size = int(ends.max()), int(until.max()), len(left)
    one, other = (np.ascontiguousarray(letters[side].T) for side in (left, right))
    found = np.where(ends == 0, until, 0).astype(np.int64)
    previous: list[np.ndarray] = []
    before = [np.full(size, row, dtype=np.int8) for row in range(high + 1)]
    equal_before: list[np.ndarray] = []
    for i in range(1, wide + 1):
        equal = [one[i - 1] == other[j] for j in range(high)]
        now = [np.full(size, i, dtype=np.int8)]
        for j in range(1, high + 1):
            best = np.minimum(before[j], now[j - 1])
            best += 1
            np.minimum(best, before[j - 1] + ~equal[j - 1], out=best)
            if i > 1 and j > 1:
                turned = equal[j - 2] & equal_before[j - 1]
                np.minimum(best, previous[j - 2] + 1, out=best, where=turned)
            now.append(best)
        done = ends == i
        if done.any():
            stacked = np.stack([row[done] for row in now])
            found[done] = stacked[until[done], np.arange(int(done.sum()))]
        previous, before, equal_before = before, now, equal
    return found


def soundex(text: str) -> str:
    """Letter and three digits of how a Latin word sounds; "" of what has no Latin letter."""
    letters = [letter for letter in text.lower() if "a" <= letter <= "z"]
    if not letters:
        return ""
    code, last = letters[0].upper(), _SOUND.get(letters[0], "")
    for letter in letters[1:]:
        sound = _SOUND.get(letter, "")
        if sound and sound != last:
            code += sound
        if letter not in "hw":
            last = sound
    return f"{code}000"[:4]
