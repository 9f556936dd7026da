"""Raw files and truth of a generated retailer: made side by side by Spark's tasks, so that any size
fits, and moved into place whole.

Files are written through Arrow's file systems, so that the root may be a folder or a URI of an
object store.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from typing import Any, Final
from uuid import uuid4

import pyarrow as pa
import pyarrow.fs as pafs
import pyarrow.parquet as pq
from pyspark.sql import SparkSession

from holdfast.transformations.synthetic.exports import BY_KEY
from holdfast.transformations.synthetic.generator import generate_block
from holdfast.transformations.synthetic.retailer import SyntheticRetailer
from holdfast.transformations.synthetic.truth_schemas import ALL_SCHEMAS

BLOCKS_PER_FILE: Final = 100
UNFINISHED: Final = "unfinished"
_WRITTEN: Final = pa.schema([("folder", pa.string()), ("path", pa.string()), ("lines", pa.int64())])


def write_retailer(spark: SparkSession, root: str, retailer: SyntheticRetailer) -> int:
    """Write raw exports and truth below the root; the number of lines.

    The first delivery goes to raw/, later ones to deliveries/<n>/: one file per export, delivery
    and 100 blocks, the header of a CSV before its first line. Tables of the truth are Parquet.
    """
    files, base = pafs.FileSystem.from_uri(root)
    _delete_folder(files, f"{base}/{UNFINISHED}")
    parts = -(-retailer.blocks // BLOCKS_PER_FILE)

    def write(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for part in batch.column("id").to_pylist():
                yield pa.RecordBatch.from_pylist(write_part(root, retailer, part), _WRITTEN)

    written = (
        spark.range(0, parts, 1, numPartitions=parts)
        .mapInArrow(write, "folder string, path string, lines bigint")
        .collect()
    )
    _move_into_place(files, base, {row.path: row.folder for row in written})
    return sum(row.lines for row in written)


def write_part(root: str, retailer: SyntheticRetailer, part: int) -> list[dict[str, Any]]:
    """Write the files of the blocks of one part into a folder that no other attempt at it uses; for
    each file that `folder` below the root, its final `path` below the root, and its lines.
    """
    files, base = pafs.FileSystem.from_uri(root)
    folder = f"{UNFINISHED}/{uuid4().hex}"
    first = part * BLOCKS_PER_FILE
    blocks = range(first, min(first + BLOCKS_PER_FILE, retailer.blocks))
    lines = _write_blocks(files, f"{base}/{folder}", retailer, part, blocks)
    return [{"folder": folder, "path": path, "lines": lines[path]} for path in lines]


def _write_blocks(
    files: pafs.FileSystem,
    folder: str,
    retailer: SyntheticRetailer,
    part: int,
    blocks: Iterable[int],
) -> Mapping[str, int]:
    """By path below `folder` the number of lines; each file is opened once and closed whole."""
    lines: Counter[str] = Counter()
    with ExitStack() as stack:
        exports: dict[str, pa.NativeFile] = {}
        tables: dict[str, pq.ParquetWriter] = {}
        for block in blocks:
            generated = generate_block(retailer, block)
            for (key, delivery), arrived in generated.lines.items():
                path = _export_path(key, delivery, part)
                if path not in exports:
                    exports[path] = stack.enter_context(_open(files, f"{folder}/{path}"))
                    exports[path].write(_header(key))
                exports[path].write("".join(f"{line}\n" for line in arrived).encode())
                lines[path] += len(arrived)
            for name, table in generated.truth.items():
                path = f"truth/{name}.parquet/part-{part:04d}.parquet"
                if path not in tables:
                    sink = stack.enter_context(_open(files, f"{folder}/{path}"))
                    tables[path] = stack.enter_context(pq.ParquetWriter(sink, ALL_SCHEMAS[name]))
                tables[path].write_table(table)
                lines[path] += 0
    return lines


def _export_path(key: str, delivery: int, part: int) -> str:
    export = BY_KEY[key]
    first = "audit" if export.is_apart else "raw"
    top = first if delivery == 1 else f"deliveries/{delivery}"
    return f"{top}/{export.source}/{export.name}-{delivery}-{part:04d}.{export.format}"


def _header(key: str) -> bytes:
    columns = BY_KEY[key].columns
    return f"{','.join(columns)}\n".encode() if columns else b""


def _open(files: pafs.FileSystem, path: str) -> pa.NativeFile:
    files.create_dir(path.rpartition("/")[0], recursive=True)
    return files.open_output_stream(path)


def _move_into_place(files: pafs.FileSystem, base: str, folders: Mapping[str, str]) -> None:
    """Move each path from its task's folder to the root: raw/ last, whose being there says that the
    retailer is whole.
    """
    _delete_folder(files, f"{base}/truth")
    for path in sorted(folders, key=lambda path: (path.startswith("raw/"), path)):
        files.create_dir(f"{base}/{path}".rpartition("/")[0], recursive=True)
        files.move(f"{base}/{folders[path]}/{path}", f"{base}/{path}")
    _delete_folder(files, f"{base}/{UNFINISHED}")


def _delete_folder(files: pafs.FileSystem, path: str) -> None:
    if files.get_file_info(path).type == pafs.FileType.Directory:
        files.delete_dir(path)
