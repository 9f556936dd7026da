"""A mixture of groups that differ in how often they buy, how much, and how often at a discount.

Each measure has the error that its count leaves, so that two orders say little and nothing is
shrunk beforehand:
- purchases follow at a rate of the customer's own, gamma within a group, and after each one the
  same small share of customers never comes again (the BG/NBD of Fader, Hardie and Lee 2005, with
  one chance for all);
- the mean logarithm of the order value is normal within a group, with the error of so many orders;
- discounted orders are beta-binomial within a group.

A Gaussian mixture on shrunken measures finds less: customers with few orders lie on ridges that it
takes for groups.
"""

from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np
from scipy.special import betaln, gammaln, logsumexp

from holdfast.models.arrays import Flags, Floats, Ints


@dataclass(frozen=True, eq=False)
class Behaviour:
    """Of each customer: purchase days after the first one and the days between first and last, the
    days since, valued orders with the mean logarithm of their value, orders, discounted ones.

    `order_variance` is that of the logarithm among orders of one customer.
    """

    repeats: Floats
    span: Floats
    silence: Floats
    valued: Floats
    log_value: Floats
    orders: Floats
    discounted: Floats
    order_variance: float

    def __len__(self) -> int:
        return len(self.repeats)

    def take(self, rows: Ints | Flags) -> "Behaviour":
        """Those of some customers."""
        own = {f.name: getattr(self, f.name) for f in fields(self)}
        return replace(self, **{name: value[rows] for name, value in own.items() if np.ndim(value)})

    def append(self, other: "Behaviour") -> "Behaviour":
        """These customers, then the others."""
        names = [f.name for f in fields(self) if np.ndim(getattr(self, f.name))]
        joined = {
            name: np.concatenate([getattr(one, name) for one in (self, other)]) for name in names
        }
        return Behaviour(**joined, order_variance=self.order_variance)

    @property
    def value_error(self) -> Floats:
        """Variance of each mean logarithm that the number of orders leaves, as a column."""
        return np.asarray(self.order_variance / np.maximum(self.valued, 1.0)[:, None])

    @cached_property
    def repeat_cells(self) -> tuple[Floats, Ints]:
        """The numbers of repeats there are, and each customer's place among them."""
        counts, place = np.unique(self.repeats, return_inverse=True)
        return counts, place

    @cached_property
    def discount_cells(self) -> tuple[Floats, Ints]:
        """The pairs of discounted and other orders there are, and each customer's place."""
        pairs = np.stack([self.discounted, self.orders - self.discounted])
        cells, place = np.unique(pairs, axis=1, return_inverse=True)
        return cells, np.ravel(place)


@dataclass(frozen=True, eq=False)
class Mixture:
    """Groups by their place: weight, gamma of purchases per day (shape and scale in days), normal
    of the log value, beta of the discounted share; and the dropout of all, in log-odds.
    """

    weight: Floats
    rate_shape: Floats
    rate_scale: Floats
    centre: Floats
    variance: Floats
    beta: Floats  # by group: a, b
    dropout: float

    def __len__(self) -> int:
        return len(self.weight)

    @property
    def purchases_a_year(self) -> Floats:
        """Mean rate of each group."""
        return np.asarray(365.0 * self.rate_shape / self.rate_scale)

    @property
    def discounted_share(self) -> Floats:
        """Mean share of each group."""
        return np.asarray(self.beta[:, 0] / self.beta.sum(axis=1))

    def log_densities(self, of: Behaviour) -> Floats:
        """Of each customer and group, the group's weight among them."""
        spread = self.variance + of.value_error
        distance = np.square(of.log_value[:, None] - self.centre)
        value = -0.5 * (np.log(2.0 * np.pi * spread) + distance / spread)
        value[of.valued == 0] = 0.0
        purchases, _ = log_purchases(self, of)
        return np.asarray(np.log(self.weight) + value + purchases + _log_discounts(self.beta, of))

    def log_likelihood(self, of: Behaviour) -> Floats:
        """Of each customer."""
        return np.asarray(logsumexp(self.log_densities(of), axis=1))

    def posterior(self, of: Behaviour) -> Floats:
        """Probability of each group, by customer."""
        densities = self.log_densities(of)
        return np.asarray(np.exp(densities - logsumexp(densities, axis=1, keepdims=True)))


def log_purchases(model: Mixture, of: Behaviour) -> tuple[Floats, Floats]:
    """Log-likelihood of purchases and silence by customer and group, and the probability that the
    customer dropped out.
    """
    log_out, log_stay = -np.logaddexp(0.0, -model.dropout), -np.logaddexp(0.0, model.dropout)
    shape, scale = model.rate_shape, model.rate_scale
    counts, place = of.repeat_cells
    rising = (gammaln(shape + counts[:, None]) - gammaln(shape))[place]
    total = shape + of.repeats[:, None]
    near = scale + of.span[:, None]
    gone = log_out - total * np.log(near)
    still = log_stay - total * np.log(near + of.silence[:, None])
    both = np.logaddexp(gone, still)
    value = rising + shape * np.log(scale) + of.repeats[:, None] * log_stay + both
    return np.asarray(value), np.asarray(np.exp(gone - both))


def _log_discounts(beta: Floats, of: Behaviour) -> Floats:
    """Log-likelihood of the discounted orders by customer and group."""
    (yes, no), place = of.discount_cells
    a, b = beta.T
    cells = betaln(a + yes[:, None], b + no[:, None]) - betaln(a, b)
    return np.asarray(cells[place])
