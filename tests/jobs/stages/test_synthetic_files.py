"""Files of a generated retailer: written whole by each task, moved into place when all are done."""

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from holdfast.jobs.stages import synthetic_files
from holdfast.jobs.stages.synthetic_files import write_part, write_retailer
from holdfast.transformations.synthetic.exports import EXPORTS
from holdfast.transformations.synthetic.generator import generate_block
from holdfast.transformations.synthetic.retailer import SyntheticRetailer

SMALL = SyntheticRetailer(7, 60, date(2024, 1, 1), 400, 2, 0.01, 0.02, 0.01)
TWO_BLOCKS = SyntheticRetailer(7, 1_020, date(2024, 1, 1), 200, 1, 0.01, 0.02, 0.01)


@pytest.fixture(scope="module")
def written(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """The root of a small retailer, where an older attempt left its files, and the number of
    lines.
    """
    root = tmp_path_factory.mktemp("a retailer") / "root"
    (root / "unfinished" / "dead" / "raw").mkdir(parents=True)
    (root / "truth" / "records.parquet").mkdir(parents=True)
    (root / "truth" / "records.parquet" / "part-0009.parquet").write_bytes(b"old")
    return root, write_retailer(spark, str(root), SMALL)


def test_every_export_of_the_first_delivery_is_in_raw(written: tuple[Path, int]) -> None:
    root, _ = written
    assert {path.relative_to(root / "raw").as_posix() for path in root.glob("raw/*/*")} == {
        f"{export.source}/{export.name}-1-0000.{export.format}" for export in EXPORTS
    }


def test_files_hold_the_lines_of_their_delivery_after_one_header(
    written: tuple[Path, int],
) -> None:
    root, count = written
    lines = generate_block(SMALL, 0).lines
    for export in EXPORTS:
        header = [",".join(export.columns)] if export.columns else []
        for top, delivery in (("raw", 1), ("deliveries/2", 2)):
            if (export.key, delivery) in lines:
                name = f"{export.name}-{delivery}-0000.{export.format}"
                text = (root / top / export.source / name).read_text(encoding="utf-8")
                assert text == "\n".join([*header, *lines[export.key, delivery], ""])
    assert count == sum(len(arrived) for arrived in lines.values())


def test_the_truth_replaces_an_older_one_and_nothing_unfinished_stays(
    written: tuple[Path, int],
) -> None:
    root, _ = written
    truth = generate_block(SMALL, 0).truth
    for name, table in truth.items():
        stored = pq.read_table(root / "truth" / f"{name}.parquet")
        assert stored.schema == table.schema and stored.to_pandas().equals(table.to_pandas())
    assert sorted(path.name for path in root.iterdir()) == ["deliveries", "raw", "truth"]


def test_blocks_follow_each_other_in_one_file_and_parts_in_several(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = write_part(str(tmp_path), TWO_BLOCKS, 0)
    monkeypatch.setattr(synthetic_files, "BLOCKS_PER_FILE", 1)
    apart = [file for part in (0, 1) for file in write_part(str(tmp_path), TWO_BLOCKS, part)]

    def text(path: str, files: list[dict[str, object]]) -> str:
        (folder,) = {file["folder"] for file in files if file["path"] == path}
        return (tmp_path / str(folder) / path).read_text(encoding="utf-8")

    whole = text("raw/rudderstack/tracks-1-0000.csv", together)
    first, second = (text(f"raw/rudderstack/tracks-1-000{part}.csv", apart) for part in (0, 1))
    assert whole == first + second.partition("\n")[2]


def test_two_attempts_at_a_part_write_the_same_files_into_two_folders(tmp_path: Path) -> None:
    one, other = (write_part(str(tmp_path), SMALL, 0) for _ in range(2))
    assert [(file["path"], file["lines"]) for file in one] == [
        (file["path"], file["lines"]) for file in other
    ]
    assert {file["folder"] for file in one}.isdisjoint(file["folder"] for file in other)


def test_a_task_that_dies_leaves_nothing_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(retailer: SyntheticRetailer, block: int) -> None:
        raise RuntimeError("gone")

    monkeypatch.setattr(synthetic_files, "generate_block", die)
    with pytest.raises(RuntimeError, match="gone"):
        write_part(str(tmp_path), SMALL, 0)
    assert not (tmp_path / "raw").exists()
