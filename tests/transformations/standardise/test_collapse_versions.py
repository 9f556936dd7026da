"""Many versions of one order folded to a row, whatever the order in which they come."""

from typing import Any, Final

import pytest
from pyspark.sql import SparkSession

from holdfast.transformations.standardise.collapse_versions import (
    IS_WRITTEN,
    collapse_upserts,
    rows_to_write,
    with_no_rejections,
)
from holdfast.transformations.tables.silver import ORDERS
from tests.factories import rows


def version(
    number: int, amount: int, *, cancelled: str | None = None, said: str | None = None
) -> dict[str, Any]:
    """A version made on a day of January; `said` is when it, or its own time, first made the
    cancellation known.
    """
    return {
        "order_id": "a",
        "event_at": "2026-01-01",
        "version_at": f"2026-01-0{number}",
        "row_hash": f"h{number}",
        "net_amount": amount,
        "cancelled_at": cancelled,
        "cancelled_at_first": said,
    }


# The third version dates the cancellation back, the fourth moves it, the fifth takes it away.
VERSIONS: Final = (
    version(1, 10),
    version(2, 11),
    version(3, 12, cancelled="2026-01-02", said="2026-01-03"),
    version(4, 13, cancelled="2026-02-01", said="2026-02-01"),
    version(5, 14),
)


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (4, 3, 2, 1, 0), (2, 0, 4, 1, 3)])
def test_amounts_are_newest_and_lowest_and_a_cancellation_stays_where_it_was_first_known(
    spark: SparkSession, order: tuple[int, ...]
) -> None:
    frame = with_no_rejections(rows(spark, ORDERS, [VERSIONS[place] for place in order]))
    [row] = rows_to_write(collapse_upserts(frame, ORDERS), ORDERS).collect()
    assert (row.net_amount, row.net_amount_first, row.cancelled_at) == (14, 10, None)
    assert str(row.cancelled_at_first.date()) == "2026-01-03"


def test_a_version_lands_when_it_is_newer_or_lower_or_knew_of_the_end_before(
    spark: SparkSession,
) -> None:
    there = rows(
        spark, ORDERS, [{**VERSIONS[3], "version_at_first": "2026-01-02", "row_hash_first": "h2"}]
    )
    lands = {
        number: collapse_upserts(
            with_no_rejections(rows(spark, ORDERS, [VERSIONS[number - 1]])), ORDERS, there
        ).collect()[0][IS_WRITTEN]
        for number in (1, 2, 3, 4, 5)
    }
    assert lands == {1: True, 2: False, 3: True, 4: False, 5: True}
