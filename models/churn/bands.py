"""Where the bands of a churn probability begin: by the base that is asked about.

Where nearly everybody leaves, or nearly nobody, fixed probabilities put all customers into one
band. Odds compare a customer with the average one wherever that stands.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from holdfast.transformations.scoring.risk_bands import BandCuts


@dataclass(frozen=True)
class BandRule:
    """`by` says what the three figures are: times the odds of leaving of the average customer
    (odds), the share of customers below (quantile), or the probability itself.
    """

    by: Literal["odds", "quantile", "probability"] = "odds"
    high: float = 4.0
    medium: float = 1.5
    early: float = 0.7

    def cut(self, base_rate: float, quantile: Callable[[float], float]) -> BandCuts:
        """The probabilities from which the bands begin, of customers whose mean probability is
        `base_rate` and whose quantiles are given.
        """
        odds = base_rate / (1.0 - base_rate)

        def begin(figure: float) -> float:
            if self.by == "odds":
                return figure * odds / (1.0 + figure * odds)
            return quantile(figure) if self.by == "quantile" else figure

        return BandCuts(begin(self.high), begin(self.medium), begin(self.early))
