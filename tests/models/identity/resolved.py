"""A resolution as tests read it: pandas frames in order."""

from dataclasses import dataclass

import pandas as pd

from holdfast.models.identity.grouping import Resolution


@dataclass(frozen=True, eq=False)
class Resolved:
    """The frames of a `Resolution`."""

    records: pd.DataFrame
    pairs: pd.DataFrame
    households: pd.DataFrame
    note: str


def read_resolution(found: Resolution) -> Resolved:
    """Collect it, sorted."""
    frames = [
        pd.DataFrame(frame.toPandas()).sort_values(keys, ignore_index=True)
        for frame, keys in (
            (found.records, ["party_id"]),
            (found.pairs, ["left", "right"]),
            (found.households, ["left", "right", "probability"]),
        )
    ]
    return Resolved(*frames, found.note)
