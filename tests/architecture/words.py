"""The word list of CONTRIBUTING, and where its words are looked for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.architecture.rule import REPOSITORY, tracked

PAPER = "CONTRIBUTING.md"
# Where banned words are named on purpose, or belong to others.
EXEMPT = (PAPER, "CHANGELOG.md", "LICENSE", "constraints.txt", "tests/architecture/")
SUFFIXES = (".py", ".md", ".yml", ".yaml", ".html", ".toml", ".json", ".ipynb", "Makefile")


@dataclass(frozen=True)
class Banned:
    """A word or phrase that is not used, and what is said instead."""

    phrase: str
    instead: str


def banned_words() -> list[Banned]:
    """The rows of the table under "## Words" in CONTRIBUTING; a row may name several phrases."""
    section = (REPOSITORY / PAPER).read_text(encoding="utf-8").split("\n## Words\n")[1]
    rows = re.findall(r"^\| (`.+`) \| (.+) \|$", section.split("\n## ")[0], re.MULTILINE)
    return [
        Banned(phrase, instead)
        for cells, instead in rows
        for phrase in re.findall(r"`(.+?)`", cells)
    ]


# What "…" stands for in a phrase: one word that is no verb, preposition or conjunction.
OTHERS = (
    "is was has leaves takes gives of in on by as at to for from with without than and or that "
    "who only"
)
NOUN = rf"(?!(?:{'|'.join(OTHERS.split())})\b)\w+"


PICTURE = r"[A-Za-z0-9+/=]{60,}"  # of a notebook, in base64: now and then a word comes about


def plain(text: str) -> str:
    """Text without pictures in lower case, names taken apart at underscores and capitals, line
    breaks as blanks.
    """
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", re.sub(PICTURE, "", text))
    return re.sub(r"[\s_]+(?:# )?", " ", apart).lower()


def pattern(entry: Banned) -> str:
    """The regular expression of a phrase."""
    return re.escape(entry.phrase).replace("…", NOUN)


def uses(text: str, banned: list[Banned]) -> Iterator[str]:
    """Each banned phrase that stands in a text as whole words."""
    words = plain(text)
    for entry in banned:
        if found := re.search(rf"\b{pattern(entry)}\b", words):
            around = words[max(0, found.start() - 40) : found.end() + 40]
            yield f"`{entry.phrase}` ({entry.instead}): {around}"


def papers() -> list[str]:
    """Every file under version control in which people read words."""
    return [path for path in tracked() if path.endswith(SUFFIXES) and not path.startswith(EXEMPT)]
