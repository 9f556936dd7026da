"""BG/NBD on the CDNOW sample against the published parameters, and its cost on many customers
against lifetimes' fit.

Fader, Hardie and Lee (2005) give r, alpha, a, b and the log-likelihood. Cells of equal histories
must reproduce them; cells of whole weeks, as features.purchase_cells keeps them, may differ by
little of a standard error. Run with `make bench NAME=cdnow`; data and rival come with the extra
`bench`.
"""

import json
import time
from collections.abc import Callable
from importlib.resources import files
from typing import TypeVar

import numpy as np
import pandas as pd

from holdfast.models.value import bg_nbd
from holdfast.models.value.bg_nbd import PARAMETERS, BgNbd, Cells

PUBLISHED = {"r": 0.2426, "alpha": 4.4136, "a": 0.7929, "b": 2.4259}
CUSTOMERS = 5_000_000
GOAL = 10.0  # times cheaper, grouping included
NEAR = 0.05  # standard errors by which whole weeks may move a parameter

Result = TypeVar("Result")


def sample() -> pd.DataFrame:
    """The 2,357 customers: repeat purchases, days to the last of them, days of age."""
    with (
        files("lifetimes")
        .joinpath("datasets", "cdnow_customers_summary_with_transactions.csv")
        .open() as lines
    ):
        table = pd.read_csv(lines)
    x, weeks_to_last, weeks = (table.iloc[:, place].to_numpy(float) for place in (1, 2, 3))
    return pd.DataFrame(
        {"x": x, "recency_days": np.round(weeks_to_last * 7), "age_days": np.round(weeks * 7)}
    )


def simulated(customers: int) -> pd.DataFrame:
    """Customers who follow the published model for 26 to 104 weeks."""
    random = np.random.default_rng(1)
    age = random.uniform(26, 104, customers)
    rate = random.gamma(PUBLISHED["r"], 1 / PUBLISHED["alpha"], customers)
    leaves = random.beta(PUBLISHED["a"], PUBLISHED["b"], customers)
    now, x, last, buying = (
        np.zeros(customers),
        np.zeros(customers),
        np.zeros(customers),
        np.ones(customers, bool),
    )
    while buying.any():
        now = now + random.exponential(1 / np.maximum(rate, 1e-12))
        buying &= now <= age
        x, last = x + buying, np.where(buying, now, last)
        buying &= random.random(customers) >= leaves
    return pd.DataFrame({"x": x, "recency_days": np.round(last * 7), "age_days": np.round(age * 7)})


def fitted(people: pd.DataFrame, days_a_cell: int) -> tuple[BgNbd, int]:
    """The model fitted on cells of so many days with the means of their customers, and how many
    cells there were.
    """
    keys = [people["x"], people["recency_days"] // days_a_cell, people["age_days"] // days_a_cell]
    cells = people.assign(customers=1).groupby(keys).sum()
    count = cells["customers"].to_numpy(float)
    x, last, age = (cells[name].to_numpy() / count for name in ("x", "recency_days", "age_days"))
    return bg_nbd.fit(Cells.of(x, last / 7, age / 7, count)), len(cells)


def cpu_seconds(work: Callable[[], Result]) -> tuple[float, Result]:
    """CPU seconds of one run, and its result."""
    started = time.process_time()
    result = work()
    return time.process_time() - started, result


def main() -> None:
    """Print the comparison and its JSON line."""
    from lifetimes import BetaGeoFitter

    people = sample()
    (exact, _), (weekly, _) = fitted(people, 1), fitted(people, 7)
    digits = {name: round(getattr(exact, name), 4) for name in PARAMETERS}
    moved = max(
        abs(getattr(weekly, name) - getattr(exact, name)) / error
        for name, error in zip(PARAMETERS, exact.standard_errors, strict=True)
    )
    print(
        f"CDNOW, {len(people)} customers: {digits}, log-likelihood {exact.log_likelihood:.2f}; "
        f"published {PUBLISHED}, "
        f"-9582.43; whole weeks move a parameter by {moved:.3f} standard errors at most"
    )
    many = simulated(CUSTOMERS)
    ours, (model, cells) = cpu_seconds(lambda: fitted(many, 7))
    weeks = many["x"], many["recency_days"] / 7, many["age_days"] / 7
    theirs, rival = cpu_seconds(lambda: BetaGeoFitter().fit(*weeks).params_)
    for name, seconds, values in (("ours", ours, vars(model)), ("lifetimes", theirs, rival)):
        print(
            f"{name}: {seconds:.1f} CPU s, "
            f"{', '.join(f'{key} {values[key]:.4f}' for key in PARAMETERS)}"
        )
    print(f"{CUSTOMERS} customers in {cells} cells")
    print(
        json.dumps(
            {
                "name": "cdnow",
                "ours": ours,
                "rival": theirs,
                "ratio": theirs / ours,
                "goal": GOAL,
                "met": theirs / ours >= GOAL and digits == PUBLISHED and moved <= NEAR,
            }
        )
    )


if __name__ == "__main__":
    main()
