"""How many passes over all customers a search takes."""

from collections.abc import Callable

import numpy as np

from holdfast.models.allocation import CustomersInMemory
from holdfast.models.allocation.customers import draw_sample
from holdfast.models.allocation.dual import mix_rules
from holdfast.models.allocation.pairs import Pairs
from holdfast.models.allocation.search import GAP, no_rules, search
from holdfast.models.arrays import Floats
from tests.models.allocation.problems import draw_problem


class CountedCustomers(CustomersInMemory):
    """Customers who count the passes over them."""

    passes = 0

    def total(self, kernel: Callable[[Pairs], Floats]) -> Floats:
        self.passes += 1
        return super().total(kernel)


def test_a_sample_of_a_quarter_leaves_few_passes_over_all() -> None:
    problem = draw_problem(5, 8000, 6)
    customers = CountedCustomers(problem.pairs)
    sample = draw_sample(customers, 2000)
    assert 1900 < len(sample) < 2100
    limits = np.array(problem.amounts)
    rules = search(customers, sample, limits, no_rules(6))
    assert customers.passes <= 4
    bound = rules.bounds(limits).min()
    mixture = mix_rules(rules, limits)
    assert 0.0 <= bound - mixture.value <= GAP * bound
    assert (mixture.shares @ rules.sums[:, 1:] <= limits + 1e-6).all()


def test_what_was_tried_for_the_same_limits_needs_no_pass() -> None:
    problem = draw_problem(5, 1000, 6)
    customers = CountedCustomers(problem.pairs)
    sample, limits = draw_sample(customers, 5000), np.array(problem.amounts)
    assert len(sample) == 1000
    rules = search(customers, sample, limits, no_rules(6))
    assert customers.passes == 1
    assert search(customers, sample, limits, rules) is rules
