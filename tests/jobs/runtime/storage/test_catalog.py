"""What a commit says of the rows it wrote."""

import pytest

from holdfast.jobs.runtime.storage.catalog import Commit


@pytest.mark.parametrize(
    ("metrics", "rows"),
    [
        ({"numFiles": "1", "numOutputRows": "7"}, 7),
        (
            {
                "numOutputRows": "9",  # six of them copied
                "numTargetRowsInserted": "2",
                "numTargetRowsUpdated": "1",
                "numTargetRowsDeleted": "4",
            },
            3,
        ),
        ({"numOutputRows": "5", "numTargetRowsInserted": "0", "numTargetRowsUpdated": "0"}, 0),
        ({}, 0),
    ],
)
def test_rows_written_are_those_added_or_changed_and_not_those_copied(
    metrics: dict[str, str], rows: int
) -> None:
    assert Commit(1, None, "WRITE", metrics).rows_written == rows
