"""Tables whose rows are bars."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """One row of a bar table: its label, its length (share of the longest), its figure, a second
    figure, and sentences under the bar.
    """

    label: str
    share: float
    value: str
    second: str = ""
    kind: str = ""
    facts: tuple[str, ...] = ()
