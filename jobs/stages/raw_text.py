"""Text files looked at once before Spark reads them: their digest, their rows, and whether fields
hold line breaks.
"""

import csv
import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, cast

from holdfast.transformations.sources.contract import RawTable, Reading

_BLOCK: Final = 2**24
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_LONGEST: Final = 200  # lines of one record, at most: beyond them a quote was never closed
_UTF8: Final = ("utf-8", "utf8")


@dataclass(frozen=True)
class TextFile:
    """What a look at a text file says.

    `rows` are counted apart from Spark's parser. `is_multiline` says that quoted fields hold line
    breaks, `stray_line` is the first line (from 1) with a quote that nothing closes; a file that
    has both is read line by line, so that no quote takes the rows below it along.
    """

    digest: str
    rows: int
    is_multiline: bool = False
    stray_line: int | None = None


def look_at(path: Path, raw: RawTable) -> TextFile:
    """One pass over a CSV or JSON lines file."""
    seen = _Seen(header=None)
    content = hashlib.sha256()
    is_csv = raw.format == "csv"
    by_lines = not is_csv or (is_utf8(raw.reading) and not raw.reading.multiline)
    with open(path, "rb") as packed, _unpacked(packed, path) as text:
        for block in _blocks(text):
            content.update(block)
        if by_lines:
            text.seek(0)
            for lines in _blocks_of_lines(text):
                seen.take(lines, is_csv, raw.reading)
    seen.end(raw.reading)
    found = TextFile(content.hexdigest(), seen.rows)
    if not is_csv:
        return found
    is_multiline = not by_lines or (seen.joined > 0 and seen.stray is None)
    rows = count_records(path, raw.reading) if is_multiline else seen.rows
    return TextFile(found.digest, rows, is_multiline, seen.stray)


def first_line(path: str | Path, encoding: str = "UTF-8") -> str:
    """The first line of a text file: the header of a CSV."""
    with _open_text(Path(path), encoding, newline=None) as lines:
        return next(lines, "").rstrip("\n")


def names_of(header: str, delimiter: str = ",") -> tuple[str, ...]:
    """The names in a CSV header."""
    return tuple(next(csv.reader([header], delimiter=delimiter), ()))


def count_records(path: Path, reading: Reading) -> int:
    """Records of a CSV file below its header."""
    with _open_text(path, reading.encoding, newline="") as text:
        records = csv.reader(text, delimiter=reading.delimiter)
        return max(0, sum(1 for fields in records if fields) - 1)


def is_utf8(reading: Reading) -> bool:
    """Whether lines can be parted before they are decoded, as Spark's reader of lines does."""
    return reading.encoding.lower() in _UTF8


@dataclass
class _Seen:
    """Lines counted so far. `open` are the lines of a record whose last quote is still open."""

    header: bytes | None
    rows: int = 0
    joined: int = 0
    stray: int | None = None
    at: int = 0

    def __post_init__(self) -> None:
        self.open: list[bytes] = []
        self.fields = 0

    def take(self, lines: list[bytes], is_csv: bool, reading: Reading) -> None:
        """Count lines that are neither blank nor the header, which stands anywhere in joined
        exports.
        """
        if is_csv and self.header is None and lines:
            self.header = lines[0].removeprefix(_BYTE_ORDER_MARK)
            self.fields = len(names_of(_text(self.header), reading.delimiter))
        headers = set() if self.header is None else {self.header, _BYTE_ORDER_MARK + self.header}
        self.rows += sum(1 for line in lines if line.strip(b" ") and line not in headers)
        if not is_csv:
            return
        for line in lines:
            self.at += 1
            if self.open or line.count(b'"') % 2:
                self._follow(line, reading)

    def end(self, reading: Reading) -> None:
        """Whatever is open at the end of the file was never closed."""
        while self.open:
            self._give_up(reading)

    def _follow(self, line: bytes, reading: Reading) -> None:
        self.open.append(line)
        if len(self.open) > 1 and line.count(b'"') % 2:
            record = [_text(each) + "\n" for each in self.open]
            fields = next(csv.reader(record, delimiter=reading.delimiter), [])
            if len(fields) == self.fields:
                self.joined += 1
                self.open = []
            else:
                self._give_up(reading)
        elif len(self.open) > _LONGEST:
            self._give_up(reading)

    def _give_up(self, reading: Reading) -> None:
        """The oldest open line is one by itself; those after it are looked at again."""
        self.stray = self.stray or self.at - len(self.open) + 1
        again, self.open = self.open[1:], []
        for line in again:
            if self.open or line.count(b'"') % 2:
                self._follow(line, reading)


def _text(line: bytes) -> str:
    return line.decode("utf-8", errors="replace")


def _unpacked(file: IO[bytes], path: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(file)) if path.suffix.lower() == ".gz" else file


def _open_text(path: Path, encoding: str, newline: str | None) -> IO[Any]:
    named = "utf-8-sig" if encoding.lower() in _UTF8 else encoding
    opener = gzip.open if path.suffix.lower() == ".gz" else open
    return cast(IO[Any], opener(path, "rt", encoding=named, errors="replace", newline=newline))


def _blocks(text: IO[bytes]) -> Iterator[bytes]:
    while block := text.read(_BLOCK):
        yield block


def _blocks_of_lines(text: IO[bytes]) -> Iterator[list[bytes]]:
    """A text file's lines, some megabytes at a time; a line ends with LF, CR or both."""
    rest = b""
    for block in _blocks(text):
        block = rest + block
        end = block.rfind(b"\n") + 1
        rest = block[end:]
        if end:
            yield block[:end].splitlines()
    if rest:
        yield rest.splitlines()
