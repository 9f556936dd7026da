"""What Spark's tasks do with the content of raw files: `path`, `modificationTime` and `content` of
each go in.
"""

import gzip
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from io import BytesIO
from typing import IO, Any, Final

import pyarrow as pa

from holdfast.jobs.runtime.config.errors import InputError
from holdfast.jobs.stages import archives, raw_look, raw_text
from holdfast.jobs.stages.raw_look import Wanted
from holdfast.transformations.sources.contract import Reading

_BEGINNING: Final = 2**16  # bytes of a file that cannot be read
Batches = Iterator[pa.RecordBatch]
Said = tuple[
    str, str
]  # the member of an archive, empty for the file itself, and what is said of it


def open_content(path: str, member: str, content: bytes) -> IO[bytes]:
    """What a file holds, or the member of an archive."""
    if member:
        return archives.open_member(member, BytesIO(content))
    packed = path.lower().endswith(raw_text.PACKED)
    return raw_text.open_packed(BytesIO(content)) if packed else BytesIO(content)


def _say_of_each(batches: Batches, say: Callable[[str, bytes], Iterator[Said]]) -> Batches:
    """What `say` tells of each file, or why it cannot be read."""
    for batch in batches:
        rows: list[dict[str, Any]] = []
        for path, content in _files(batch):
            try:
                rows += [{"path": path, "member": m, "said": s} for m, s in say(path, content)]
            except InputError as error:
                rows.append({"path": path, "member": "", "said": error.cure, "problem": str(error)})
            except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
                rows.append({"path": path, "member": "", "problem": str(error)})
        columns = ("path", "member", "said", "problem")
        yield pa.RecordBatch.from_pydict(
            {name: pa.array([row.get(name) for row in rows], pa.string()) for name in columns}
        )


def _files(batch: pa.RecordBatch) -> Iterator[tuple[str, bytes]]:
    for path, content in zip(batch["path"], batch["content"], strict=True):
        yield path.as_py(), content.as_py()


def digest_each(batches: Batches) -> Batches:
    """The digest of each file, or of each member of an archive."""

    def say(path: str, content: bytes) -> Iterator[Said]:
        is_archive = path.lower().endswith(archives.ENDING)
        for member in archives.list_members(BytesIO(content)) if is_archive else [""]:
            yield member, raw_text.digest_of(partial(open_content, path, member, content))

    return _say_of_each(batches, say)


def look_at_each(wanted: Mapping[str, Sequence[Wanted]], batches: Batches) -> Batches:
    """What each of the `wanted` says of itself, as JSON."""

    def say(path: str, content: bytes) -> Iterator[Said]:
        for one in wanted[path]:
            opened = partial(open_content, path, one.member, content)
            seen = raw_look.look(opened, one.title, one.raw)
            yield one.member, json.dumps(raw_look.as_values(seen))

    return _say_of_each(batches, say)


def cut_each(
    wanted: Mapping[str, Sequence[Wanted]], cut: Callable[..., bytes], batches: Batches
) -> Batches:
    """What `cut` takes of each of the `wanted`, packed where the file is, in hexadecimal digits; of
    one that cannot be read its beginning.
    """

    def say(path: str, content: bytes) -> Iterator[Said]:
        is_packed = path.lower().endswith(raw_text.PACKED)
        for one in wanted[path]:
            opened = partial(open_content, path, one.member, content)
            try:
                part = cut(opened, one.raw.format, one.raw.reading)
                yield one.member, (gzip.compress(part) if is_packed else part).hex()
            except (OSError, EOFError, zlib.error, pa.ArrowException):
                yield one.member, content[:_BEGINNING].hex()

    return _say_of_each(batches, say)


def read_each_line(
    names: Mapping[str, Mapping[str, str]], reading: Reading, is_multiline: bool, batches: Batches
) -> Batches:
    """Lines of members of archives, as `hadoop_files.read_members` has them."""
    for batch in batches:
        written = dict(zip(batch["path"].to_pylist(), batch["modificationTime"], strict=True))
        for path, content in _files(batch):
            for member, name in names[path].items():
                opened = partial(open_content, path, member, content)
                for lines in raw_text.number_records(opened, reading, is_multiline=is_multiline):
                    yield pa.RecordBatch.from_pydict(
                        {
                            "name": pa.array([name] * len(lines), pa.string()),
                            "written": pa.array([written[path]] * len(lines)),
                            "line": pa.array([number for number, _ in lines], pa.int64()),
                            "text": pa.array([text for _, text in lines], pa.string()),
                        }
                    )
