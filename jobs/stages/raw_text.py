"""Text files before Spark reads them: their digest, their rows, and whether fields hold line
breaks.
"""

import csv
import gzip
import hashlib
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass, field
from io import TextIOWrapper
from itertools import count, islice
from pathlib import Path
from typing import IO, Final, cast

from holdfast.jobs.stages import archives
from holdfast.transformations.sources.contract import Reading

Opener = Callable[[], IO[bytes]]  # opens what a file holds
PACKED: Final = ".gz"
DELIMITERS: Final = (",", ";", "\t", "|")  # that exports are known to have
_BLOCK: Final = 2**24
TITLES: Final = 5  # lines among which the header is looked for
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_AT_ONCE: Final = 10_000  # records of a text that are held
LONGEST: Final = 200  # lines of one record, at most: beyond them a quote was never closed
_UTF8: Final = ("utf-8", "utf8")


@dataclass(frozen=True)
class TextFile:
    """What a look at a text file says.

    `rows` are counted apart from Spark's parser. `is_multiline` says that quoted fields hold line
    breaks, `stray_line` is the first line (from 1) with a quote that nothing closes; a file that
    has both is read line by line, so that no quote takes the rows below it along.
    """

    rows: int
    is_multiline: bool = False
    stray_line: int | None = None


def look_through(opened: Opener, format: str, reading: Reading, header: str = "") -> TextFile:
    """Look through a CSV or JSON lines file; `header` is the CSV's, by default its first line."""
    is_csv = format == "csv"
    if is_csv and (reading.multiline or reading.encoding.lower() not in _UTF8):
        return TextFile(count_records(opened, reading), is_multiline=True)
    seen = _Lines(is_csv, reading.delimiter)
    if header:
        seen.begin(header.encode())
    with opened() as text:
        for lines in _blocks_of_lines(text):
            seen.take(lines)
    seen.end()
    is_multiline = seen.joined > 0 and seen.stray is None
    rows = count_records(opened, reading) if is_multiline else seen.rows
    return TextFile(rows, is_multiline, seen.stray)


def digest_of(opened: Opener) -> str:
    """sha256 of what a file holds."""
    content = hashlib.sha256()
    with opened() as text:
        for block in _blocks(text):
            content.update(block)
    return content.hexdigest()


def first_line(opened: Opener, encoding: str = "UTF-8") -> str:
    """The first line of a text file that is not blank: the header of a CSV."""
    with read_text(opened, encoding, newline=None) as lines:
        return next((line for line in lines if line.strip()), "").rstrip("\n")


def find_header(opened: Opener, reading: Reading, declared: Set[str]) -> str:
    """The header of a CSV: the first line with a declared name, which may stand below a few lines
    of title; else the first line that is not blank.
    """
    known = {name.lower() for name in declared}
    with read_text(opened, reading.encoding, newline=None) as text:
        filled = (line.rstrip("\n") for line in text if line.strip())
        lines = list(islice(filled, TITLES))
    named = (
        line for line in lines if known & set(map(str.lower, names_of(line, reading.delimiter)))
    )
    return next(named, lines[0] if lines else "")


def names_of(header: str, delimiter: str = ",") -> tuple[str, ...]:
    """The names in a CSV header, each once: the second of equal ones is `name.2`, one that is blank
    `column 4`.
    """
    written = next(csv.reader([header], delimiter=delimiter), [])
    names: dict[str, None] = {}
    for place, name in enumerate(written, 1):
        plain = name if name.strip() else f"column {place}"
        many = (f"{plain}.{number}" for number in count(2))
        names[plain if plain not in names else next(n for n in many if n not in names)] = None
    return tuple(names)


def find_repeated_names(header: str, delimiter: str) -> list[str]:
    """The names that stand in a CSV header more than once."""
    written = next(csv.reader([header], delimiter=delimiter), [])
    return sorted({name for name in written if name.strip() and written.count(name) > 1})


