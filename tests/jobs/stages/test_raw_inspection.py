"""Columns that no mapping names are said; those that a mapping knows and does not want are not."""

from pathlib import Path

import pytest

from holdfast.jobs.runtime.config.sources import load_packaged
from holdfast.jobs.stages.raw_file import RawFile
from holdfast.jobs.stages.raw_files import list_files
from holdfast.jobs.stages.raw_inspection import look_into
from holdfast.transformations.sources.contract import Source
from holdfast.transformations.synthetic.exports import EXPORTS, Export

VENDORS = Path(__file__).parents[2] / "fixtures" / "vendors"
PACKAGED = load_packaged()
CSV = [export for export in EXPORTS if export.columns]


def inspect(folder: Path, source: str) -> list[RawFile]:
    tables = tuple(raw for raw in PACKAGED if raw.source == source)
    one = Source(source, str(folder), tables)
    return look_into([one], list_files([one]))


@pytest.mark.parametrize("export", CSV, ids=lambda export: export.key)
def test_a_generated_export_has_no_column_that_nobody_knows(export: Export, tmp_path: Path) -> None:
    path = tmp_path / f"{export.name}-1-0000.csv"
    path.write_text(",".join(export.columns) + "\n", encoding="utf-8")
    (found,) = inspect(tmp_path, export.source)
    assert found.undeclared == ""
    path.write_text(",".join([*export.columns, "brand_new"]) + "\n", encoding="utf-8")
    (found,) = inspect(tmp_path, export.source)
    assert found.undeclared == "brand_new"


def test_columns_that_are_not_wanted_may_be_missing(tmp_path: Path) -> None:
    (raw,) = (raw for raw in PACKAGED if (raw.source, raw.name) == ("rudderstack", "tracks"))
    assert raw.not_loaded == ("event", "original_timestamp", "sent_at", "uuid_ts")
    names = [column.path for column in raw.columns]
    (tmp_path / "tracks.csv").write_text(",".join(names) + "\n", encoding="utf-8")
    (found,) = inspect(tmp_path, "rudderstack")
    assert (found.undeclared, "sent_at" in names) == ("", False)
