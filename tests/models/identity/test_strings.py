"""Edit distance against the plain recursion, soundex against the codes its authors publish."""

from functools import cache

import numpy as np
import pytest

from holdfast.models.identity.records.strings import edit_distance, encode, soundex


def plain_distance(one: str, other: str) -> int:
    """Insertions, deletions, replacements, turned neighbours: by definition."""

    @cache
    def at(i: int, j: int) -> int:
        if min(i, j) == 0:
            return max(i, j)
        steps = [
            at(i - 1, j) + 1,
            at(i, j - 1) + 1,
            at(i - 1, j - 1) + (one[i - 1] != other[j - 1]),
        ]
        if min(i, j) > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
            steps.append(at(i - 2, j - 2) + 1)
        return min(steps)

    return at(len(one), len(other))


def test_the_distance_of_many_pairs_is_that_of_each() -> None:
    random = np.random.default_rng(2)
    texts = ["".join(random.choice(list("abcdé"), random.integers(0, 11))) for _ in range(60)]
    left, right = np.divmod(np.arange(3_600), 60)
    found = edit_distance(*encode(texts), left, right)
    expected = [plain_distance(texts[a], texts[b]) for a, b in zip(left, right, strict=True)]
    assert found.tolist() == expected


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Robert", "R163"),
        ("Rupert", "R163"),
        ("Ashcraft", "A261"),
        ("Tymczak", "T522"),
        ("Pfister", "P236"),
        ("Honeyman", "H555"),
        ("", ""),
    ],
)
def test_a_name_sounds_as_the_national_archives_say(name: str, code: str) -> None:
    assert soundex(name) == code
