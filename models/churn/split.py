"""Which cut-offs a model learns from and which ones it is measured on: divided by time, with an
embargo of one horizon between them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

import pandas as pd

from holdfast.transformations.features.cutoffs import select_ended

EVALUATION_DAYS: Final = 4
SIDE: Final = "_side"  # 0 or 1, by a hash of the customer: divides a single cut-off


@dataclass(frozen=True)
class Fold:
    """A day on which candidates are compared, and the cut-offs they learn from before.

    `by_customer` says that it is one and the same cut-off, because there is no earlier one: then
    the customers of side 0 are learnt from and those of side 1 are measured.
    """

    train: tuple[date, ...]
    day: date
    by_customer: bool = False

    def select_train(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows that are learnt from."""
        chosen = rows["as_of"].isin(list(self.train))
        return rows[chosen & (rows[SIDE] == 0) if self.by_customer else chosen]

    def select_measured(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows that are measured."""
        chosen = rows["as_of"] == self.day
        return rows[chosen & (rows[SIDE] == 1) if self.by_customer else chosen]


@dataclass(frozen=True)
class Split:
    """Cut-offs by use.

    `held_out` is the newest cut-off whose outcome is known: figures are reported on it and nothing
    is chosen by it. The outcomes of all `known` ones were known when it began; `embargoed` are
    those between, which the final fit alone learns from. `folds`, oldest first, compare the
    candidates on the newest of `known`. Of `running` ones, before `as_of`, the outcome is not known
    yet: only who has ordered since. Without `as_of` the day is that on which held_out matured.
    """

    known: tuple[date, ...]
    folds: tuple[Fold, ...]
    held_out: date
    embargoed: tuple[date, ...] = ()
    running: tuple[date, ...] = ()
    as_of: date | None = None

    @property
    def matured(self) -> tuple[date, ...]:
        """Every cut-off whose outcome is known today."""
        return (*self.known, *self.embargoed, self.held_out)


def time_split(
    cutoffs: Iterable[date],
    horizon_days: int,
    as_of: date,
    evaluation_days: int = EVALUATION_DAYS,
) -> Split | None:
    """Divide `cutoffs` for training as of `as_of`; None when no cut-off is left to train on.

    A label of cut-off D looks at [D, D + horizon) and is known from D + horizon. No label window
    that is learnt from reaches past the day that is measured. A younger cut-off than `as_of` less
    one horizon is not known yet: it tells who has ordered since, no more. At most
    `evaluation_days` folds are made, of the newest days.
    """
    days = sorted(set(cutoffs))
    matured = select_ended(days, horizon_days, as_of)
    if not matured:
        return None
    held_out = matured[-1]
    known = tuple(select_ended(matured, horizon_days, held_out))
    if not known:
        return None
    folds = [
        Fold(train, day)
        for day in known
        if (train := tuple(select_ended(known, horizon_days, day)))
    ]
    newest = folds[-evaluation_days:] or [Fold((known[-1],), known[-1], by_customer=True)]
    return Split(
        known,
        tuple(newest),
        held_out,
        tuple(day for day in matured if known[-1] < day < held_out),
        tuple(day for day in days if held_out < day < as_of),
        as_of,
    )
