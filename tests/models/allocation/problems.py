"""Small allocation problems, and what is best there by trying everything."""

from dataclasses import dataclass
from itertools import product

import numpy as np

from holdfast.models.allocation import CustomersInMemory, Limit, Plan, allocate
from holdfast.models.allocation.kernels import NONE
from holdfast.models.allocation.pairs import Pairs, sort_pairs

Row = tuple[int, int, float, tuple[float, ...]]  # customer, play, value, uses


@dataclass(frozen=True)
class Problem:
    """Rows of customer, play, value and uses, and the limits' amounts."""

    rows: list[Row]
    amounts: tuple[float, ...]

    @property
    def limits(self) -> list[Limit]:
        return [Limit(f"limit_{number}", amount) for number, amount in enumerate(self.amounts)]

    @property
    def pairs(self) -> Pairs:
        uses = np.array([row[3] for row in self.rows]).reshape(-1, len(self.amounts)).T
        customer, play = (np.array([row[at] for row in self.rows], np.int64) for at in (0, 1))
        return sort_pairs(customer, play, np.array([row[2] for row in self.rows]), uses)

    def solve(self) -> tuple[Plan, dict[int, int]]:
        """The plan, and the plays of those who get one."""
        customers = CustomersInMemory(self.pairs)
        plan = allocate(customers, self.limits)
        return plan, list_choices(customers, plan)

    def add_up(self, chosen: dict[int, int]) -> tuple[float, ...]:
        """Value and uses of choices, in plain Python."""
        taken = [row for row in self.rows if chosen.get(row[0]) == row[1]]
        uses = (sum(row[3][at] for row in taken) for at in range(len(self.amounts)))
        return (sum(row[2] for row in taken), *uses)

    def is_kept_by(self, chosen: dict[int, int]) -> bool:
        uses = self.add_up(chosen)[1:]
        return all(use <= amount for use, amount in zip(uses, self.amounts, strict=True))

    def best_value(self) -> float:
        """The highest value of any plan that keeps the limits, by trying them all."""
        plays: dict[int, list[int | None]] = {}
        for customer, play, *_ in self.rows:
            plays.setdefault(customer, [None]).append(play)
        plans = (dict(zip(plays, each, strict=True)) for each in product(*plays.values()))
        trimmed = ({who: play for who, play in plan.items() if play is not None} for plan in plans)
        return max(self.add_up(plan)[0] for plan in trimmed if self.is_kept_by(plan))


def list_choices(customers: CustomersInMemory, plan: Plan) -> dict[int, int]:
    """The plays of those who get one."""
    ids, plays, _ = customers.choose(plan.rule)
    found = zip(ids.tolist(), plays.tolist(), strict=True)
    return {who: play for who, play in found if play != NONE}


def draw_problem(seed: int, customers: int, limits: int = 4) -> Problem:
    """Customers of lognormal value, plays of unequal cost, scarce limits; the last one of them may
    be given to as well as taken from. Uses are whole numbers.
    """
    rng = np.random.default_rng(seed)
    rows: list[Row] = []
    for customer in rng.permutation(customers).tolist():
        worth = float(rng.lognormal(3.0, 1.0))
        for play in rng.permutation(6)[: rng.integers(1, 5)].tolist():
            cost = int(rng.integers(0, 4 * (play + 1)))
            uses = [cost, *(int(play == at) for at in range(1, limits - 1))]
            uses.append(int(rng.choice([-1, 2])))
            value = worth * float(rng.uniform(0.0, 0.1)) * (play + 1) - 0.05 * cost
            rows.append((customer, play, value, tuple(map(float, uses[-limits:]))))
    scarce = [1.5 * customers, *[customers // 12] * (limits - 2), 0.0][-limits:]
    return Problem(rows, tuple(map(float, scarce)))
