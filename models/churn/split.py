"""Train, validation and held-out cut-offs: divided by time, with an embargo of one horizon between
them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from holdfast.transformations.features.cutoffs import select_ended


@dataclass(frozen=True)
class Split:
    """Cut-offs by use.

    `held_out` is the newest cut-off whose outcome is known. `train` and `validation` may be the
    same single cut-off when there are too few; then `by_customer` says that its customers are
    divided between the two.
    """

    train: tuple[date, ...]
    validation: date
    held_out: date
    by_customer: bool


def time_split(cutoffs: Iterable[date], horizon_days: int, as_of: date) -> Split | None:
    """Divide `cutoffs` for training as of `as_of`; None when no cut-off is left to train on.

    A label of cut-off D looks at [D, D + horizon) and is known from D + horizon. No label window of
    training or validation reaches past the held-out day, and, where history is long enough, none of
    training past the day of validation. A younger cut-off is not known yet and left out.
    """
    matured = select_ended(sorted(set(cutoffs)), horizon_days, as_of)
    if not matured:
        return None
    held_out = matured[-1]
    usable = select_ended(matured, horizon_days, held_out)
    if not usable:
        return None
    validation = usable[-1]
    train = tuple(select_ended(usable, horizon_days, validation))
    if train:
        return Split(train, validation, held_out, by_customer=False)
    return Split(tuple(usable), validation, held_out, by_customer=True)