def count_records(opened: Opener, reading: Reading) -> int:
    """Records of a CSV file below its header."""
    with read_text(opened, reading.encoding, newline="") as text:
        records = csv.reader(text, delimiter=reading.delimiter)
        return max(0, sum(1 for fields in records if fields) - 1)


def read_text(opened: Opener, encoding: str, newline: str | None = None) -> IO[str]:
    """What a file holds as text; bytes that are none show as the replacement character."""
    named = "utf-8-sig" if encoding.lower() in _UTF8 else encoding
    return TextIOWrapper(opened(), named, errors="replace", newline=newline)


def number_records(
    opened: Opener, reading: Reading, *, is_multiline: bool
) -> Iterator[list[tuple[int, str]]]:
    """Lines of a text with their number (from 1), or where it `is_multiline` records with that of
    their first line, some thousands at a time.
    """
    found: list[tuple[int, str]] = []
    with read_text(opened, reading.encoding, newline="" if is_multiline else None) as lines:
        record, start = "", 1
        for number, line in enumerate(lines, start=1):
            start = number if not record else start
            record += line
            if is_multiline and record.count('"') % 2 == 1:
                continue
            found.append((start, record.rstrip("\r\n")))
            record = ""
            if len(found) == _AT_ONCE:
                yield found
                found = []
        if record:
            found.append((start, record.rstrip("\r\n")))
    if found:
        yield found


def open_file(path: Path) -> IO[bytes]:
    """What a text file holds, be it packed or inside an archive."""
    archive = archives.find_archive(path)
    if archive is not None:
        return archives.open_member(path.relative_to(archive).as_posix(), archive)
    return open_packed(path) if path.suffix.lower() == PACKED else open(path, "rb")


def open_packed(file: Path | IO[bytes]) -> IO[bytes]:
    """What gzip packed."""
    return cast(IO[bytes], gzip.open(file))


@dataclass
class _Lines:
    """Lines counted so far. `open` are those of a record whose last quote is still open."""

    is_csv: bool
    delimiter: str
    rows: int = 0
    joined: int = 0
    stray: int | None = None
    at: int = 0
    fields: int = 0
    headers: set[bytes] = field(default_factory=set)
    open: list[bytes] = field(default_factory=list)

    def begin(self, header: bytes) -> None:
        """Take a line for the header."""
        self.headers = {header, _BYTE_ORDER_MARK + header}
        self.fields = len(names_of(_text(header), self.delimiter))

    def take(self, lines: list[bytes]) -> None:
        """Count lines that are neither blank nor the header, which stands anywhere in joined
        exports.
        """
        first = next((line for line in lines if line.strip()), b"")
        if self.is_csv and not self.headers and first:
            self.begin(first.removeprefix(_BYTE_ORDER_MARK))
        self.rows += sum(1 for line in lines if line.strip(b" ") and line not in self.headers)
        if self.is_csv:
            for line in lines:
                self.at += 1
                self._follow(line)

    def end(self) -> None:
        """Whatever is open at the end of the file was never closed."""
        while self.open:
            self._give_up()

    def _follow(self, line: bytes) -> None:
        is_odd = line.count(b'"') % 2 == 1
        if not self.open and not is_odd:
            return
        self.open.append(line)
        if len(self.open) > 1 and is_odd:
            record = [_text(each) + "\n" for each in self.open]
            fields = next(csv.reader(record, delimiter=self.delimiter), [])
            if len(fields) == self.fields:
                self.joined += 1
                self.open = []
            else:
                self._give_up()
        elif len(self.open) > LONGEST:
            self._give_up()

    def _give_up(self) -> None:
        """The oldest open line is one by itself; those after it are looked at again."""
        self.stray = self.stray or self.at - len(self.open) + 1
        again, self.open = self.open[1:], []
        for line in again:
            self._follow(line)


def _text(line: bytes) -> str:
    return line.decode("utf-8", errors="replace")


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
