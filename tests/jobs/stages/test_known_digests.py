"""A file is read once to know its content, and again whenever it may have another."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.jobs.stages.known_digests import forget_digests, open_known_digests

LONG = "a" * 2**17


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], bool]:
    """Whether a file had to be read to know its digest, in a process of its own."""
    monkeypatch.setenv("HOLDFAST_CACHE", str(tmp_path / "cache"))

    def is_read(path: Path) -> bool:
        times: list[Path] = []

        def compute(path: Path) -> str:
            times.append(path)
            return path.read_text()

        with open_known_digests() as known:
            assert known.digest_of(path, compute) == path.read_text()
        return bool(times)

    return is_read


def write(path: Path, text: str, at: int = 1_000) -> Path:
    path.write_text(text)
    os.utime(path, (at, at))
    return path


def test_a_file_that_is_as_it_was_is_read_once(
    tmp_path: Path, read: Callable[[Path], bool]
) -> None:
    file = write(tmp_path / "orders.csv", LONG)
    assert read(file)
    assert not read(file)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        (LONG + "a", 1_000),  # longer
        (LONG, 1_001),  # written again
        ("b" + LONG[1:], 1_000),  # another beginning, its time set back
        (LONG[1:] + "b", 1_000),  # another end
    ],
)
def test_a_file_that_may_be_another_is_read_again(
    tmp_path: Path, read: Callable[[Path], bool], text: str, at: int
) -> None:
    file = write(tmp_path / "orders.csv", LONG)
    assert read(file)
    assert read(write(file, text, at))


def test_a_file_put_in_the_place_of_another_is_read_again(
    tmp_path: Path, read: Callable[[Path], bool]
) -> None:
    file = write(tmp_path / "orders.csv", LONG)
    assert read(file)
    write(tmp_path / "other.csv", LONG[: 2**16] + "b" + LONG[2**16 + 1 :]).replace(file)
    assert read(file)


def test_what_is_known_can_be_forgotten_and_may_be_damaged(
    tmp_path: Path, read: Callable[[Path], bool]
) -> None:
    file = write(tmp_path / "orders.csv", LONG)
    assert read(file)
    forget_digests()
    assert read(file)
    (tmp_path / "cache" / "digests.json").write_text("{")
    assert read(file)


def test_files_that_are_gone_are_forgotten(tmp_path: Path, read: Callable[[Path], bool]) -> None:
    gone, stays = write(tmp_path / "a.csv", "1"), write(tmp_path / "b.csv", "2")
    assert read(gone)
    gone.unlink()
    assert read(stays)
    assert "a.csv" not in (tmp_path / "cache" / "digests.json").read_text()
