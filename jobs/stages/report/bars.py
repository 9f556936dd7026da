"""Tables whose rows are bars."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """One row of a bar table: its label, its length (share of the longest), its figure and a second
    figure.
    """

    label: str
    share: float
    value: str
    second: str = ""
    kind: str = ""
