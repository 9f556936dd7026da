"""Lifecycle stages: new, active, dormant, lapsed, by each customer's own rhythm."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from holdfast.models.arrays import Flags, Floats
from holdfast.models.segments.behaviour import read_gaps
from holdfast.models.segments.gaps import GapModel
from holdfast.transformations.tables.vocabulary import ACTIVE, DORMANT, LAPSED, NEW


@dataclass(frozen=True)
class StageRules:
    """Days and probabilities of being alive at which a stage begins: below `dormant`, and active
    again from `awake`, which is higher, so that nobody flips between the two.
    """

    new_days: int
    dormant: float
    awake: float
    lapsed_days: int
    suppression_days: int


def find_stages(
    own: pa.Table, day: Any, model: GapModel | None, rules: StageRules, silent: Flags
) -> dict[str, Any]:
    """Lifecycle of the rows of one day, with what it follows from: alive_probability,
    expected_gap_days, the days between which the next order is expected, and that from which a
    lapsed customer should be left alone. `silent` are those who were dormant or lapsed before.
    """
    gaps = read_gaps(own, day)
    last, size = own["last_on"].to_numpy().astype("datetime64[D]"), len(own)
    is_new = (day - own["first_on"].to_numpy().astype("datetime64[D]")).astype(int) < rules.new_days
    is_long = gaps.silence >= rules.lapsed_days
    window: tuple[Floats | None, ...] = (None, None)
    if model is None:  # nobody knows how long a gap is here: the days alone decide
        alive, middle = 1.0 - is_long, np.full(size, np.nan)
    else:
        alive, middle = model.alive_probability(gaps), model.expected_gap(gaps)
        window = model.window(gaps)
    is_silent = alive < np.where(silent, rules.awake, rules.dormant)
    stage = np.select(
        [is_new, is_silent & is_long, is_silent], [NEW, LAPSED, DORMANT], default=ACTIVE
    )
    return {
        "lifecycle": stage,
        "alive_probability": alive,
        "expected_gap_days": middle,
        "next_order_from_on": _later(last, window[0]),
        "next_order_to_on": _later(last, window[1]),
        "suppressed_from_on": np.where(
            stage == LAPSED, last + np.timedelta64(rules.suppression_days), np.datetime64("NaT")
        ),
    }


def _later(day: Any, days: Floats | None) -> Any:
    """So many days later; never beyond what a date can say, and unknown where `days` is."""
    if days is None:
        return np.full(len(day), np.datetime64("NaT"), dtype="datetime64[D]")
    return day + np.minimum(days, 36_500).astype("timedelta64[D]")
