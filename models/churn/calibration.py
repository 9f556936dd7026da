"""From a score to a probability one may multiply by money: a monotone curve through a few knots.

`calibrate.py` fits it.
"""

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from scipy.special import expit

from holdfast.models.arrays import Floats


def probability_of(log_odds: Floats) -> Floats:
    """The probability that log-odds mean."""
    return np.asarray(expit(log_odds))


@dataclass(frozen=True, eq=False)
class Calibration:
    """Piecewise linear from score to log-odds, level beyond its ends. `kind` is identity, platt or
    isotonic.
    """

    kind: str
    score: Floats
    log_odds: Floats

    def log_odds_of(self, score: Floats) -> Floats:
        """Calibrated log-odds, never falling as the score rises."""
        return np.asarray(np.interp(score, self.score, self.log_odds))

    def probability(self, score: Floats) -> Floats:
        """Calibrated probabilities, in (0, 1)."""
        return probability_of(self.log_odds_of(score))

    def raise_by(self, shift: float) -> Self:
        """The curve with all log-odds raised alike."""
        return replace(self, log_odds=self.log_odds + shift)

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {"kind": self.kind, "score": self.score.tolist(), "log_odds": self.log_odds.tolist()}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The inverse of `to_json`."""
        return cls(values["kind"], np.array(values["score"]), np.array(values["log_odds"]))
