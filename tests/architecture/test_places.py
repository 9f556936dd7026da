"""Nothing in the repository names a machine, a registry or a stranger's host."""

import re
from collections.abc import Iterator

import pytest

from tests.architecture.rule import REPOSITORY, tracked

# Hosts that documents may name: licences, identifiers, formats, examples.
KNOWN = {"www.apache.org", "www.w3.org", "doi.org", "localhost", "127.0.0.1", "docs.databricks.com"}
URL = re.compile(r"\b(?!ivy:)[a-z][a-z0-9+.-]*://([^/\s'\"`)>\]{}|,]+)")
PATH = re.compile(r"(?<![\w./$}~*-])/(?:work|home|root|Users|mnt|srv)/[\w.-]+")
ADDRESS = re.compile(r"(?<![\d.=])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\d.])")
HARMLESS = ("127.", "0.0.0.0", "192.0.2.", "198.51.100.", "203.0.113.", "10.")
REGISTRY = re.compile(
    r"pypi\.org|pythonhosted|maven\.(org|google)|repo1?\.maven|anaconda\.(com|org)|npmjs|--(extra-)?"
    r"index-url|--find-links",
    re.IGNORECASE,
)


def places(text: str) -> Iterator[str]:
    """What in a text leads to one machine."""
    for found in URL.finditer(text):
        host = found.group(1).partition(":")[0].lower()
        if (
            host not in KNOWN
            and not host.endswith((".example", "example.com", "example.org", ".test"))
            and "." in host
        ):
            yield found.group(0)
    yield from (found.group(0) for found in PATH.finditer(text))
    yield from (
        found.group(0)
        for found in ADDRESS.finditer(text)
        if not found.group(0).startswith(HARMLESS)
    )
    yield from (found.group(0) for found in REGISTRY.finditer(text))


def test_no_file_names_a_machine_or_a_host() -> None:
    found = []
    for path in tracked():
        if path != "tests/architecture/test_places.py":
            text = (REPOSITORY / path).read_bytes().decode("utf-8", errors="ignore")
            found += [f"{path}: {place}" for place in places(text)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "planted",
    [
        "root: /home/someone/data",
        'path = "/work/x"',
        "see http://build.internal.corp/x",
        "host = 192.168.1.7",
        "--index-url x",
        "https://pypi.org/simple",
        "jdbc://db.shop.internal:5432/x",
    ],
)
def test_a_planted_place_is_caught(planted: str) -> None:
    assert list(places(planted))


@pytest.mark.parametrize(
    "innocent",
    [
        "bind 127.0.0.1",
        "s3://bucket/root",
        "https://shop.example/x",
        "version 4.2.0",
        "ivy://io.delta:delta-storage:4.4.0",
        "<root>/raw/home",
        "https://www.apache.org/licenses/LICENSE-2.0",
        "sqlite:///x.db",
        "file:///data",
    ],
)
def test_an_innocent_text_is_left_alone(innocent: str) -> None:
    assert not list(places(innocent))
