"""Why a customer leaves: what each piece of evidence weighs, and the reasons that follow.

`reason_fit.py` learns the weights.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

import numpy as np

from holdfast.models.arrays import Floats
from holdfast.transformations.features.evidence import COMPLAINTS, EVIDENCE, LOST_INTEREST, Evidence

GRIEVANCES: Final = tuple(COMPLAINTS)
ENGAGEMENT: Final = "engagement"
# What a reason needs to be named: evidence, and to be as likely among the grievances.
LEAST_EVIDENCE: Final = 0.2
LEAST_PROBABILITY: Final = 0.2
# Lost interest: visits half of what they were, or as much of other things.
LEAST_LOSS: Final = float(np.log(2))
FEATURES: Final = tuple(
    dict.fromkeys(
        name
        for one in (*EVIDENCE, *LOST_INTEREST)
        for name in (one.feature, one.per)
        if name is not None
    )
) + tuple(COMPLAINTS.values())

Rows = Mapping[str, Floats]


@dataclass(frozen=True)
class Piece:
    """One piece of evidence: what is usual, of a count for each of what it is compared with, and
    what one unit above that weighs, in log-odds.
    """

    of: Evidence
    usual: float
    weight: float

    def baseline(self, rows: Rows) -> Floats:
        """What would be usual for each row."""
        base = rows[self.of.per] if self.of.per else np.ones(len(rows[self.of.feature]))
        return self.usual * base

    def grade(self, rows: Rows) -> Floats:
        """How far each row is above what is usual, or below if it falls: the difference of a level,
        the log ratio of a count, half a count added. 0 where nothing is known.
        """
        value, usual = rows[self.of.feature], self.baseline(rows)
        gap = value - usual if self.of.is_level else np.log((value + 0.5) / (usual + 0.5))
        return np.nan_to_num(-gap if self.of.falls else gap)


@dataclass(frozen=True, eq=False)
class ReasonModel:
    """The pieces of evidence in the order of EVIDENCE and LOST_INTEREST, the log-odds of each
    grievance before any evidence, and the weight of one complaint.
    """

    pieces: tuple[Piece, ...]
    prior: Mapping[str, float]
    complaint: float

    def weigh(self, rows: Rows) -> dict[str, Floats]:
        """By reason and lost interest, the weight of each piece of its evidence, (rows, pieces);
        the last piece of a grievance is complaints of it.
        """
        found: dict[str, list[Floats]] = {}
        for piece in self.pieces:
            found.setdefault(piece.of.reason, []).append(piece.weight * piece.grade(rows))
        for reason, name in COMPLAINTS.items():
            found[reason].append(self.complaint * np.nan_to_num(rows[name]))
        return {reason: np.column_stack(weights) for reason, weights in found.items()}

    def pieces_of(self, reason: str) -> list[Piece]:
        """The pieces behind the columns of `weigh`."""
        own = [piece for piece in self.pieces if piece.of.reason == reason]
        said = [
            Piece(Evidence(name, feature), 0.0, self.complaint)
            for name, feature in COMPLAINTS.items()
            if name == reason
        ]
        return own + said

    def probabilities(self, weights: Mapping[str, Floats]) -> dict[str, Floats]:
        """By grievance, how likely it is among them."""
        odds = np.column_stack(
            [weights[name].sum(axis=1) + self.prior[name] for name in GRIEVANCES]
        )
        return dict(zip(GRIEVANCES, softmax(odds).T, strict=True))

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        pieces = [asdict(piece) for piece in self.pieces]
        return {"pieces": pieces, "prior": dict(self.prior), "complaint": self.complaint}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`."""
        pieces = [
            Piece(Evidence(**piece["of"]), piece["usual"], piece["weight"])
            for piece in values["pieces"]
        ]
        return cls(tuple(pieces), values["prior"], values["complaint"])


def softmax(odds: Floats) -> Floats:
    """Chances of each row, from log-odds, (rows, columns)."""
    raised = np.exp(odds - odds.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))
