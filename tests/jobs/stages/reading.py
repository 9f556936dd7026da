"""Files in a folder as rows with types."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from holdfast.jobs.stages import raw_files, raw_inspection, raw_rows
from holdfast.transformations.ingest.parse import parse_rows
from holdfast.transformations.sources.contract import Source
from holdfast.transformations.sources.mapping import parse_mapping
from tests.sealed import keys_frame

COLUMNS = {"id": "string", "note": "string", "total": "decimal(18,2)", "at": "timestamp"}
NOON = datetime(2024, 3, 5, 12, 0, tzinfo=UTC)


def typed(spark: SparkSession, folder: Path, **mapping: Any) -> list[dict[str, Any]]:
    """Rows of the files `orders*` of a folder under a mapping, by file and id; every row of a file
    is there.
    """
    values = {"format": "csv", "party": "id", "targets": [], "columns": COLUMNS, **mapping}
    raw = parse_mapping("shop", "orders", {"files": "orders*", **values})
    source = Source("shop", str(folder), (raw,))
    found = raw_inspection.look_into([source], raw_files.list_files([source]))
    with raw_rows.open_unpacked(found, folder / "root") as files:
        read = raw_rows.read_rows(spark, [source], files)
        rows = [
            row.asDict()
            for table, frames in read
            for row in parse_rows(frames, table, keys_frame(spark)).collect()
        ]
        assert sum(raw_rows.count_rows(spark, files)) == sum(row["_rows"] for row in rows)
    assert not (folder / "root" / "unpacked").exists()
    return sorted(rows, key=lambda row: (row["_file"], row["id"] or ""))
