"""BTYD fitted on the purchase cells of one day and currency."""

from collections.abc import Mapping, Sequence

import numpy as np

from holdfast.models.arrays import Floats
from holdfast.models.value import bg_nbd, gamma_gamma
from holdfast.models.value.bg_nbd import Cells
from holdfast.models.value.btyd import DAYS_A_WEEK, Btyd
from holdfast.models.value.gamma_gamma import SpendCells


def fit(cells: Mapping[str, Floats]) -> Btyd:
    """Fit on the purchase cells of one day and currency, columns of features.purchase_cells. Never
    raises.

    A cell enters with the means of its customers, so that whole weeks lose only second-order terms.
    """
    (x, _, _), (people, last, age) = _grouped(
        cells,
        ("frequency", "recency_weeks", "age_weeks"),
        ("customers", "recency_days", "age_days"),
    )
    days = people * DAYS_A_WEEK
    counted = Cells.of(x, last / days, age / days, people)
    (bought, _), (spenders, log_spend) = _grouped(
        cells, ("frequency", "spend_bin"), ("spenders", "log_spend")
    )
    known = spenders > 0
    spent = SpendCells.of(bought[known], log_spend[known] / spenders[known], spenders[known])
    return Btyd(
        bg_nbd.fit(counted), bg_nbd.fit(counted, leaves_at_first=True), gamma_gamma.fit(spent)
    )


def _grouped(
    cells: Mapping[str, Floats], keys: Sequence[str], sums: Sequence[str]
) -> tuple[Floats, list[Floats]]:
    """Distinct keys in ascending order, one row per key column, and the sums that go with them."""
    columns = np.stack([np.asarray(cells[name], np.float64) for name in keys])
    distinct, index = np.unique(columns, axis=1, return_inverse=True)
    index = index.ravel()
    return distinct, [
        np.bincount(index, cells[name], distinct.shape[1]).astype(np.float64) for name in sums
    ]
