"""One word per thing: what the list in CONTRIBUTING bans is used nowhere."""

import pytest

from tests.architecture.rule import REPOSITORY
from tests.architecture.words import Banned, banned_words, papers, uses

LIST = banned_words()


def test_no_banned_word_is_used() -> None:
    found = [
        f"{path}: {use}"
        for path in papers()
        for use in uses((REPOSITORY / path).read_text(encoding="utf-8"), LIST)
    ]
    assert not found, "\n".join(found)


def test_the_list_is_read_and_looked_for_everywhere() -> None:
    assert len(LIST) > 20
    assert {"README.md", "conf/base/churn.yml", "jobs/ingest.py"} <= set(papers())


@pytest.mark.parametrize(
    "planted",
    [
        '"""One row a customer."""',
        "# one task a job",
        "# the model is judged\n# on a later day",
        "def judge_model(): ...",
        "judged_on: date",
        "class JudgeOf: ...",
        "a sign\n    # of life",
    ],
)
def test_a_planted_word_is_caught_and_one_in_a_picture_is_not(planted: str) -> None:
    banned = [*LIST, Banned("sign of life", "heartbeat")]
    assert list(uses(planted, banned))
    assert not list(uses(f"{'iVBORw0' * 9}+judged+{'kSuQmC' * 9}", banned))


@pytest.mark.parametrize(
    "innocent",
    [
        "One row per customer.",
        "one is a rule",
        "one without a name",
        "judgemental prejudge",
        "retold",
    ],
)
def test_an_innocent_text_is_left_alone(innocent: str) -> None:
    assert not list(uses(innocent, LIST))
