"""BG/NBD and MBG/NBD: how often customers buy and when they stop, fitted on grouped cells.

Fader, Hardie and Lee (2005), "Counting your customers the easy way: an alternative to the
Pareto/NBD model"; Batislam, Denizel and Filiztekin (2007) for MBG/NBD, in which a customer may also
leave right after the first purchase. The likelihood needs of a customer only (x, t_x, T), so
customers with equal values are one weighted cell and the cost does not depend on their number.
MBG/NBD is BG/NBD with one more chance to leave: x + 1 in place of x wherever the beta function
counts the chances.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize
from scipy.special import digamma, expit, gammaln

from holdfast.models.arrays import Floats
from holdfast.models.value.predictions import BgNbd

PARAMETERS: Final = ("r", "alpha", "a", "b")
BOUND: Final = 9.0  # of each log-parameter, in units of a tenth of the longest age
FLAT: Final = 1e-6  # largest gradient of the mean log-likelihood that counts as a maximum
STEP: Final = 1e-5  # of the differences that give the second derivatives


@dataclass(frozen=True, eq=False)
class Cells:
    """Grouped customers: repeat purchases x, time of the last t_x, age T (one time unit), and how
    many they are.
    """

    x: Floats
    t_x: Floats
    age: Floats
    customers: Floats

    @classmethod
    def of(
        cls, x: ArrayLike, t_x: ArrayLike, age: ArrayLike, customers: ArrayLike | None = None
    ) -> "Cells":
        """Cells from any sequences; without `customers` each row is one customer."""
        counts = np.ones(np.shape(x)) if customers is None else customers
        return cls(*(np.asarray(values, np.float64) for values in (x, t_x, age, counts)))


def fit(cells: Cells, *, leaves_at_first: bool = False) -> BgNbd:
    """Maximum likelihood in log-parameters: L-BFGS with the analytic gradient, then Newton to the
    last digit.

    `leaves_at_first` fits MBG/NBD. Never raises: where the data cannot tell the parameters apart
    the best point within bounds is returned with the reason, and standard errors that do not exist
    are NaN.
    """
    longest = float(cells.age.max(initial=0.0))
    if longest <= 0 or float(cells.x @ cells.customers) <= 0:
        return _nothing(cells, leaves_at_first)
    scale = 10.0 / longest
    likelihood = Likelihood(cells, scale, leaves_at_first)
    best = min(
        (_search(likelihood, start) for start in _STARTS),
        key=lambda theta: likelihood.loss(theta)[0],
    )
    theta = _polished(likelihood, best)
    loss, gradient = likelihood.loss(theta)
    errors = _standard_errors(likelihood, theta)
    values = np.exp(theta) / np.array([1.0, scale, 1.0, 1.0])
    total = likelihood.customers
    return BgNbd(
        **dict(zip(PARAMETERS, values.tolist(), strict=True)),
        leaves_at_first=leaves_at_first,
        standard_errors=tuple(float(error) for error in errors * values),
        log_likelihood=float(-loss * total + np.log(scale) * (cells.x @ cells.customers)),
        customers=total,
        why_not_identified=_doubt(theta, gradient, errors),
    )


_STARTS: Final = (np.zeros(4), np.array([-1.0, 0.5, -0.5, 1.0]))


class Likelihood:
    """Mean negative log-likelihood of cells on a rescaled clock, with its gradient in
    log-parameters.
    """

    def __init__(self, cells: Cells, scale: float, leaves_at_first: bool) -> None:
        self.values, self.index = np.unique(cells.x, return_inverse=True)
        self.x, self.t_x, self.age = cells.x, cells.t_x * scale, cells.age * scale
        self.weight = cells.customers / cells.customers.sum()
        self.customers = float(cells.customers.sum())
        self.by_x = np.bincount(self.index, weights=self.weight)
        self.extra = 1.0 if leaves_at_first else 0.0
        self.could_leave = self.x + self.extra > 0
        self.chances = np.where(self.could_leave, self.x + self.extra - 1.0, 0.0)

    def loss(self, theta: Floats) -> tuple[float, Floats]:
        """The loss and its gradient at the four log-parameters (r, alpha, a, b)."""
        r, alpha, a, b = np.exp(theta)
        rate, by_alive, by_left = r + self.x, np.log(alpha + self.age), np.log(alpha + self.t_x)
        odds = np.where(
            self.could_leave, np.log(a / (b + self.chances)) + rate * (by_alive - by_left), -np.inf
        )
        left = expit(odds)  # probability of having left, given the cell
        value = self.by_x @ self._of_x(r, alpha, a, b) + self.weight @ (
            np.logaddexp(0.0, odds) - rate * by_alive
        )
        from_x = self.by_x @ self._slopes_of_x(r, alpha, a, b)
        inverse = left / (alpha + self.t_x) + (1.0 - left) / (alpha + self.age)
        from_cells = np.array(
            [
                -self.weight @ (left * by_left + (1.0 - left) * by_alive),
                r / alpha - self.weight @ (rate * inverse),
                self.weight @ left / a,
                -self.weight @ np.where(self.could_leave, left / (b + self.chances), 0.0),
            ]
        )
        return -float(value), -(from_x + from_cells) * (r, alpha, a, b)

    def _of_x(self, r: float, alpha: float, a: float, b: float) -> Floats:
        """The part of the log-likelihood that depends on x alone: special functions run once a
        distinct x.
        """
        x, chances = self.values, self.values + self.extra
        return np.asarray(
            gammaln(r + x)
            - gammaln(r)
            + r * np.log(alpha)
            + gammaln(a + b)
            - gammaln(a + b + chances)
            + gammaln(b + chances)
            - gammaln(b)
        )

    def _slopes_of_x(self, r: float, alpha: float, a: float, b: float) -> Floats:
        x, chances = self.values, self.values + self.extra
        by_a = digamma(a + b) - digamma(a + b + chances)
        by_b = by_a + digamma(b + chances) - digamma(b)
        return np.stack(
            [digamma(r + x) - digamma(r) + np.log(alpha), np.zeros_like(x), by_a, by_b], axis=1
        )

    def curvature(self, theta: Floats) -> Floats:
        """Second derivatives of the loss, from differences of the analytic gradient."""
        steps = np.eye(4) * STEP
        rows = [
            (self.loss(theta + step)[1] - self.loss(theta - step)[1]) / (2 * STEP) for step in steps
        ]
        hessian = np.array(rows)
        return (hessian + hessian.T) / 2


def _search(likelihood: Likelihood, start: Floats) -> Floats:
    found = minimize(
        likelihood.loss,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(-BOUND, BOUND)] * 4,
        options={"maxiter": 1000, "ftol": 1e-14, "gtol": 1e-9},
    )
    return np.asarray(found.x, np.float64)


def _polished(likelihood: Likelihood, theta: Floats) -> Floats:
    """Newton steps while they stay inside the bounds and do not make the fit worse."""
    for _ in range(20):
        loss, gradient = likelihood.loss(theta)
        if np.abs(gradient).max() < 1e-12:
            break
        try:
            proposal = theta - np.linalg.solve(likelihood.curvature(theta), gradient)
        except np.linalg.LinAlgError:
            break
        if np.abs(proposal).max() >= BOUND or not likelihood.loss(proposal)[0] <= loss + 1e-13:
            break
        theta = proposal
    return theta


def _standard_errors(likelihood: Likelihood, theta: Floats) -> Floats:
    """Of the log-parameters, from the observed information; NaN where it is not positive."""
    total = likelihood.customers
    try:
        variances = np.diag(np.linalg.inv(likelihood.curvature(theta))) / total
    except np.linalg.LinAlgError:
        return np.full(4, np.nan)
    return np.sqrt(np.where(variances > 0, variances, np.nan))


def _doubt(theta: Floats, gradient: Floats, errors: Floats) -> str:
    at_bound = [
        name for name, value in zip(PARAMETERS, theta, strict=True) if abs(value) > BOUND - 0.5
    ]
    if at_bound:
        return f"the likelihood has its maximum at the edge: {', '.join(at_bound)}"
    if np.abs(gradient).max() > FLAT:
        return "the search stopped before the maximum"
    if np.isnan(errors).any():
        return "the likelihood is flat in some direction"
    return ""


def _nothing(cells: Cells, leaves_at_first: bool) -> BgNbd:
    """Without one repeat purchase nothing is known but that buying again is rare."""
    age = max(float(cells.age.max(initial=0.0)), 1.0)
    return BgNbd(
        float(np.exp(-BOUND)),
        age,
        1.0,
        1.0,
        leaves_at_first,
        (float("nan"),) * 4,
        0.0,
        float(cells.customers.sum()),
        "nobody has bought twice",
    )
