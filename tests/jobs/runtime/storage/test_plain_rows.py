"""Plain values get the types of their columns."""

from decimal import Decimal

import numpy as np

from holdfast.jobs.runtime.storage.plain_rows import shape_row
from holdfast.transformations.tables.gold import ALLOCATIONS


def test_numbers_have_the_decimals_of_their_columns_and_what_is_not_given_is_null() -> None:
    values = {"plan_amount": np.float64(1.23456), "gap_share": -0.0, "limit_value": 7}
    given = {**values, "limit_name": np.str_("budget"), "run_number": np.int64(3)}
    row = dict(zip(ALLOCATIONS.names, shape_row(given, ALLOCATIONS), strict=True))
    assert (row["plan_amount"], row["limit_value"]) == (Decimal("1.235"), Decimal("7.0000"))
    assert str(row["gap_share"]) == "0.000000"
    assert (type(row["limit_name"]), type(row["run_number"])) == (str, int)
    assert row["currency"] is None
